//! What differs between two runs, in the order in which a person would look.

use std::collections::HashMap;

use super::child::Ran;
use super::markers::RECORD;

/// What a marked line told.
#[derive(Debug, PartialEq, Eq)]
struct Record {
    line: String,
    probe: String,
    answer: String,
}

/// The first difference, as words that go on after the script's name; none when both agree.
pub(super) fn first_difference(python: &Ran, strata: &Ran) -> Option<String> {
    for (ran, who) in [(python, "Python"), (strata, "Strata")] {
        if ran.late {
            return Some(format!("{who} did not end in time"));
        }
    }
    if strata.code == Some(2)
        && python.code != Some(2)
        && let Some(said) = strata.err.lines().find_map(|line| line.strip_prefix("strata: "))
    {
        return Some(format!("refused: {said}"));
    }
    if let Some(line) = lines_differ(&python.out, &strata.out) {
        return Some(line);
    }
    let (theirs, ours) = (records(&python.err), records(&strata.err));
    for index in 0..theirs.len().max(ours.len()) {
        let (a, b) = (theirs.get(index), ours.get(index));
        if a != b {
            return Some(records_differ(a, b));
        }
    }
    if python.code != strata.code {
        let code = |ran: &Ran| ran.code.map_or("a signal".to_owned(), |code| code.to_string());
        return Some(pair("the exit code differs", &code(python), &code(strata)));
    }
    let (a, b) = (last_line(&python.err), last_line(&strata.err));
    (a != b).then(|| pair("the last line of the traceback differs", &a, &b))
}

/// Two lines below each other.
fn pair(what: &str, python: &str, strata: &str) -> String {
    format!("{what}\n  Python  {python}\n  Strata  {strata}")
}

fn lines_differ(python: &[u8], strata: &[u8]) -> Option<String> {
    if python == strata {
        return None;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.split_inclusive('\n').map(str::to_owned).collect()
    };
    let (a, b) = (lines(python), lines(strata));
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let show = |lines: &[String]| match lines.get(same) {
        Some(line) => line.trim_end_matches('\n').to_owned(),
        None => "(ends here)".to_owned(),
    };
    let (mut first, mut second) = (show(&a), show(&b));
    if first == second {
        // Only the end of the line differs, or a byte that is no character.
        (first, second) = (format!("{:?}", a.get(same)), format!("{:?}", b.get(same)));
    }
    Some(pair(&format!("line {} of the output differs", same + 1), &first, &second))
}

/// The records of a run; identities are numbered as they come, so that only reuse is compared.
fn records(err: &str) -> Vec<Record> {
    let mut identities = HashMap::new();
    let mut found = Vec::new();
    for record in err.lines().filter_map(|line| line.split(RECORD).nth(1)) {
        let mut fields = record.splitn(3, '\t').map(str::to_owned);
        let (line, probe) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let mut answer = fields.next().unwrap_or_default();
        if probe.starts_with("id ") {
            let next = identities.len() + 1;
            answer = format!("object {}", identities.entry(answer).or_insert(next));
        }
        found.push(Record { line, probe, answer });
    }
    found
}

fn records_differ(python: Option<&Record>, strata: Option<&Record>) -> String {
    let place = |record: &Record| format!("line {}, {}", record.line, record.probe);
    match (python, strata) {
        (Some(a), Some(b)) if (&a.line, &a.probe) == (&b.line, &b.probe) => {
            pair(&format!("{} differs", place(a)), &a.answer, &b.answer)
        }
        (a, b) => {
            let show = |record: Option<&Record>| record.map_or("(nothing)".to_owned(), place);
            pair("the order of the marked lines differs", &show(a), &show(b))
        }
    }
}

/// The last line of standard error that is the script's own. Addresses, which no two runs share, are
/// left out of it.
fn last_line(err: &str) -> String {
    let mut lines = err.lines().filter(|line| !line.contains(RECORD));
    let line = lines.next_back().unwrap_or("");
    let mut parts = line.split("0x");
    let mut shown = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        let rest = part.get(digits..).filter(|_| digits >= ADDRESS_DIGITS);
        shown.push_str(if rest.is_some() { "0x..." } else { "0x" });
        shown.push_str(rest.unwrap_or(part));
    }
    shown
}

/// A hexadecimal number of so many digits is taken for an address.
const ADDRESS_DIGITS: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(out: &str, err: &str, code: i32) -> Ran {
        Ran { out: out.into(), err: err.into(), code: Some(code), late: false }
    }

    #[test]
    fn what_differs_first_is_told() {
        let same = ran("a\nb\n", "", 0);
        assert_eq!(first_difference(&same, &same), None);
        let here = ran("", "<A at 0x7f05a1b2c3d4>\n", 0);
        let there = ran("", "<A at 0x7ffe00000010>\n", 0);
        assert_eq!(first_difference(&here, &there), None);
        let (small, other) = (ran("", "0x1f\n", 0), ran("", "0x2f\n", 0));
        assert!(first_difference(&small, &other).is_some_and(|text| text.ends_with("0x2f")));
        for (strata, words) in [
            (ran("a\nc\n", "", 0), "line 2 of the output differs\n  Python  b\n  Strata  c"),
            (ran("a\n", "", 0), "line 2 of the output differs\n  Python  b\n  Strata  (ends here)"),
            (ran("a\nb", "", 0), "Some(\"b\\n\")\n  Strata  Some(\"b\")"),
            (ran("a\nb\n", "", 1), "the exit code differs\n  Python  0\n  Strata  1"),
            (ran("a\nb\n", "x\nE: y\n", 0), "traceback differs\n  Python  \n  Strata  E: y"),
            (ran("", "strata: t.py, line 1: no\n", 2), "refused: t.py, line 1: no"),
        ] {
            let said = first_difference(&same, &strata).unwrap();
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn identities_are_compared_by_their_reuse() {
        let err = |ids: [u32; 3]| -> String {
            ids.iter().map(|id| format!("{RECORD}1\tid x\t{id}\n")).collect()
        };
        let python = ran("", &err([7, 9, 7]), 0);
        assert_eq!(first_difference(&python, &ran("", &err([1, 2, 1]), 0)), None);
        let said = first_difference(&python, &ran("", &err([1, 2, 3]), 0)).unwrap();
        assert_eq!(said, "line 1, id x differs\n  Python  object 1\n  Strata  object 3");
    }
}
