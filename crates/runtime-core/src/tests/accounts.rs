//! The accounting: every byte explained, as data and as CPython's text.

use std::cell::RefCell;
use std::ptr::NonNull;

use super::{heap, random};
use crate::{Event, Floor, Geometry, Heap, HeapConfig, Observer, SmallAllocator};

fn explained(heap: &Heap) {
    let a = heap.accounting();
    let sum = a.alive
        + a.rounding
        + a.free_lists
        + a.free_blocks
        + a.pool_headers
        + a.pool_tails
        + a.unused_pools
        + a.alignment;
    assert_eq!(sum, a.arenas * a.arena_size);
    let arenas = (a.arenas + a.arenas_cached) * a.arena_size;
    assert_eq!(arenas + a.tables + a.raw_bytes + a.raw_kept + a.tracing + a.debug_records, a.taken);
    assert!(a.taken <= a.taken_peak && a.arenas <= a.arenas_peak);
    let mut blocks = 0;
    heap.each_arena(|arena| blocks += arena.blocks);
    assert_eq!(blocks + a.large_blocks, heap.allocated_blocks());
    heap.verify().unwrap();
}

#[test]
fn every_byte_is_explained_in_every_geometry() {
    let base = HeapConfig::default();
    for config in [
        base,
        HeapConfig { geometry: Geometry::new(4096, 1 << 20, 128).unwrap(), ..base },
        HeapConfig { count_requests: true, arena_cache: 2, ..base },
        HeapConfig { small: SmallAllocator::System, ..base },
    ] {
        let heap = Heap::new(config, Floor::Heap);
        let mut seed = 7;
        let blocks: Vec<_> = (0..30_000)
            .map(|_| {
                let size = random(&mut seed) % 700;
                (heap.alloc(size).unwrap(), size)
            })
            .collect();
        explained(&heap);
        for &(block, size) in blocks.iter().step_by(3) {
            unsafe { heap.free(block, size) };
        }
        explained(&heap);
        let a = heap.accounting();
        let looks = heap.attention.get() & !crate::heap::flag::SYSTEM != 0;
        assert_eq!(a.exact, looks);
        if a.exact && a.arenas > 0 {
            let small = heap.geometry.small_max();
            let left = blocks.iter().enumerate().filter(|(n, _)| n % 3 != 0);
            let asked: usize =
                left.map(|(_, &(_, n))| if (1..=small).contains(&n) { n } else { 0 }).sum();
            assert_eq!(a.alive, asked);
        }
        for (n, (block, size)) in blocks.into_iter().enumerate() {
            if n % 3 != 0 {
                unsafe { heap.free(block, size) };
            }
        }
        explained(&heap);
    }
}

#[test]
fn counting_can_begin_while_blocks_are_alive() {
    let heap = heap();
    let early = heap.alloc(10).unwrap();
    struct Deaf;
    impl Observer for Deaf {
        fn event(&self, _: &Event<'_>) {}
    }
    unsafe { heap.watch(Some(NonNull::from(&Deaf))) };
    let a = heap.accounting();
    // A heap that poisons has looked closer from its birth.
    let expected = if crate::poison::on() { (true, 10) } else { (false, 16) };
    assert_eq!((a.exact, a.alive), expected, "what is there already counts as granted");
    unsafe { heap.free(early, 10) };
    let again = heap.alloc(10).unwrap();
    unsafe {
        heap.free(again, 10);
        heap.watch(None);
    }
    heap.verify().unwrap();
}

#[test]
fn pools_and_arenas_tell_the_observer_of_their_lives() {
    #[derive(Default)]
    struct Log(RefCell<Vec<String>>);
    impl Observer for Log {
        fn event(&self, event: &Event<'_>) {
            self.0.borrow_mut().push(match event {
                Event::ArenaMapped { arena } => format!("arena {arena} mapped"),
                Event::ArenaCached { arena } => format!("arena {arena} cached"),
                Event::ArenaReleased { arena } => format!("arena {arena} released"),
                Event::PoolTaken { place, block_size } => format!("{place} taken for {block_size}"),
                Event::PoolEmptied { place } => format!("{place} emptied"),
                _ => return,
            });
        }
    }
    let log = Log::default();
    let heap = heap();
    unsafe {
        heap.watch(Some(NonNull::from(&log)));
        let block = heap.alloc(33).unwrap();
        heap.free(block, 33);
        heap.watch(None);
    }
    let told = log.0.take();
    assert_eq!(told, ["arena 0 mapped", "a0/p0/b0 taken for 48", "a0/p0/b0 emptied"]);
}

/// The same requests in CPython 3.13 would print the same but for the map of arenas.
#[test]
fn the_text_is_that_of_debugmallocstats() {
    let heap = heap();
    let blocks: Vec<_> = (0..400).map(|_| heap.alloc(48).unwrap()).collect();
    let other = heap.alloc(512).unwrap();
    let mut text = String::new();
    heap.write_malloc_stats(&mut text).unwrap();
    let tuples: String = (1..=20)
        .map(|k| {
            let label = format!("0 free {k}-sized PyTupleObjects * {} bytes each", 24 + 8 * k);
            format!("{label:>48} ={:>21}\n", 0)
        })
        .collect();
    let expected = format!(
        "\
Small block threshold = 512, in 32 size classes.

class   size   num pools   blocks in use  avail blocks
-----   ----   ---------   -------------  ------------
    2     48           2             400           280
   31    512           1               1            30

# arenas allocated total           =                    1
# arenas reclaimed                 =                    0
# arenas highwater mark            =                    1
# arenas allocated current         =                    1
1 arenas * 1048576 bytes/arena     =            1,048,576

# bytes in allocated blocks        =               19,712
# bytes in available blocks        =               28,800
61 unused pools * 16384 bytes      =              999,424
# bytes lost to pool headers       =                  144
# bytes lost to quantization       =                  496
# bytes lost to arena alignment    =                    0
Total                              =            1,048,576

arena map counts
# arena map mid nodes              =                    0
# arena map bot nodes              =                    1

# bytes lost to arena map root     =              131,072
# bytes lost to arena map mid      =                    0
# bytes lost to arena map bot      =                2,048
Total                              =              133,120

            0 free PyDictObjects * 48 bytes each =                    0
        0 free PyDictKeysObjects * 32 bytes each =                    0
           0 free PyFloatObjects * 24 bytes each =                    0
            0 free PyListObjects * 40 bytes each =                    0
{tuples}"
    );
    assert_eq!(text, expected);
    for block in blocks {
        unsafe { heap.free(block, 48) };
    }
    unsafe { heap.free(other, 512) };
    let system = HeapConfig { small: SmallAllocator::System, ..HeapConfig::default() };
    let mut text = String::new();
    Heap::new(system, Floor::Heap).write_malloc_stats(&mut text).unwrap();
    assert!(text.starts_with("            0 free PyDictObjects"), "only the third block");
}

#[test]
fn resident_arenas_are_those_that_were_written_to_cached_ones_included() {
    let heap = Heap::new(HeapConfig { arena_cache: 1, ..HeapConfig::default() }, Floor::Heap);
    let blocks: Vec<_> = (0..2 * 64 * 31).map(|_| heap.alloc(512).unwrap()).collect();
    let full = heap.arena_memory();
    assert_eq!(full.mapped, 2 * ((1 << 20) + 4096));
    assert!(full.resident > full.mapped * 9 / 10, "{full:?}");
    for block in blocks {
        unsafe { heap.free(block, 512) };
    }
    assert_eq!(heap.accounting().arenas_cached, 1);
    assert_eq!(heap.arena_memory(), full, "nothing went back");
    heap.drop_cached_arenas();
    let half = heap.arena_memory();
    assert_eq!(half.mapped, full.mapped, "its addresses wait for the next arena");
    assert!(half.resident < full.mapped * 6 / 10, "{half:?}");
}

#[test]
#[cfg(target_env = "gnu")]
fn malloc_says_what_it_holds() {
    let before = crate::raw::held().unwrap();
    if before == 0 {
        return; // A sanitizer stands in for malloc and keeps no books.
    }
    let block = crate::raw::alloc(64 << 20).unwrap();
    // Other tests take and give a little meanwhile.
    assert!(crate::raw::held().unwrap() > before + (32 << 20));
    unsafe { crate::raw::free(Some(block)) };
}
