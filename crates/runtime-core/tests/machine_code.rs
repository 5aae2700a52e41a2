//! What the compiler makes of the fast paths: no indirect call or jump, and so many instructions a
//! pair. Skipped, with a word, where `objdump` or `valgrind` is not installed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a helper cannot do fails its test"
)]

use std::path::PathBuf;
use std::process::Command;

/// Instructions of one allocation and release of 48 bytes, the loop around them included. When this
/// changes on purpose, change it here, and say why in the commit.
const PAIR: f64 = 41.0;

/// The heap's attention word as an operand: it stands behind the 32 lists of used pools.
const ATTENTION: &str = "$0x0,0x100(";

/// The release build of the example `pair`.
fn pair() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--example", "pair", "-p", "runtime-core"])
        .args(["--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8_lossy(&built.stdout).into_owned();
    let mut paths = messages.split('"').filter(|word| word.ends_with("/release/examples/pair"));
    PathBuf::from(paths.next().expect("cargo names the executable"))
}

fn installed(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        println!("skipped: {tool} is not installed");
    }
    found
}

#[test]
fn the_fast_paths_make_no_indirect_call_or_jump() {
    if !installed("objdump") {
        return;
    }
    let output = Command::new("objdump")
        .args(["-d", "--no-show-raw-insn", "--no-addresses"])
        .arg(pair())
        .output()
        .unwrap();
    let code = String::from_utf8_lossy(&output.stdout);
    for name in ["strata_alloc", "strata_alloc_48", "strata_free", "strata_free_48"] {
        let start = code.find(&format!("<{name}>:")).unwrap_or_else(|| panic!("no {name}"));
        let body = code[start..].split("\n\n").next().unwrap_or_default();
        assert!(body.lines().count() > 8, "{name} is more than a jump:\n{body}");
        // All that may watch, trace, refuse or debug costs one compare and one branch.
        let flag = body.lines().filter(|line| line.contains(ATTENTION));
        assert_eq!(flag.count(), 1, "{name} looks at the flag once:\n{body}");
        for line in body.lines() {
            let indirect = line.contains("call") || line.contains("jmp");
            assert!(!(indirect && line.contains('*')), "{name} calls indirectly: {line}\n{body}");
        }
    }
}

#[test]
fn a_pair_costs_as_many_instructions_as_it_did() {
    if !installed("valgrind") {
        return;
    }
    let pair = pair();
    let count = |pairs: u32| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&pair)
            .arg(pairs.to_string())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = text.lines().find(|line| line.contains("Collected :")).unwrap_or_default();
        line.split_whitespace().filter_map(|word| word.parse::<f64>().ok()).next().unwrap()
    };
    let (short, long) = (10_000, 60_000);
    let instructions = (count(long) - count(short)) / f64::from(long - short);
    println!("{instructions:.2} instructions a pair");
    assert!(instructions <= 45.0, "{instructions} instructions a pair: the promise is 45");
    assert!((instructions - PAIR).abs() <= 2.0, "{instructions} instructions a pair, not {PAIR}");
}
