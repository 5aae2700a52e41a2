//! Strata's allocator beside its peers: one table, one run. See README.md.

mod contenders;
mod promises;
mod rows;

use std::process::{Command, ExitCode};

use contenders::{Bump, Contender, Glibc, Jemalloc, Mimalloc, Python, Snmalloc, Strata};
use rows::{ROWS, Row};
use runtime_core::FullPools;

const NAMES: [&str; 8] =
    ["strata", "strata_last", "glibc", "mimalloc", "jemalloc", "snmalloc", "bumpalo", "cpython"];

/// One figure of each contender, in the order of `NAMES`.
pub type Figures = [Option<f64>; NAMES.len()];

/// Nanoseconds of the processor that this thread has had: whoever else runs on the machine takes turns
/// with it and not from it.
fn processor_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Runs `work` on the contender of that name.
fn with(name: &str, python: Option<&Python>, work: &mut impl FnMut(&dyn Fn(Row, usize) -> f64)) {
    fn timed(c: &impl Contender) -> impl Fn(Row, usize) -> f64 + '_ {
        move |row, n| {
            if !row.fits(c) {
                return f64::NAN;
            }
            // As in any program that runs: no pool of a size is about to become empty.
            let pinned = (1..=32).map(|class| unsafe { c.alloc(class * 16) });
            let pinned: Vec<_> = pinned.collect();
            let mut live = row.prepare(c);
            let start = processor_ns();
            let done = row.run(c, &mut live, n);
            let time = (processor_ns() - start) as f64 / done as f64;
            live.release(c);
            for (class, p) in pinned.into_iter().enumerate() {
                unsafe { c.free(p, (class + 1) * 16) };
            }
            time
        }
    }
    match name {
        "strata" => work(&timed(&Strata::new(FullPools::First))),
        "strata_last" => work(&timed(&Strata::new(FullPools::Last))),
        "glibc" => work(&timed(&Glibc)),
        "mimalloc" => work(&timed(&Mimalloc)),
        "jemalloc" => work(&timed(&Jemalloc)),
        "snmalloc" => work(&timed(&Snmalloc)),
        "bumpalo" => work(&timed(&Bump::default())),
        _ => {
            if let Some(python) = python {
                work(&timed(python));
            }
        }
    }
}

fn times(row: Row, rounds: usize, python: Option<&Python>) -> Figures {
    let mut samples: [Vec<f64>; NAMES.len()] = Default::default();
    for round in 0..=rounds {
        for (name, samples) in NAMES.iter().zip(&mut samples) {
            with(name, python, &mut |run| {
                let time = run(row, row.operations());
                // The first round warms up.
                if round > 0 {
                    samples.push(time);
                }
            });
        }
    }
    // The least of the rounds: what else runs on the machine only ever adds.
    samples.map(|samples| samples.into_iter().reduce(f64::min).filter(|time| !time.is_nan()))
}

/// Instructions of one operation: callgrind's count of two runs that differ only in length.
fn count(name: &str, label: &str, row: Row) -> Option<f64> {
    let (short, long) = match row {
        Row::Random(_) => (10_000, 60_000),
        _ => (10_000, 110_000),
    };
    let run = |n: usize| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().ok()?)
            .args(["--one", name, label, &n.to_string()])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = text.lines().find(|line| line.contains("Collected :"))?;
        let figures: Vec<f64> =
            line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        figures.first().copied()
    };
    let count = (run(long)? - run(short)?) / (long - short) as f64;
    // A contender that valgrind cannot run ends at once, however much it was to do.
    (count >= 1.0).then_some(count)
}

fn one(name: &str, label: &str, n: usize) {
    let python = (name == "cpython").then(|| Python::load().ok()).flatten();
    if let Some((_, row)) = ROWS.iter().find(|(l, _)| *l == label) {
        with(name, python.as_ref(), &mut |run| {
            run(*row, n);
        });
    }
}

fn print(label: &str, figures: &Figures) {
    print!("{label:<14}");
    for figure in figures {
        match figure {
            Some(figure) => print!("{figure:>12.1}"),
            None => print!("{:>12}", "-"),
        }
    }
    println!();
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = args.iter().position(|arg| arg == "--one") {
        one(&args[at + 1], &args[at + 2], args[at + 3].parse().unwrap_or(10_000));
        return ExitCode::SUCCESS;
    }
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    let rounds = if has("--quick") { 3 } else { 9 };
    let counting = !has("--no-count") && Command::new("valgrind").arg("--version").output().is_ok();
    let python = Python::load();
    if let Err(why) = &python {
        println!("CPython is left out: {why}.");
    }
    if !counting {
        println!("Instructions are not counted (valgrind is missing, or was not wanted).");
    }
    print!("{:<14}", "");
    NAMES.iter().for_each(|name| print!("{name:>12}"));
    println!("\n(ns, then instructions, for each alloc+free pair; step, double: for each realloc)");
    let mut promises = promises::Promises::default();
    for &(label, row) in &ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|arg| *arg == label) {
            continue;
        }
        let ns = times(row, rounds, python.as_ref().ok());
        print(label, &ns);
        let mut counts = Figures::default();
        if counting && row != Row::Random(1_000_000) {
            for (name, place) in NAMES.iter().zip(&mut counts) {
                if ns[NAMES.iter().position(|n| n == name).unwrap_or(0)].is_some() {
                    *place = count(name, label, row);
                }
            }
            print("  instructions", &counts);
        }
        promises.note(label, &ns, &counts);
    }
    if promises.print() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
