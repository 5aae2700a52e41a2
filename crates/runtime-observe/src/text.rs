//! Small pieces of text that logs and maps share.

/// The last part of a path.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A line cut to this many columns.
pub(crate) fn shortened(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.to_owned();
    }
    let start: String = line.chars().take(columns - 3).collect();
    format!("{}...", start.trim_end())
}

/// A number with its thousands marked.
pub(crate) fn grouped(n: u64) -> String {
    let mut text = String::new();
    grouped_into(&mut text, n);
    text
}

/// Puts a number with its thousands marked behind a text.
pub(crate) fn grouped_into(text: &mut String, n: u64) {
    if n < 1000 {
        return number_into(text, n);
    }
    grouped_into(text, n / 1000);
    text.push(',');
    let rest = n % 1000;
    if rest < 100 {
        text.push('0');
    }
    if rest < 10 {
        text.push('0');
    }
    number_into(text, rest);
}

/// Puts a number behind a text: logs have millions of them.
pub(crate) fn number_into(text: &mut String, mut n: u64) {
    let mut digits = [0_u8; 20];
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (n % 10) as u8;
        first = at;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    let digits = digits.get(first..).unwrap_or_default();
    text.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_and_in_groups() {
        for (n, plain, marked) in [
            (0, "0", "0"),
            (7, "7", "7"),
            (999, "999", "999"),
            (1000, "1000", "1,000"),
            (1_020_003, "1020003", "1,020,003"),
            (u64::MAX, "18446744073709551615", "18,446,744,073,709,551,615"),
        ] {
            let mut text = String::new();
            number_into(&mut text, n);
            assert_eq!((text.as_str(), grouped(n).as_str()), (plain, marked));
        }
    }
}
