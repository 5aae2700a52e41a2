//! Birth and death of objects, on Strata and through CPython's C API: one table. See README.md.

mod cpython;
mod strata;

use std::path::Path;
use std::process::{Command, ExitCode};

/// A row: its name, operations of a run, what Strata's time may be of the optimised CPython's, and the
/// most instructions of one operation.
struct Row {
    name: &'static str,
    operations: usize,
    bar: Option<f64>,
    instructions: Option<f64>,
}

const fn row(name: &'static str, operations: usize, bar: Option<f64>, most: Option<f64>) -> Row {
    Row { name, operations, bar, instructions: most }
}

const ROWS: [Row; 12] = [
    row("tuple2_small", 2_000_000, Some(0.7), Some(170.0)),
    row("tuple2_big", 2_000_000, Some(0.7), None),
    row("float", 4_000_000, Some(0.7), Some(55.0)),
    row("long40", 4_000_000, Some(0.7), Some(95.0)),
    // Held against CPython 3.13: 3.11 counts without looking whether an object is immortal.
    row("incref_decref", 8_000_000, Some(0.3), None),
    row("list1000", 4_000_000, Some(0.7), Some(120.0)),
    row("str_concat", 2_000_000, Some(0.7), None),
    row("dict10", 2_000_000, None, None),
    row("dict10000", 2_000_000, None, None),
    row("set10", 2_000_000, None, None),
    row("hold_make", 1_000_000, Some(0.9), None),
    row("hold_release", 1_000_000, Some(0.6), None),
];

/// One contender: its program and the words that make it run a row.
struct Contender<'a> {
    name: &'a str,
    program: &'a Path,
    arguments: &'a dyn Fn(&str, usize) -> Vec<String>,
}

impl Contender<'_> {
    fn time(&self, row: &Row) -> Option<f64> {
        let mut command = Command::new(self.program);
        command.args((self.arguments)(row.name, row.operations));
        let output = command.output().ok()?;
        let total: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
        Some(total / row.operations as f64)
    }

    /// Instructions of one operation: callgrind's count of two runs that differ only in length.
    fn count(&self, row: &Row) -> Option<f64> {
        let run = |n: usize| {
            let output = Command::new("valgrind")
                .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
                .arg(self.program)
                .args((self.arguments)(row.name, n))
                .output()
                .ok()?;
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            let line = text.lines().find(|line| line.contains("Collected :"))?.to_owned();
            line.split_whitespace().find_map(|word| word.parse::<f64>().ok())
        };
        let (short, long) = (20_000, 120_000);
        let count = (run(long)? - run(short)?) / (long - short) as f64;
        (count >= 1.0).then_some(count)
    }
}

fn cell(figure: Option<f64>) -> String {
    figure.map_or_else(|| format!("{:>12}", "-"), |figure| format!("{figure:>12.1}"))
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, row, n] = &args[..]
        && flag == "--one"
    {
        let n = n.parse().unwrap_or(1000);
        println!("{}", strata::row(row, n).unwrap_or(-1.0));
        return ExitCode::SUCCESS;
    }
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    let rounds = if has("--quick") { 3 } else { 9 };
    let counting = !has("--no-count") && Command::new("valgrind").arg("--version").output().is_ok();
    let pythons = cpython::find();
    if pythons.is_empty() {
        println!("CPython is left out: no python3 with its headers (Python.h) was found.");
    }
    if !counting {
        println!("Instructions are not counted (valgrind is missing, or was not wanted).");
    }
    let Ok(own) = std::env::current_exe() else { return ExitCode::FAILURE };
    let ours = |row: &str, n: usize| vec!["--one".to_owned(), row.to_owned(), n.to_string()];
    let theirs: Vec<_> =
        pythons.iter().map(|python| |row: &str, n: usize| python.arguments(row, n)).collect();
    let mut contenders = vec![Contender { name: "strata", program: &own, arguments: &ours }];
    for (python, arguments) in pythons.iter().zip(&theirs) {
        contenders.push(Contender { name: &python.name, program: &python.program, arguments });
    }
    print!("{:<14}", "ns");
    contenders.iter().for_each(|contender| print!("{:>12}", contender.name));
    println!("   instructions, in the same order");
    let mut held = true;
    let mut verdicts = Vec::new();
    for row in &ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|word| row.name.contains(word.as_str())) {
            continue;
        }
        let mut best = vec![None::<f64>; contenders.len()];
        for _ in 0..rounds {
            for (contender, best) in contenders.iter().zip(&mut best) {
                // The least of the rounds: what else runs on the machine only ever adds.
                *best = [*best, contender.time(row)].into_iter().flatten().reduce(f64::min);
            }
        }
        let counts: Vec<_> =
            contenders.iter().map(|c| counting.then(|| c.count(row)).flatten()).collect();
        print!("{:<14}", row.name);
        best.iter().chain(&counts).for_each(|figure| print!("{}", cell(*figure)));
        println!();
        // The optimised one is the first; counting is held against 3.13.
        let peer = if row.name == "incref_decref" {
            contenders.iter().position(|c| c.name == "py3.13")
        } else {
            (contenders.len() > 1).then_some(1)
        };
        let theirs = peer.and_then(|peer| best[peer]);
        if let (Some(bar), Some(ours), Some(theirs), Some(peer)) = (row.bar, best[0], theirs, peer)
        {
            let (ratio, name) = (ours / theirs, contenders[peer].name);
            held &= ratio <= bar;
            verdicts.push((row.name, format!("{ratio:.2} x {name}, bar {bar}"), ratio <= bar));
        }
        if let (Some(most), Some(count)) = (row.instructions, counts[0]) {
            held &= count <= most;
            verdicts.push((
                row.name,
                format!("{count:.0} instructions, bar {most}"),
                count <= most,
            ));
        }
    }
    println!();
    for (name, text, holds) in verdicts {
        println!("{} {name:<14}{text}", if holds { "holds " } else { "MISSED" });
    }
    cpython::clean();
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
