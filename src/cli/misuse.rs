//! What `--debug-heap` found: misuse of memory, by Strata itself or by a program that embeds it. A
//! script alone cannot do any.

use strata::Heap;

use super::exit::say;

/// Reports that are shown in full; more are only counted.
const SHOWN: u64 = 16;

/// Looks at every block that the debug hooks guard and says what was found since the last look;
/// gives whether anything was. Without the hooks nothing is looked at.
pub(crate) fn found(heap: &Heap) -> bool {
    if heap.config().debug.is_none() {
        return false;
    }
    // SAFETY: the script has ended, so no object is being made or taken apart.
    unsafe { heap.check_references() };
    let broken = heap.verify().err();
    heap.empty_quarantine();
    let mut reports = String::new();
    let mut shown = 0;
    while let Some(fault) = heap.take_fault() {
        shown += 1;
        // Writing to a string cannot fail.
        let _ = heap.write_fault(&fault, &mut reports);
        reports.push('\n');
    }
    if let Some(invariant) = broken.filter(|_| shown == 0) {
        say(format_args!("the heap is damaged: {invariant}"));
    } else if shown == 0 {
        return false;
    } else {
        let more = if shown == SHOWN { " or more" } else { "" };
        say(format_args!(
            "--debug-heap found misuse of memory, {shown}{more} in all:\n\n{reports}"
        ));
    }
    say(format_args!(
        "This is a mistake in Strata {} or in the program around it, not in your script. Please \
         report it with the script and the command line.",
        env!("CARGO_PKG_VERSION"),
    ));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use strata::{Config, DebugHooks, HeapConfig, Interp, Quiet};

    fn interp(debug: Option<DebugHooks>) -> Interp {
        let heap = HeapConfig { debug, ..HeapConfig::default() };
        Interp::new(Config { heap, ..Config::default() }, Box::new(Quiet)).unwrap()
    }

    #[test]
    fn a_runtime_that_does_nothing_wrong_has_nothing_to_say() {
        for hooks in [None, Some(DebugHooks::default())] {
            let interp = interp(hooks);
            assert!(!found(interp.heap()));
            interp.finish_and(|heap| assert!(!found(heap)));
        }
    }

    const CHILD: &str = "STRATA_TEST_MISUSE";

    #[test]
    fn damage_is_reported_with_the_block_and_whom_to_tell() {
        if std::env::var_os(CHILD).is_some() {
            // In a process of its own, since the report goes to standard error.
            let interp = interp(Some(DebugHooks::default()));
            let heap = interp.heap();
            let block = heap.alloc(24).unwrap();
            // SAFETY: the byte is a guard of the block, which the hooks put there.
            unsafe { block.add(24).write(0x78) };
            assert!(found(heap));
            assert!(found(heap), "as long as the block is damaged");
            // SAFETY: as above, and the block is alive.
            unsafe {
                block.add(24).write(0xfd);
                heap.free(block, 24);
                block.add(3).write(1);
            }
            interp.finish_and(|heap| assert!(found(heap)));
            return;
        }
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("cli::misuse::tests::damage_is_reported_with_the_block_and_whom_to_tell")
            .env(CHILD, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stderr);
        assert!(child.status.success(), "{said}");
        for words in [
            "strata: --debug-heap found misuse of memory, 1 in all:\n\nDebug memory block at address p=0x",
            "    24 bytes originally requested\n",
            "        at tail+0: 0x78 *** OUCH\n",
            "Heap fault: overrun: the byte 0 past the end of the block is 0x78",
            "use after free: byte 3 of the freed block, 0x01 (24 bytes of mem",
            "strata: This is a mistake in Strata",
        ] {
            assert!(said.contains(words), "{words:?} is missing:\n{said}");
        }
    }
}
