//! `# compare: ...` at the end of a line: probes that both runs answer behind it.
//!
//! ```text
//! x = (1, 2)    # compare: size x, refs x      the line, then a line of its own with the probes
//! ```
//!
//! A probe line writes a record to standard error, which is where a script's own output is not
//! compared. It begins with a word that no traceback has.

/// What begins a record.
pub(super) const RECORD: &str = "\u{1e}compare ";

/// A script with its probes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) text: String,
}

impl Marked {
    /// Puts probes in; nothing when no line is marked.
    ///
    /// # Errors
    /// What is wrong with a mark, with its line.
    pub(super) fn of(script: &str) -> Result<Option<Self>, String> {
        if !script.contains(MARK) {
            return Ok(None);
        }
        let lines: Vec<&str> = script.lines().collect();
        let mut text = String::with_capacity(script.len() * 2);
        let mut any = false;
        for (index, line) in lines.iter().enumerate() {
            let probes = match line.rsplit_once(MARK) {
                Some((code, probes)) if !code.trim().is_empty() => probes,
                _ => {
                    text.push_str(line);
                    text.push('\n');
                    continue;
                }
            };
            any = true;
            let number = index + 1;
            let probe =
                probe_line(probes, number).map_err(|why| format!("line {number}: {why}"))?;
            let code = line.split(MARK).next().unwrap_or("").trim_end();
            let opens = code.ends_with(':');
            let place = if opens { inside(&lines, index) } else { indent(line) };
            let leaves = ["return", "raise", "break", "continue"];
            let first = code.split_whitespace().next().unwrap_or("");
            // Behind these nothing is reached.
            let before = leaves.contains(&first);
            if before {
                text.push_str(&format!("{place}{probe}\n"));
            }
            text.push_str(line);
            text.push('\n');
            if !before {
                text.push_str(&format!("{place}{probe}\n"));
            }
        }
        Ok(any.then_some(Self { text }))
    }
}

const MARK: &str = "# compare:";

fn indent(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len()).unwrap_or("")
}

/// The indentation of the block that a line opens.
fn inside<'a>(lines: &[&'a str], index: usize) -> &'a str {
    let mut below = lines.iter().skip(index + 1);
    below.find(|line| !line.trim().is_empty()).map_or("", |line| indent(line))
}

/// The statement that answers the probes of a line.
fn probe_line(probes: &str, number: usize) -> Result<String, String> {
    let mut parts = Vec::new();
    for probe in probes.split(',').map(str::trim) {
        let (kind, what) = probe.split_once(char::is_whitespace).unwrap_or((probe, ""));
        let what = what.trim();
        let answer = match kind {
            "size" => format!("__strata_check__.getsizeof({what})"),
            "refs" => format!("__strata_check__.getrefcount({what})"),
            "id" => format!("id({what})"),
            "order" if what.is_empty() => "''".to_owned(),
            "order" => format!("str({what})"),
            _ => {
                return Err(format!(
                    "`{probe}` is no probe; write size X, refs X, id X, order or order X"
                ));
            }
        };
        if what.is_empty() && kind != "order" {
            return Err(format!("`{kind}` of what? Write {kind} and an expression"));
        }
        // A tab stands between the fields, so there is none in them.
        let shown = probe.replace('\\', "\\\\").replace('\'', "\\'").replace('\t', " ");
        parts.push(format!(
            "__strata_check__.stderr.write('\\x1ecompare {number}\\t{shown}\\t' + str({answer}) + '\\n')"
        ));
    }
    Ok(format!("import sys as __strata_check__; {}", parts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_stands_behind_its_line_and_before_one_that_leaves() {
        let script = "def f(x):  # compare: order\n    y = x  # compare: size y, refs y\n    return y  # compare: id y\n";
        let marked = Marked::of(script).unwrap().unwrap().text;
        let lines: Vec<&str> = marked.lines().collect();
        assert_eq!(lines.len(), 6);
        assert!(lines[1].starts_with("    import sys as __strata_check__; "), "{marked}");
        assert!(lines[1].contains("compare 1\\torder\\t' + str('')"), "{marked}");
        assert!(lines[3].contains("compare 2\\tsize y\\t' + str(__strata_check__.getsizeof(y))"));
        assert!(lines[3].contains("compare 2\\trefs y\\t' + str(__strata_check__.getrefcount(y))"));
        assert!(lines[4].contains("compare 3\\tid y\\t' + str(id(y))"), "{marked}");
        assert!(lines[5].starts_with("    return y"), "{marked}");
    }

    #[test]
    fn wrong_marks_are_refused_with_their_line_and_comments_are_no_marks() {
        assert_eq!(Marked::of("x = 1\n# compare: size x\n"), Ok(None));
        for (script, why) in [
            ("x = 1  # compare: weight x\n", "line 1: `weight x` is no probe"),
            ("\nx = 1  # compare: size\n", "line 2: `size` of what?"),
            ("x = 1  # compare:\n", "line 1: `` is no probe"),
        ] {
            let error = Marked::of(script).unwrap_err();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
