//! What the system says of this process.

use serde::Serialize;

/// Memory of this process that is in RAM, in bytes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Rss {
    /// Now.
    pub now: usize,
    /// The most so far.
    pub peak: usize,
}

impl Rss {
    /// Reads `VmRSS` and `VmHWM` of `/proc/self/status`; `None` where there is no such file.
    pub fn now() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/self/status").ok()?)
    }

    fn parse(status: &str) -> Option<Self> {
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kib: usize = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
            Some(kib * 1024)
        };
        Some(Self { now: bytes("VmRSS:")?, peak: bytes("VmHWM:")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_lines_are_found_and_counted_in_bytes() {
        let status =
            "Name:\tstrata\nVmPeak:\t  9000 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        let rss = Rss::parse(status).unwrap();
        assert_eq!((rss.now, rss.peak), (1 << 20, 2 << 20));
    }

    #[test]
    fn a_status_without_them_says_nothing() {
        assert!(Rss::parse("Name:\tstrata\n").is_none());
    }
}
