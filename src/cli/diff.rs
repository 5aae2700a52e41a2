//! Two texts line by line: what went, what came, and a little around it.

use std::fmt::Write;

/// Lines around a change that are shown with it.
const AROUND: usize = 2;
/// Pairs of lines above which the middle of two texts is not compared line by line.
const PAIRS_MAX: usize = 4_000_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Same,
    Gone,
    New,
}

/// The lines of `before` and `now`, those that differ marked with `-` and `+`.
pub(super) fn diff(before: &str, now: &str, colour: bool) -> String {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = now.lines().collect();
    let rows = rows(&old, &new);
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        rows.iter().skip(from).take(at - from + AROUND + 1).any(|(kind, _)| *kind != Kind::Same)
    };
    let mut text = String::new();
    let mut skipped = false;
    for (at, (kind, line)) in rows.iter().enumerate() {
        if !near(at) {
            skipped = true;
            continue;
        }
        if std::mem::take(&mut skipped) {
            text.push_str("  ...\n");
        }
        let (mark, paint) = match kind {
            Kind::Same => (' ', ""),
            Kind::Gone => ('-', "\x1b[31m"),
            Kind::New => ('+', "\x1b[32m"),
        };
        // Writing to a string cannot fail.
        let _ = if colour && !paint.is_empty() {
            writeln!(text, "{paint}{mark} {line}\x1b[0m")
        } else {
            writeln!(text, "{}", format!("{mark} {line}").trim_end())
        };
    }
    if skipped {
        text.push_str("  ...\n");
    }
    text
}

fn rows<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Kind, &'t str)> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(start..).unwrap_or(&[]), new.get(start..).unwrap_or(&[]));
    let pairs = old_rest.iter().rev().zip(new_rest.iter().rev());
    let end = pairs.take_while(|(a, b)| a == b).count();
    let old_middle = old_rest.get(..old_rest.len() - end).unwrap_or(&[]);
    let new_middle = new_rest.get(..new_rest.len() - end).unwrap_or(&[]);
    let mut rows: Vec<(Kind, &str)> = Vec::new();
    rows.extend(old.iter().take(start).map(|line| (Kind::Same, *line)));
    middle(old_middle, new_middle, &mut rows);
    rows.extend(old_rest.iter().skip(old_middle.len()).map(|line| (Kind::Same, *line)));
    rows
}

/// The longest common subsequence, by the table of its lengths.
fn middle<'t>(old: &[&'t str], new: &[&'t str], rows: &mut Vec<(Kind, &'t str)>) {
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; 1];
    if old.len().saturating_mul(new.len()) <= PAIRS_MAX {
        lengths = vec![0; (old.len() + 1) * width];
        for (i, a) in old.iter().enumerate().rev() {
            for (j, b) in new.iter().enumerate().rev() {
                let at = |i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
                let length =
                    if a == b { at(i + 1, j + 1) + 1 } else { at(i + 1, j).max(at(i, j + 1)) };
                if let Some(slot) = lengths.get_mut(i * width + j) {
                    *slot = length;
                }
            }
        }
    }
    let at = |i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                rows.push((Kind::Same, a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(i + 1, j) >= at(i, j + 1) => {
                rows.push((Kind::Gone, a));
                i += 1;
            }
            (_, Some(b)) => {
                rows.push((Kind::New, b));
                j += 1;
            }
            (_, None) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_marked_and_the_rest_is_left_out() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh";
        let now = "a\nb\nc\nd\nx\nf\ng\nh\ni";
        assert_eq!(diff(before, now, false), "  ...\n  c\n  d\n- e\n+ x\n  f\n  g\n  h\n+ i\n");
        assert_eq!(diff(before, before, false), "  ...\n");
        assert_eq!(diff("", "a", false), "+ a\n");
        assert_eq!(diff("a", "", false), "- a\n");
    }
}
