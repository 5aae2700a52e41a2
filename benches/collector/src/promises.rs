//! What Strata promises of its figures, checked against this run.

use crate::shapes::Shape;

/// The promises looked at so far.
pub struct Promises {
    strata: Option<usize>,
    gcmodule: Option<usize>,
    /// The system's Python: the first of them.
    python: Option<usize>,
    python_name: String,
    against_gcmodule: Vec<f64>,
    lines: Vec<(String, bool)>,
}

/// Two figures of one row, the bar and where we want to be.
struct Ratio<'a> {
    label: &'a str,
    peer: &'a str,
    ours: Option<f64>,
    theirs: Option<f64>,
    bar: f64,
    reach: f64,
}

impl Promises {
    pub fn new(names: &[&str]) -> Self {
        let python = names.iter().position(|name| name.starts_with("py"));
        Self {
            strata: names.iter().position(|name| *name == "strata"),
            gcmodule: names.iter().position(|name| *name == "gcmodule"),
            python,
            python_name: python.map_or(String::new(), |at| names[at].to_owned()),
            against_gcmodule: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Holds one row's figures against what is promised of it.
    pub fn note(&mut self, shape: Shape, n: usize, ns: &[Option<f64>], bytes: &[Option<f64>]) {
        let of = |figures: &[Option<f64>], at: Option<usize>| at.and_then(|at| figures[at]);
        let (ours, theirs) = (of(ns, self.strata), of(ns, self.python));
        let label = format!("{} {n}", shape.name());
        let peer = self.python_name.clone();
        let (bar, reach) = match shape {
            _ if shape.is_garbage() => (0.5, 0.2),
            _ if shape.is_live() => (0.4, 0.2),
            _ if shape.is_nest() => (0.6, 0.43),
            _ => (1.0, 0.43),
        };
        self.ratio(&Ratio { label: &label, peer: &peer, ours, theirs, bar, reach });
        if shape.is_garbage()
            && let (Some(ours), Some(theirs)) = (ours, of(ns, self.gcmodule))
        {
            self.against_gcmodule.push(ours / theirs);
            let (ours, theirs) = (Some(ours), Some(theirs));
            let ratio =
                Ratio { label: &label, peer: "gcmodule", ours, theirs, bar: 1.5, reach: 1.0 };
            self.ratio(&ratio);
        }
        if shape == Shape::LiveRing
            && n == 1_000_000
            && let Some(bytes) = of(bytes, self.strata)
        {
            // 64, the object's share of what a pool and an arena keep for themselves, and of the one
            // huge page that is not full.
            let bar = 64.5 + (2 << 20) as f64 / n as f64;
            self.line(format!("{label}: {bytes:.1} bytes resident, bar {bar:.1}"), bytes <= bar);
        }
    }

    pub fn note_instructions(&mut self, shape: Shape, counts: &[Option<f64>]) {
        let bar = match shape {
            _ if shape.is_garbage() => 350.0,
            // The third live row also moves objects to and fro, as CPython does.
            Shape::LiveRing | Shape::LiveRandom => 130.0,
            Shape::Nest => 200.0,
            _ => return,
        };
        if let Some(count) = self.strata.and_then(|at| counts[at]) {
            let line = format!("{}: {count:.1} instructions, bar {bar}", shape.name());
            self.line(line, count <= bar);
        }
    }

    fn ratio(&mut self, row: &Ratio) {
        let (Some(ours), Some(theirs)) = (row.ours, row.theirs) else { return };
        let ratio = ours / theirs;
        let reached = if ratio <= row.reach { ", reached" } else { "" };
        let (label, peer, bar, reach) = (row.label, row.peer, row.bar, row.reach);
        let line = format!("{label}: {ratio:.2} x {peer}, bar {bar} (reach {reach}{reached})");
        self.line(line, ratio <= row.bar);
    }

    fn line(&mut self, line: String, holds: bool) {
        self.lines.push((line, holds));
    }

    /// Prints them; gives whether all hold.
    pub fn print(mut self) -> bool {
        if !self.against_gcmodule.is_empty() {
            let logs: f64 = self.against_gcmodule.iter().map(|ratio| ratio.ln()).sum();
            let mean = (logs / self.against_gcmodule.len() as f64).exp();
            self.line(format!("garbage, geometric mean: {mean:.2} x gcmodule, bar 1"), mean <= 1.0);
        }
        println!();
        for (line, holds) in &self.lines {
            println!("{} {line}", if *holds { "holds " } else { "BROKEN" });
        }
        self.lines.iter().all(|(_, holds)| *holds)
    }
}
