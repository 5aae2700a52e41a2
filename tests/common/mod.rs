//! Running the command as people do: in a process of its own.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The command, with no standard input, in the given folder.
pub fn strata(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strata"));
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// `0x` and six or more hexadecimal digits become `0xADDR`.
pub fn without_addresses(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        let digits = rest[at + 2..].chars().take_while(char::is_ascii_hexdigit).count();
        let end = at + 2 + digits;
        if digits >= 6 {
            shown.push_str(&rest[..at]);
            shown.push_str("0xADDR");
        } else {
            shown.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    shown + rest
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The scripts that people are shown.
pub fn scripts() -> PathBuf {
    root().join("examples/scripts")
}

/// What a process wrote and how it ended. A process that a signal ended has no code.
#[derive(Debug)]
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }
}

/// Runs the command with these words, in the folder of the scripts that people are shown.
pub fn run(words: &[&str]) -> Ran {
    strata(&scripts()).args(words).output().unwrap().into()
}

/// A folder of its own for one test, removed when dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("strata-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Runs the command on a script of this text, which is called `t.py`.
    pub fn run(&self, script: impl AsRef<[u8]>, words: &[&str]) -> Ran {
        std::fs::write(self.0.join("t.py"), script).unwrap();
        strata(&self.0).args(["run", "t.py"]).args(words).output().unwrap().into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The report that `--stats=json` wrote as the last line of standard error.
pub fn stats_of(ran: &Ran) -> serde_json::Value {
    let line = ran.err.lines().last().unwrap_or("");
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}\n{ran:?}"))
}

/// The figure at a dotted path, such as `types.tuple.born`; 0 where a type is not there at all.
pub fn figure(stats: &serde_json::Value, path: &str) -> i64 {
    let pointer = format!("/{}", path.replace('.', "/"));
    match stats.pointer(&pointer) {
        Some(value) => value.as_i64().unwrap_or_else(|| panic!("{path} is no number: {value}")),
        None if path.starts_with("types.") => 0,
        None => panic!("no {path} in {stats}"),
    }
}

/// Checks what holds for every report, whatever the script.
pub fn check_stats(stats: &serde_json::Value) -> Result<(), String> {
    let same = |what: &str, left: i64, right: i64| {
        if left == right { Ok(()) } else { Err(format!("{what}: {left} is not {right}")) }
    };
    let mut alive = 0;
    let types = stats["types"].as_object().ok_or("no types")?;
    for (name, ty) in types.iter().chain([(&"all".to_owned(), &stats["objects"])]) {
        let of = |field: &str| ty[field].as_i64().unwrap_or(i64::MIN);
        let served = ty["served"].as_object().ok_or("no served")?;
        let sum = served.values().filter_map(serde_json::Value::as_i64).sum();
        same(&format!("{name}: served, born"), sum, of("born"))?;
        same(&format!("{name}: born - died, alive"), of("born") - of("died"), of("alive"))?;
        if name != "all" {
            alive += of("alive");
        }
    }
    same("alive by type, by address", alive, figure(stats, "objects.alive"))?;
    same("missed deaths", figure(stats, "objects.missed_deaths"), 0)?;
    let parts = ["alive", "rounding", "free_lists", "free_blocks", "pool_headers", "unused_pools"];
    let parts = parts.iter().chain(&["alignment"]);
    let bytes = parts.map(|part| figure(stats, &format!("bytes.{part}"))).sum();
    same(
        "arena lines, arenas",
        bytes,
        figure(stats, "arenas.current") * figure(stats, "heap.arena_size"),
    )?;
    let lists = stats["free_lists"].as_array().ok_or("no free lists")?;
    for list in lists {
        if list["held"].as_i64() > list["cap"].as_i64() {
            return Err(format!("a free list holds more than it may: {list}"));
        }
    }
    let by_line: i64 = stats["lines"]
        .as_array()
        .ok_or("no lines")?
        .iter()
        .filter_map(|line| line["births"].as_i64())
        .sum();
    if by_line > figure(stats, "objects.born") {
        return Err("more births by line than in all".to_owned());
    }
    Ok(())
}
