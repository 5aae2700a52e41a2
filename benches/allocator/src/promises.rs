//! What Strata promises of its figures, checked against this run.

use crate::Figures;

const STRATA: usize = 0;
const LAST: usize = 1;
const MIMALLOC: usize = 3;
const CPYTHON: usize = 7;

/// The promises looked at so far.
#[derive(Default)]
pub struct Promises {
    lines: Vec<(String, bool)>,
}

impl Promises {
    /// Holds one row's figures against what is promised of it.
    pub fn note(&mut self, label: &str, ns: &Figures, counts: &Figures) {
        let small = ["hot16", "hot48", "hot64", "hot128", "lifo16", "lifo48", "fifo16", "fifo48"];
        if small.contains(&label) {
            self.ratio(label, "mimalloc", ns[STRATA], ns[MIMALLOC], 1.0);
            self.ratio(label, "cpython", ns[STRATA], ns[CPYTHON], 0.65);
            self.bound(label, counts[STRATA], 45.0);
        }
        if label == "rand10k" {
            self.ratio(label, "cpython", ns[STRATA], ns[CPYTHON], 0.6);
            self.bound(label, counts[STRATA], 95.0);
            self.ratio("rand10k, full pools last", "mimalloc", ns[LAST], ns[MIMALLOC], 1.0);
            self.bound("rand10k, full pools last", counts[LAST], 80.0);
        }
        if label == "rand1m" {
            self.ratio(label, "cpython", ns[STRATA], ns[CPYTHON], 1.0);
        }
        if label == "step" || label == "double" {
            self.ratio(label, "cpython", ns[STRATA], ns[CPYTHON], 0.9);
            self.bound(label, counts[STRATA], 200.0);
        }
    }

    fn ratio(&mut self, label: &str, peer: &str, ours: Option<f64>, theirs: Option<f64>, bar: f64) {
        let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
        let ratio = ours / theirs;
        self.lines.push((format!("{label}: {ratio:.2} x {peer}, bar {bar}"), ratio <= bar));
    }

    fn bound(&mut self, label: &str, count: Option<f64>, bar: f64) {
        if let Some(count) = count {
            self.lines.push((format!("{label}: {count:.1} instructions, bar {bar}"), count <= bar));
        }
    }

    /// Prints them; gives whether all hold.
    pub fn print(&self) -> bool {
        println!();
        for (line, holds) in &self.lines {
            println!("{} {line}", if *holds { "holds " } else { "BROKEN" });
        }
        self.lines.iter().all(|(_, holds)| *holds)
    }
}
