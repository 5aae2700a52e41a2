//! Small pieces of text that logs and maps share.

/// The last part of a path.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Columns that a text takes in a terminal.
pub fn columns_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(columns_of_char).sum() }
}

/// A character takes two columns when it is one of the wide ones of East Asia or a picture.
fn columns_of_char(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97c
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff01..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// A line cut to this many columns.
pub fn shortened(line: &str, columns: usize) -> String {
    if columns_of(line) <= columns {
        return line.to_owned();
    }
    let mut left = columns.saturating_sub("...".len());
    let start = line.chars().take_while(|&c| {
        let room = left.checked_sub(columns_of_char(c));
        left = room.unwrap_or(0);
        room.is_some()
    });
    format!("{}...", start.collect::<String>().trim_end())
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
    fn what_is_wide_in_a_terminal_takes_two_columns() {
        assert_eq!(columns_of("na\u{ef}ve"), 5);
        assert_eq!(columns_of("e\u{301}"), 1);
        assert_eq!(columns_of("\u{65e5}\u{672c}"), 4);
        let line = "\u{65e5}".repeat(50);
        assert_eq!(shortened(&line, 80), format!("{}...", "\u{65e5}".repeat(38)));
        assert_eq!(shortened("as it is", 8), "as it is");
        assert_eq!(shortened("as it is not", 8), "as it...");
    }

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
