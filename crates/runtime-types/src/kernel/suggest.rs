//! The name that was meant: the nearest candidate, by a distance of edits.
//!
//! Source: CPython's `Python/suggestions.c`. Sizes and positions are bytes of UTF-8 there, and so
//! they are here: in a name that is not ASCII one letter may count twice. Nothing is allocated.

/// Candidates from which on none is looked at.
const MAX_CANDIDATES: usize = 750;
/// Longest name, in bytes and without what both have in common, that is compared.
const MAX_BYTES: usize = 40;
/// Cost of an inserted, deleted or changed byte.
const MOVE: usize = 2;
/// Cost of a letter in the other case.
const CASE: usize = 1;

/// The candidate nearest to `wrong`, the first of those equally near.
///
/// - Shape: none if no candidate is near enough, about a third of both names' bytes, or if there
///   are 750 candidates or more. `wrong` itself is no candidate.
/// - Source: CPython 3.13 `_suggestions._generate_suggestions`.
pub fn suggest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for (before, candidate) in candidates.enumerate() {
        if before + 1 >= MAX_CANDIDATES {
            return None;
        }
        if candidate == wrong {
            continue;
        }
        let limit = (wrong.len() + candidate.len() + 3) * MOVE / 6;
        let limit = match best {
            // Names that differ are never at no distance, nor is there a nearer one then.
            Some((distance, _)) => limit.min(distance.saturating_sub(1)),
            None => limit,
        };
        match distance(wrong.as_bytes(), candidate.as_bytes(), limit) {
            Some(distance) if distance <= limit => best = Some((distance, candidate)),
            _ => {}
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The cost of turning `a` into `b`; none if it is surely more than `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same..)?, b.get(same..)?);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(..a.len() - same)?, b.get(..b.len() - same)?);
    if a.is_empty() || b.is_empty() {
        return Some((a.len() + b.len()) * MOVE);
    }
    if a.len() > MAX_BYTES || b.len() > MAX_BYTES {
        return None;
    }
    let (a, b) = if b.len() < a.len() { (b, a) } else { (a, b) };
    if (b.len() - a.len()) * MOVE > limit {
        return None;
    }
    // One row of the table of distances between the begins of both, rewritten for each byte.
    let mut row: [usize; MAX_BYTES] = std::array::from_fn(|byte| (byte + 1) * MOVE);
    let mut result = 0;
    for (index, b) in b.iter().enumerate() {
        // As CPython has it: the row's left edge is not one higher than the row before.
        let mut diagonal = index * MOVE;
        result = diagonal;
        let mut least = usize::MAX;
        for (above, a) in row.iter_mut().zip(a) {
            let changed = diagonal + change(*b, *a);
            diagonal = *above;
            result = changed.min(result.min(diagonal) + MOVE);
            *above = result;
            least = least.min(result);
        }
        if least > limit {
            return None;
        }
    }
    Some(result)
}

fn change(a: u8, b: u8) -> usize {
    match a == b {
        true => 0,
        false if a.eq_ignore_ascii_case(&b) => CASE,
        false => MOVE,
    }
}
