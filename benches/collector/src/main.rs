//! Strata's cycle collector beside its peers: one table, one run. See README.md.
//!
//! Every figure comes from a process of its own, which this program starts: itself with `--one`, or a
//! Python. So each contender finds an untouched heap, its memory is its own, and a stack that
//! overflows ends one figure and not the table.

mod cpython;
mod graph;
mod peers;
mod promises;
mod shapes;
mod strata;
mod table;

use std::process::{Command, ExitCode};

use cpython::Python;
use promises::Promises;
use shapes::{SHAPES, Sample, Shape};

/// A column of the table.
pub enum Contender {
    /// This program, under the name that `--one` knows.
    Own(&'static str),
    Python(Python),
}

impl Contender {
    fn name(&self) -> &str {
        match self {
            Self::Own(name) => name,
            Self::Python(python) => &python.name,
        }
    }

    fn run(&self, shape: Shape, n: usize, rounds: usize) -> Option<Sample> {
        match self {
            Self::Own(name) => own(&[], name, shape, n, rounds),
            Self::Python(python) => python.run(shape, n, rounds),
        }
    }
}

/// Objects in the graphs whose instructions are counted.
pub const COUNTED: usize = 20_000;

fn own(before: &[&str], name: &str, shape: Shape, n: usize, rounds: usize) -> Option<Sample> {
    let exe = std::env::current_exe().ok()?.to_string_lossy().into_owned();
    let (n, rounds) = (n.to_string(), rounds.to_string());
    let words = before.iter().copied().chain([&*exe, "--one", name, shape.name(), &n, &rounds]);
    let words: Vec<&str> = words.collect();
    let (program, args) = words.split_first()?;
    let output = Command::new(program).args(args).output().ok()?;
    let mut sample = Sample::parse(&String::from_utf8_lossy(&output.stdout))?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = text.lines().find(|line| line.contains("Collected :"));
    sample.instructions = count
        .and_then(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).next())
        .map(|count: f64| count / n.parse::<f64>().unwrap_or(1.0));
    Some(sample)
}

/// The same under callgrind, which counts inside [`shapes::collector_bench_measured`] only.
fn counted(name: &str, shape: Shape) -> Option<f64> {
    let words = [
        "valgrind",
        "--tool=callgrind",
        "--callgrind-out-file=/dev/null",
        "--collect-atstart=no",
        "--toggle-collect=collector_bench_measured",
    ];
    own(&words, name, shape, COUNTED, 1)?.instructions
}

fn human(n: usize) -> String {
    if n >= 1_000_000 { format!("{}M", n / 1_000_000) } else { format!("{}k", n / 1000) }
}

/// Rounds in one process, and processes.
fn effort(n: usize, quick: bool) -> (usize, usize) {
    match (n, quick) {
        (..=10_000, false) => (15, 5),
        (..=100_000, false) => (5, 4),
        (..=1_000_000, false) => (2, 3),
        (_, false) => (1, 2),
        (..=10_000, true) => (9, 2),
        (..=100_000, true) => (3, 2),
        (_, true) => (2, 1),
    }
}

struct Options {
    quick: bool,
    counting: bool,
    rows: Vec<String>,
    only: Option<Vec<String>>,
}

impl Options {
    fn new(args: &[String]) -> Self {
        let has = |flag: &str| args.iter().any(|arg| arg == flag);
        let only = args.iter().find_map(|arg| arg.strip_prefix("--only="));
        Self {
            quick: has("--quick"),
            counting: !has("--no-count")
                && Command::new("valgrind").arg("--version").output().is_ok(),
            rows: args.iter().filter(|arg| !arg.starts_with("--")).cloned().collect(),
            only: only.map(|names| names.split(',').map(str::to_owned).collect()),
        }
    }

    fn wants_row(&self, label: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|row| label.contains(row.as_str()))
    }

    fn wants(&self, contender: &Contender) -> bool {
        self.only.as_ref().is_none_or(|names| names.iter().any(|name| name == contender.name()))
    }
}

fn contenders() -> Vec<Contender> {
    let (pythons, note) = cpython::find();
    if let Some(note) = note {
        println!("{note}");
    }
    let mut all = vec![Contender::Own("strata")];
    all.extend(pythons.into_iter().map(Contender::Python));
    all.extend(peers::NAMES.map(Contender::Own));
    all
}

fn print(label: &str, figures: &[Option<f64>]) {
    if figures.iter().all(Option::is_none) {
        return;
    }
    print!("{label:<18}");
    for figure in figures {
        match figure {
            Some(figure) => print!("{figure:>13.1}"),
            None => print!("{:>13}", "-"),
        }
    }
    println!();
}

fn row(options: &Options, contenders: &[Contender], shape: Shape, n: usize) -> Vec<Option<Sample>> {
    let (rounds, processes) = effort(n, options.quick);
    let mut samples: Vec<Option<Sample>> = vec![None; contenders.len()];
    for _ in 0..processes {
        for (contender, best) in contenders.iter().zip(&mut samples) {
            if let Some(sample) = contender.run(shape, n, rounds) {
                *best = Some(best.take().map_or(sample, |best| best.least(sample)));
            }
        }
    }
    samples
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = args.iter().position(|arg| arg == "--one") {
        shapes::one(args.get(at + 1..).unwrap_or_default());
    }
    if let Some(at) = args.iter().position(|arg| arg == "--nest") {
        let done = cpython::nest(args.get(at + 1..).unwrap_or_default());
        return if done.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let options = Options::new(&args);
    let contenders: Vec<Contender> =
        contenders().into_iter().filter(|contender| options.wants(contender)).collect();
    if !options.counting {
        println!("Instructions are not counted (valgrind is missing, or was not wanted).");
    }
    print!("{:<18}", "");
    contenders.iter().for_each(|contender| print!("{:>13}", contender.name()));
    println!("\n(ns an object; then bytes an object, resident; then instructions an object)");
    let names: Vec<&str> = contenders.iter().map(Contender::name).collect();
    let mut promises = Promises::new(&names);
    for shape in SHAPES {
        for &n in shape.sizes(options.quick) {
            let label = format!("{} {}", shape.name(), human(n));
            if !options.wants_row(&label) {
                continue;
            }
            let samples = row(&options, &contenders, shape, n);
            let ns: Vec<_> = samples.iter().map(|s| s.map(|s| s.ns)).collect();
            print(&label, &ns);
            let bytes: Vec<_> = samples.iter().map(|s| s.and_then(|s| s.bytes)).collect();
            print("  bytes", &bytes);
            promises.note(shape, n, &ns, &bytes);
        }
        let label = format!("{} {}", shape.name(), human(COUNTED));
        if options.counting && (options.rows.is_empty() || options.wants_row(&label)) {
            let counts: Vec<_> = contenders
                .iter()
                .map(|contender| match contender {
                    Contender::Own(name) => counted(name, shape),
                    Contender::Python(_) => None,
                })
                .collect();
            print(&format!("{} instr.", shape.name()), &counts);
            promises.note_instructions(shape, &counts);
        }
    }
    if promises.print() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
