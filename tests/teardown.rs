//! A runtime that ends leaves nothing behind: every script of the corpus that passes is run, its
//! runtime taken apart, and its heap must hold no block.

use std::path::Path;

use strata::{Config, Interp, Outcome, Quiet, Source};

/// The blocks that a script's runtime leaves; `None` when the script is not run at all.
fn blocks_left(path: &Path) -> Option<usize> {
    let source = Source::new(path.to_string_lossy(), std::fs::read(path).ok()?).ok()?;
    let interp = Interp::new(Config::default(), Box::new(Quiet)).ok()?;
    let outcome = interp.run_main(source, &[]);
    if matches!(outcome, Outcome::Fault(_)) {
        return None;
    }
    let left = interp.finish();
    Some(left.leaked_blocks + left.leaked_raw)
}

#[test]
fn a_runtime_that_ends_holds_no_block() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let pending = std::fs::read_to_string(corpus.join("pending.txt")).unwrap();
    let mut scripts = Vec::new();
    for area in std::fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(files) = std::fs::read_dir(&area) else { continue };
        for file in files.map(|entry| entry.unwrap().path()) {
            let name = file.strip_prefix(&corpus).unwrap().with_extension("");
            let name = name.to_string_lossy().into_owned();
            if file.extension().is_some_and(|end| end == "py")
                && !pending.lines().any(|line| line == name)
            {
                scripts.push((name, file));
            }
        }
    }
    // As much stack as a main thread has.
    let all = move || {
        let mut run = 0;
        let mut leaves = Vec::new();
        for (name, file) in &scripts {
            let Some(left) = blocks_left(file) else { continue };
            run += 1;
            if left != 0 {
                leaves.push(format!("{name} leaves {left} blocks"));
            }
        }
        assert!(leaves.is_empty(), "{}", leaves.join("\n"));
        assert!(run >= 45, "only {run} scripts were run");
    };
    std::thread::Builder::new().stack_size(8 << 20).spawn(all).unwrap().join().unwrap();
}
