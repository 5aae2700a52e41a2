//! Looking for text in text.
//!
//! Bytes in bytes, the usual case, go to the `memchr` library. Wider text is searched by the two-way
//! algorithm of Crochemore and Perrin, whose time is linear in the worst case and which needs no
//! memory; CPython's own may take quadratic time on short haystacks.

use memchr::memmem;

use super::Text;

/// A text to look for, prepared once.
pub struct Searcher<'n> {
    needle: Text<'n>,
    plan: Plan<'n>,
}

#[expect(clippy::large_enum_variant, reason = "a plan lives on the stack, for one search")]
enum Plan<'n> {
    /// Found everywhere.
    Empty,
    /// One character.
    One(u32),
    /// Bytes, in text of bytes.
    Bytes(memmem::Finder<'n>),
    /// Any other.
    TwoWay(TwoWay),
}

impl<'n> Searcher<'n> {
    /// A searcher for `needle`.
    pub fn new(needle: Text<'n>) -> Self {
        let plan = match needle {
            _ if needle.is_empty() => Plan::Empty,
            _ if needle.len() == 1 => Plan::One(needle.get(0).unwrap_or(0)),
            Text::Ascii(units) | Text::Latin1(units) => Plan::Bytes(memmem::Finder::new(units)),
            _ => Plan::TwoWay(two_way(needle)),
        };
        Self { needle, plan }
    }

    /// Where the needle first stands in `hay` at or after `from`.
    pub fn find(&self, hay: Text<'_>, from: usize) -> Option<usize> {
        let rest = hay.len().checked_sub(from)?;
        if rest < self.needle.len() {
            return None;
        }
        let tail = hay.slice(from, hay.len());
        let at = match (&self.plan, tail) {
            (Plan::Empty, _) => 0,
            (Plan::One(code), tail) => find_code(tail, *code)?,
            (Plan::Bytes(finder), Text::Ascii(units) | Text::Latin1(units)) => {
                finder.find(units)?
            }
            // A needle is kept in the narrowest form, so a wide one has a character that no narrow
            // haystack has.
            (Plan::TwoWay(_), Text::Ascii(_) | Text::Latin1(_)) => return None,
            (Plan::TwoWay(plan), tail) => plan.find_in(tail, self.needle)?,
            (Plan::Bytes(_), tail) => two_way(self.needle).find_in(tail, self.needle)?,
        };
        Some(from + at)
    }

    /// How often the needle stands in `hay` without overlap, up to `most`.
    pub fn count(&self, hay: Text<'_>, most: usize) -> usize {
        match (&self.plan, hay) {
            (Plan::Empty, _) => return hay.len().saturating_add(1).min(most),
            (Plan::One(code), Text::Ascii(units) | Text::Latin1(units)) => {
                let Ok(code) = u8::try_from(*code) else { return 0 };
                return memchr::memchr_iter(code, units).take(most).count();
            }
            _ => {}
        }
        let (mut count, mut from) = (0, 0);
        while count < most
            && let Some(at) = self.find(hay, from)
        {
            count += 1;
            from = at + self.needle.len();
        }
        count
    }
}

/// Where `needle` last stands in `hay`.
pub(super) fn rfind(hay: Text<'_>, needle: Text<'_>) -> Option<usize> {
    let last = hay.len().checked_sub(needle.len())?;
    match (hay, needle) {
        (_, needle) if needle.is_empty() => Some(hay.len()),
        (Text::Ascii(hay) | Text::Latin1(hay), Text::Ascii(needle) | Text::Latin1(needle)) => {
            memmem::rfind(hay, needle)
        }
        (Text::Ascii(_) | Text::Latin1(_), _) => None,
        _ => {
            // The mirrored needle in the mirrored haystack.
            let len = needle.len();
            let mirrored = |i: usize| needle.get(len - 1 - i).unwrap_or(0);
            let plan = TwoWay::new(&mirrored, len);
            let end = hay.len();
            let at = plan.find(&|i| hay.get(end - 1 - i).unwrap_or(0), end, &mirrored, len)?;
            Some(last - at)
        }
    }
}

fn find_code(text: Text<'_>, code: u32) -> Option<usize> {
    match text {
        Text::Ascii(units) | Text::Latin1(units) => memchr::memchr(u8::try_from(code).ok()?, units),
        Text::Ucs2(units) => {
            let code = u16::try_from(code).ok()?;
            units.iter().position(|&c| c == code)
        }
        Text::Ucs4(units) => units.iter().position(|&c| c == code),
    }
}

fn two_way(needle: Text<'_>) -> TwoWay {
    TwoWay::new(&|i| needle.get(i).unwrap_or(0), needle.len())
}

/// The factorisation of a needle: where it is cut, and how far it may be shifted.
struct TwoWay {
    cut: usize,
    period: usize,
    /// Whether the whole needle has that period, so that a matched prefix is remembered.
    periodic: bool,
}

impl TwoWay {
    fn new(needle: &impl Fn(usize) -> u32, len: usize) -> Self {
        let (cut_less, period_less) = maximal_suffix(needle, len, false);
        let (cut_more, period_more) = maximal_suffix(needle, len, true);
        let (cut, period) =
            if cut_less > cut_more { (cut_less, period_less) } else { (cut_more, period_more) };
        let periodic = period + cut <= len && (0..cut).all(|i| needle(i) == needle(i + period));
        if periodic {
            Self { cut, period, periodic }
        } else {
            Self { cut, period: cut.max(len - cut) + 1, periodic }
        }
    }

    fn find_in(&self, hay: Text<'_>, needle: Text<'_>) -> Option<usize> {
        let code = |i| needle.get(i).unwrap_or(0);
        match hay {
            Text::Ascii(units) | Text::Latin1(units) => self.find(
                &|i| units.get(i).map_or(0, |&c| u32::from(c)),
                units.len(),
                &code,
                needle.len(),
            ),
            Text::Ucs2(units) => self.find(
                &|i| units.get(i).map_or(0, |&c| u32::from(c)),
                units.len(),
                &code,
                needle.len(),
            ),
            Text::Ucs4(units) => {
                self.find(&|i| units.get(i).copied().unwrap_or(0), units.len(), &code, needle.len())
            }
        }
    }

    fn find(
        &self,
        hay: &impl Fn(usize) -> u32,
        hay_len: usize,
        needle: &impl Fn(usize) -> u32,
        len: usize,
    ) -> Option<usize> {
        let last = hay_len.checked_sub(len)?;
        let (mut at, mut known) = (0, 0);
        'shift: while at <= last {
            for i in self.cut.max(known)..len {
                if needle(i) != hay(at + i) {
                    at += i - self.cut + 1;
                    known = 0;
                    continue 'shift;
                }
            }
            for i in (known..self.cut).rev() {
                if needle(i) != hay(at + i) {
                    at += self.period;
                    known = if self.periodic { len - self.period } else { 0 };
                    continue 'shift;
                }
            }
            return Some(at);
        }
        None
    }
}

/// Where the greatest suffix of the needle begins, by one order of characters or its reverse, and its
/// period.
fn maximal_suffix(needle: &impl Fn(usize) -> u32, len: usize, reverse: bool) -> (usize, usize) {
    let (mut left, mut right, mut offset, mut period) = (0, 1, 0, 1);
    while right + offset < len {
        let (a, b) = (needle(right + offset), needle(left + offset));
        if a == b {
            if offset + 1 == period {
                right += offset + 1;
                offset = 0;
            } else {
                offset += 1;
            }
        } else if (a < b) != reverse {
            right += offset + 1;
            offset = 0;
            period = right - left;
        } else {
            left = right;
            right += 1;
            offset = 0;
            period = 1;
        }
    }
    (left, period)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with the obvious search, over all short texts of two characters in all forms.
    #[test]
    fn every_search_finds_what_the_obvious_one_finds() {
        let texts: Vec<Vec<u32>> = (0..9_u32)
            .flat_map(|len| {
                (0..1_u32 << len)
                    .map(move |bits| (0..len).map(|i| 0x161 + (bits >> i & 1)).collect())
            })
            .collect();
        let narrow = |text: &[u32]| text.iter().map(|c| *c as u8).collect::<Vec<_>>();
        let middle = |text: &[u32]| text.iter().map(|c| *c as u16).collect::<Vec<_>>();
        for hay in &texts {
            for needle in texts.iter().filter(|needle| needle.len() < 6) {
                let found: Vec<usize> =
                    (0..=hay.len()).filter(|&at| hay[at..].starts_with(needle)).collect();
                let (hay8, needle8) = (narrow(hay), narrow(needle));
                let (hay16, needle16) = (middle(hay), middle(needle));
                for (hay, needle) in [
                    (Text::Ascii(&hay8), Text::Ascii(&needle8)),
                    (Text::Ucs2(&hay16), Text::Ucs2(&needle16)),
                    (Text::Ucs4(hay), Text::Ucs2(&needle16)),
                    (Text::Ucs4(hay), Text::Ucs4(needle)),
                ] {
                    assert_eq!(Searcher::new(needle).find(hay, 0), found.first().copied());
                    assert_eq!(rfind(hay, needle), found.last().copied());
                }
            }
        }
    }
}
