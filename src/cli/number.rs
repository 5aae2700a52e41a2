//! Numbers as people write them on the command line.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A number of steps: `1000000` or `1_000_000`.
///
/// # Errors
/// What is wrong with it, as one clause.
pub(crate) fn steps(text: &str) -> Result<u64, String> {
    match text.replace('_', "").parse() {
        Ok(0) => Err("must be at least 1".to_owned()),
        Ok(steps) => Ok(steps),
        Err(_) => Err("write a whole number, such as 1_000_000".to_owned()),
    }
}

/// A time: `10` or `0.5`.
///
/// # Errors
/// What is wrong with it, as one clause.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "write seconds, such as 10 or 0.5".to_owned())?;
    if number > 0.0 && number <= LONGEST {
        Ok(Duration::from_secs_f64(number))
    } else {
        Err("must be more than 0, and at most a thousand years".to_owned())
    }
}

/// Seconds of a thousand years.
const LONGEST: f64 = 3.2e10;

/// The seed of hashes, as `PYTHONHASHSEED` takes it.
///
/// # Errors
/// What is wrong with it, as one clause.
pub(crate) fn seed(text: &str) -> Result<u32, String> {
    match text {
        "random" => Ok(RandomState::new().hash_one(text) as u32),
        number => number
            .parse()
            .map_err(|_| format!("must be `random`, or a number from 0 to {}", u32::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_what_is_none_is_refused() {
        assert_eq!(steps("1_000"), Ok(1000));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(seed("4294967295"), Ok(u32::MAX));
        for text in ["", "0", "-1", "1.5", "many", "99999999999999999999"] {
            assert!(steps(text).is_err(), "{text}");
        }
        for text in ["", "0", "-1", "nan", "inf", "1s", "1e300"] {
            assert!(seconds(text).is_err(), "{text}");
        }
        for text in ["", "-1", "4294967296", "Random"] {
            assert!(seed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn random_seeds_differ() {
        let seeds = [0; 4].map(|_| seed("random").unwrap_or(0));
        assert!(seeds.iter().any(|&other| other != seeds[0]));
    }
}
