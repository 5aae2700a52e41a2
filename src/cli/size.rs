//! Sizes as people write them: `65536`, `512K`, `64M`, `1.5GiB`.

/// Bytes that `text` means: a number and, if any, a unit of 1024s (`K`, `M`, `G`, with or without
/// `B` or `iB`).
///
/// # Errors
/// What is wrong with it, as one clause.
pub(crate) fn parse(text: &str) -> Result<usize, String> {
    let no_size = || "write a number and a unit, such as 64M".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (value, unit) = text.split_at(digits);
    let shift = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ if digits == 0 => return Err(no_size()),
        _ => return Err(format!("`{unit}` is no unit of memory; use K, M or G")),
    };
    let value: f64 = value.parse().map_err(|_| no_size())?;
    let bytes = value * f64::from(1u32 << shift);
    if bytes >= 1.0 && bytes < isize::MAX as f64 {
        Ok(bytes as usize)
    } else {
        Err("must be at least one byte, and less than 8 EiB".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_1024() {
        for (text, bytes) in
            [("1", 1), ("4096", 4096), ("64k", 65536), ("64M", 64 << 20), ("1.5 GiB", 3 << 29)]
        {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "M", "0", "-1", "1T5", "1.2.3", "9999999999G"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
