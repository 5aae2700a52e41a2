//! Patterns of file names, as a shell has them: `*` any characters, `?` one, `[a-z]` one of these,
//! `[!a-z]` one of no others. CPython: `fnmatch.fnmatchcase`.

const STAR: u32 = '*' as u32;
const ANY: u32 = '?' as u32;
const OPEN: u32 = '[' as u32;
const CLOSE: u32 = ']' as u32;
const NOT: u32 = '!' as u32;
const TO: u32 = '-' as u32;

/// Whether the whole of `name` is of the pattern. Cost: length of the name times length of the
/// pattern, since only the latest star is ever tried again.
pub(super) fn matches(name: &[u32], pattern: &[u32]) -> bool {
    let (mut name, mut pattern) = (name, pattern);
    // What follows the latest star, and where in the name that was last tried.
    let mut retry: Option<(&[u32], &[u32])> = None;
    loop {
        match (pattern, name) {
            ([STAR, rest @ ..], _) => {
                pattern = rest;
                retry = Some((rest, name));
                continue;
            }
            ([], []) => return true,
            ([_, ..], [first, after @ ..]) => {
                if let Some(rest) = step(pattern, *first) {
                    (pattern, name) = (rest, after);
                    continue;
                }
            }
            _ => {}
        }
        match retry {
            Some((rest, [_, later @ ..])) => {
                (pattern, name) = (rest, later);
                retry = Some((rest, later));
            }
            _ => return false,
        }
    }
}

/// What is left of a pattern, which does not begin with a star, after it took this character.
fn step(pattern: &[u32], c: u32) -> Option<&[u32]> {
    let (&first, rest) = pattern.split_first()?;
    match first {
        ANY => Some(rest),
        OPEN => match set(rest) {
            Some((inner, rest)) => {
                let (negated, inner) = match inner {
                    [NOT, inner @ ..] => (true, inner),
                    inner => (false, inner),
                };
                (holds(inner, c) != negated).then_some(rest)
            }
            // A bracket that is never closed is a character like others.
            None => (c == OPEN).then_some(rest),
        },
        same => (c == same).then_some(rest),
    }
}

/// What is between the brackets, and what follows. A closing bracket at the very start is one of the
/// characters.
fn set(pattern: &[u32]) -> Option<(&[u32], &[u32])> {
    let skipped = match pattern {
        [NOT, CLOSE, ..] => 2,
        [NOT | CLOSE, ..] => 1,
        _ => 0,
    };
    let end = skipped + pattern.get(skipped..)?.iter().position(|&c| c == CLOSE)?;
    Some((pattern.get(..end)?, pattern.get(end + 1..)?))
}

fn holds(mut set: &[u32], c: u32) -> bool {
    loop {
        let (found, rest) = match set {
            [low, TO, high, rest @ ..] => ((*low..=*high).contains(&c), rest),
            [one, rest @ ..] => (*one == c, rest),
            [] => return false,
        };
        if found {
            return true;
        }
        set = rest;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn patterns_match_as_in_a_shell() {
        let matches = |name: &str, pattern: &str| {
            let chars = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
            super::matches(&chars(name), &chars(pattern))
        };
        for (name, pattern) in [
            ("", ""),
            ("", "*"),
            ("a/b.py", "*.py"),
            ("a/b.py", "*/b.py"),
            ("abcabd", "*ab?"),
            ("abcabd", "a*b*d"),
            ("b", "[a-c]"),
            ("-", "[a-]"),
            ("]", "[]]"),
            ("x", "[!]]"),
            ("[x", "[x"),
            ("é", "?"),
            ("a*b", "a[*]b"),
        ] {
            assert!(matches(name, pattern), "{name:?} is of {pattern:?}");
        }
        for (name, pattern) in [
            ("a", ""),
            ("", "?"),
            ("b.pyc", "*.py"),
            ("b.py", "*/b.py"),
            ("d", "[a-c]"),
            ("b", "[c-a]"),
            ("b", "[!a-c]"),
            ("]", "[!]]"),
            ("A", "a"),
        ] {
            assert!(!matches(name, pattern), "{name:?} is not of {pattern:?}");
        }
    }
}
