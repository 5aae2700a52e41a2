//! What nests deep, on a stack of 512 KiB: chains of what programs make are let go of, and every operation
//! on chains of built-in objects gives an answer or an exception.
//!
//! ```console
//! $ STRATA_NESTING=long cargo test --release --test nesting -- --nocapture
//! ```
//!
//! has chains of ten million instances, and of 300,000 of each other kind and of each two of them in turn.
//! (`crates/runtime-types/src/nesting.rs` has the containers.)
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::process::Command;

use common::{Ran, root};

/// Runs a script of `tests/nesting/` on a small stack.
fn on_a_small_stack(words: &str) -> Ran {
    let shell = format!("ulimit -s 512; exec {} run -- {words}", env!("CARGO_BIN_EXE_strata"));
    let folder = root().join("tests/nesting");
    Command::new("sh").args(["-c", &shell]).current_dir(folder).output().unwrap().into()
}

#[test]
fn chains_of_what_programs_make_are_let_go_of_on_a_small_stack() {
    let long = std::env::var("STRATA_NESTING").is_ok_and(|mode| mode == "long");
    let (instances, depth) = if long { (10_000_000, 300_000) } else { (200_000, 100_000) };
    let ran = on_a_small_stack(&format!("chains.py {instances} {depth} {}", u8::from(long)));
    println!("{}", ran.out);
    assert_eq!((ran.err.as_str(), ran.code), ("", Some(0)));
    assert!(ran.out.contains(&format!("{instances} Slots\n{depth} of 15 kinds\n")), "{}", ran.out);
    assert!(ran.out.ends_with("True\n"), "finalizers ran: {}", ran.out);
}

/// Deeper than native calls may nest.
#[test]
fn every_operation_on_a_deep_chain_answers_or_raises_on_a_small_stack() {
    let ran = on_a_small_stack("operations.py 10500");
    assert_eq!((ran.err.as_str(), ran.code), ("", Some(0)));
    let calls = ran.out.strip_prefix("calls ").and_then(|calls| calls.trim().parse().ok());
    assert!(calls.is_some_and(|calls: u32| calls > 6_000), "{}", ran.out);
}

#[test]
fn tuples_are_hashed_however_deep_they_are() {
    let ran = on_a_small_stack("hashes.py");
    assert_eq!((ran.err.as_str(), ran.code), ("", Some(0)));
    // CPython's hash of the same tuple, which it makes on a stack that is large enough.
    assert_eq!(ran.out, "226928516440299980\nTrue\nRecursionError\n");
}
