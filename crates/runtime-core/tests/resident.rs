//! What the operating system sees: the one test of its process, so that nothing else takes memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a helper cannot do fails its test"
)]
#![expect(
    clippy::undocumented_unsafe_blocks,
    reason = "the test gives back exactly what it took, with the size it asked for"
)]

use runtime_core::{ARENA_SIZE, Floor, Heap, HeapConfig};

fn resident_bytes() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split_whitespace().nth(1)?.parse::<usize>().ok()? * 4096)
}

#[test]
fn memory_of_released_arenas_leaves_the_process() {
    let heap = Heap::new(HeapConfig::default(), Floor::Heap);
    let blocks: Vec<_> = (0..64 * 63 * 64).map(|_| heap.alloc(256).unwrap()).collect();
    for &block in &blocks {
        unsafe { block.write_bytes(1, 256) };
    }
    let (before, arenas) = (resident_bytes().unwrap(), heap.accounting().arenas);
    let mut resident = 0;
    heap.each_arena(|arena| resident += arena.resident);
    assert!(resident >= arenas * ARENA_SIZE * 9 / 10, "{resident} bytes of {arenas} arenas");
    // Every second block of the first half stays: those arenas are pinned, the others go.
    let (pinned, freed): (Vec<_>, Vec<_>) =
        blocks.iter().enumerate().partition(|(n, _)| n % 2 == 0 && *n < blocks.len() / 2);
    for (_, &block) in freed {
        unsafe { heap.free(block, 256) };
    }
    let released = arenas - heap.accounting().arenas;
    let fell = before.saturating_sub(resident_bytes().unwrap());
    assert!(released >= 30, "{released} arenas");
    assert!(fell * 10 >= released * 9 * ARENA_SIZE, "RSS fell by {fell} with {released} arenas");
    heap.verify().unwrap();
    for (_, &block) in pinned {
        unsafe { heap.free(block, 256) };
    }
    heap.verify().unwrap();
}
