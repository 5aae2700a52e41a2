//! Reads by foreign code, as valgrind's memcheck reports them: in pools by the client requests of the
//! feature `valgrind`, in system-allocator mode by itself. Skipped, with a word, where valgrind is
//! not installed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a helper cannot do fails its test"
)]

use std::path::PathBuf;
use std::process::Command;

/// The example `foreign`, built with the feature or without.
fn foreign(feature: bool) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--example", "foreign", "-p", "runtime-core"]);
    if feature {
        // In a folder of its own, so that the two builds do not take turns.
        build.args(["--features", "valgrind"]);
        build.arg("--target-dir").arg(concat!(env!("CARGO_TARGET_TMPDIR"), "/valgrind"));
    }
    let built = build
        .args(["--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8_lossy(&built.stdout).into_owned();
    let mut paths = messages.split('"').filter(|word| word.ends_with("/examples/foreign"));
    PathBuf::from(paths.next().expect("cargo names the executable"))
}

fn installed() -> bool {
    let found = Command::new("valgrind").arg("--version").output().is_ok();
    if !found {
        println!("skipped: valgrind is not installed");
    }
    found
}

/// What memcheck says of the example doing this.
fn memcheck(program: &PathBuf, words: &[&str]) -> String {
    let output =
        Command::new("valgrind").args(["-q", "--leak-check=no"]).arg(program).args(words).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const READ: &str = "Invalid read of size 1";
const CHOICE: &str = "Conditional jump or move depends on uninitialised value";

#[test]
#[cfg(target_arch = "x86_64")]
fn in_pools_client_requests_show_each_foreign_read() {
    if !installed() {
        return;
    }
    let program = foreign(true);
    assert_eq!(memcheck(&program, &["nothing"]), "", "nothing wrong, nothing said");
    for (what, words) in [
        ("overrun", READ),
        ("underrun", READ),
        ("after-free", READ),
        ("uninitialised", CHOICE),
        // A block that grew where it lies, and one that moved.
        ("grown", CHOICE),
        ("moved", CHOICE),
    ] {
        let said = memcheck(&program, &[what]);
        assert!(said.contains(words) && said.contains("foreign.rs"), "{what}: {said}");
        let reports = said.matches(READ).count() + said.matches(CHOICE).count();
        assert_eq!(reports, 1, "{what}: {said}");
    }
}

#[test]
fn in_system_allocator_mode_valgrind_needs_no_requests() {
    if !installed() {
        return;
    }
    let program = foreign(false);
    assert_eq!(memcheck(&program, &["nothing", "system"]), "");
    for (what, words) in [
        ("overrun", "0 bytes after a block of size 40 alloc'd"),
        ("underrun", "1 bytes before a block of size 40 alloc'd"),
        ("after-free", "16 bytes inside a block of size 40 free'd"),
        ("uninitialised", CHOICE),
    ] {
        let said = memcheck(&program, &[what, "system"]);
        assert!(said.contains(words), "{what}: {said}");
    }
    // Without the requests a pool is one large mapping.
    assert_eq!(memcheck(&program, &["overrun"]), "");
}
