//! Where arenas come from, how long they live, and what a source is not forgiven.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;

use super::heap;
use crate::{
    AllocError, ArenaSource, Counting, FixedBuffer, Floor, Geometry, Heap, HeapConfig, Mmap,
    Region, SizeClass, SourceFault,
};

const ARENA: usize = 1 << 20;

/// Blocks of 256 bytes that fill about this many arenas.
fn fill_arenas(heap: &Heap, arenas: usize) -> Vec<NonNull<u8>> {
    (0..arenas * 63 * 64).map(|_| heap.alloc(256).unwrap()).collect()
}

#[test]
fn blocks_a_pool_are_cpythons_as_the_heap_hands_them_out() {
    for class in SizeClass::all() {
        let heap = heap();
        let size = class.block_size();
        let want = (16384 - 48) / size;
        let blocks: Vec<_> = (0..want + 1).map(|_| heap.alloc(size).unwrap()).collect();
        let places: Vec<_> = blocks.iter().map(|&b| heap.place(b).unwrap()).collect();
        assert_eq!((places[0].pool, places[want - 1].pool, places[want].pool), (0, 0, 1), "{size}");
        assert_eq!(blocks[0].addr().get() % 16384, 48, "the first block's offset");
        assert!(blocks.windows(2).take(want - 1).all(|b| unsafe { b[0].add(size) == b[1] }));
        for block in blocks {
            unsafe { heap.free(block, size) };
        }
        heap.verify().unwrap();
    }
}

/// CPython 3.13: 3 million objects of 16 bytes take 47 arenas more than it had; freeing all gives
/// 46 back; of those, each 1000th object kept keeps every one; each 100,000th keeps 30.
#[test]
fn arenas_live_as_long_as_cpythons() {
    let objects = 3_000_000;
    for (keep, stay) in [(usize::MAX, 1), (1000, 47), (100_000, 30)] {
        let heap = heap();
        let before = heap.accounting().arenas;
        let blocks: Vec<_> = (0..objects).map(|_| heap.object_alloc(16).unwrap()).collect();
        let peak = heap.accounting().arenas - before;
        assert!(peak.abs_diff(47) <= 1, "{peak} arenas");
        let (kept, freed): (Vec<_>, Vec<_>) = blocks
            .into_iter()
            .enumerate()
            .partition(|(n, _)| n.is_multiple_of(keep) && keep != usize::MAX);
        for (_, block) in freed {
            unsafe { heap.object_free(block, 16) };
        }
        let left = heap.accounting();
        assert!(left.arenas.abs_diff(stay) <= 1, "{} arenas with each {keep}th kept", left.arenas);
        assert_eq!(left.arenas + left.arenas_released, peak);
        let mut pinned = 0;
        heap.each_arena(|arena| pinned += arena.blocks);
        assert_eq!(pinned, kept.len());
        heap.verify().unwrap();
        for (_, block) in kept {
            unsafe { heap.object_free(block, 16) };
        }
        assert_eq!(heap.accounting().arenas, 1);
    }
}

#[test]
fn the_fullest_arena_serves_first() {
    let heap = heap();
    let blocks = fill_arenas(&heap, 4);
    // Empty half of arena 0 and a quarter of arena 2: arena 2 is the fuller one.
    let freed: Vec<_> = blocks
        .iter()
        .copied()
        .filter(|&b| {
            let place = heap.place(b).unwrap();
            (place.arena == 0 && place.pool < 32) || (place.arena == 2 && place.pool < 16)
        })
        .collect();
    for &block in &freed {
        unsafe { heap.free(block, 256) };
    }
    heap.verify().unwrap();
    let next = heap.alloc(400).unwrap();
    assert_eq!(heap.place(next).unwrap().arena, 2);
    unsafe { heap.free(next, 400) };
    for block in blocks.into_iter().filter(|b| !freed.contains(b)) {
        unsafe { heap.free(block, 256) };
    }
    heap.verify().unwrap();
}

#[test]
fn a_cache_keeps_empty_arenas_and_gives_way_to_the_limit() {
    let source = Rc::new(Counting::new(Mmap));
    let limit = Some(8 * (ARENA + 4096) + (1 << 20));
    let config = HeapConfig { arena_cache: 3, limit, ..HeapConfig::default() };
    let heap = Heap::with_source(config, Floor::Heap, Box::new(Rc::clone(&source)));
    for _ in 0..10 {
        for block in fill_arenas(&heap, 4) {
            unsafe { heap.free(block, 256) };
        }
    }
    let now = heap.accounting();
    assert_eq!((now.arenas, now.arenas_cached, source.given()), (1, 3, 0));
    assert!(source.taken() <= 3, "{} spans taken", source.taken());
    heap.verify().unwrap();
    // A large block needs what the cache holds.
    let large = heap.alloc(6 << 20).unwrap();
    // Of the two arenas of the live one's span only the pages went back.
    assert_eq!((heap.accounting().arenas_cached, source.given()), (0, source.taken() - 1));
    assert_eq!(heap.accounting().arenas_released, 3);
    unsafe { heap.free(large, 6 << 20) };
    heap.verify().unwrap();
    drop(heap);
    assert_eq!(source.taken(), source.given());
}

/// What a heap told its source, and where the spans it got begin.
#[derive(Default)]
struct Diary {
    spans: RefCell<Vec<usize>>,
    entries: RefCell<Vec<(char, usize, usize)>>,
}

impl Diary {
    /// Notes what happened to a part: in halves of a span from its beginning, and how many.
    fn note(&self, what: char, part: Region) {
        let at = part.base.addr().get();
        let spans = self.spans.borrow();
        let span = spans.iter().position(|&span| span == at & !(2 * ARENA - 1)).unwrap();
        self.entries.borrow_mut().push((what, 2 * span + (at / ARENA) % 2, part.len / ARENA));
    }
}

unsafe impl ArenaSource for Diary {
    fn take(&self, len: usize, align: usize) -> Option<Region> {
        let region = Mmap.take(len, align)?;
        self.spans.borrow_mut().push(region.base.addr().get());
        Some(region)
    }

    fn prepare(&self, part: Region, huge: bool) {
        self.note(if huge { 'h' } else { 'p' }, part);
        Mmap.prepare(part, huge);
    }

    fn discard(&self, part: Region) {
        self.note('d', part);
        Mmap.discard(part);
    }

    unsafe fn give(&self, region: Region) {
        self.note('g', region);
        unsafe { Mmap.give(region) }
    }
}

#[test]
fn two_arenas_come_together_and_each_ends_on_its_own() {
    let diary = Rc::new(Diary::default());
    let heap = Heap::with_source(HeapConfig::default(), Floor::Heap, Box::new(Rc::clone(&diary)));
    let mut blocks = fill_arenas(&heap, 4);
    // One that stays usable, so that the others are given back.
    blocks.push(heap.alloc(256).unwrap());
    assert_eq!((heap.accounting().arenas, diary.spans.borrow().len()), (5, 3));
    diary.entries.borrow_mut().clear();
    let arena_of = |&block: &NonNull<u8>| heap.place(block).unwrap().arena;
    let mut release = |arena: u32| {
        for block in blocks.extract_if(.., |block| arena_of(block) == arena) {
            unsafe { heap.free(block, 256) };
        }
        heap.verify().unwrap();
        diary.entries.borrow_mut().split_off(0)
    };
    assert_eq!(release(1), [('d', 1, 1)], "its twin lives, so only its pages go");
    assert_eq!(release(3), [], "pages that were asked for ahead wait for the other half");
    assert_eq!(release(2), [('g', 2, 2)], "the second of a span takes it along");
    let taken = heap.taken();
    // What is spare serves before the source is asked.
    let again = fill_arenas(&heap, 1);
    assert_eq!((heap.accounting().arenas, diary.spans.borrow().len()), (3, 3));
    assert_eq!(heap.taken(), taken + ARENA + 4096);
    for block in blocks.into_iter().chain(again) {
        unsafe { heap.free(block, 256) };
    }
    heap.verify().unwrap();
    drop(heap);
    let given = diary.entries.borrow().iter().filter(|entry| entry.0 == 'g').count();
    assert_eq!(given, 3 - 1, "the span given before is not among them");
}

#[test]
fn a_growing_heap_asks_for_its_pages_once() {
    let diary = Rc::new(Diary::default());
    let heap = Heap::with_source(HeapConfig::default(), Floor::Heap, Box::new(Rc::clone(&diary)));
    let mut blocks = fill_arenas(&heap, 10);
    blocks.push(heap.alloc(256).unwrap());
    // Each from the third arena on, both of a span at once but after a huge page that came slowly.
    let entries = diary.entries.borrow_mut().split_off(0);
    assert_eq!(entries[0], ('h', 2, 2));
    let prepared = entries.iter().flat_map(|&(_, at, arenas)| at..at + arenas);
    assert!(
        (2..).take(prepared.clone().count()).eq(prepared.clone()) && prepared.count() >= 9,
        "{entries:?}"
    );
    assert!(
        entries
            .iter()
            .all(|&(what, _, arenas)| (what, arenas) == ('h', 2) || (what, arenas) == ('p', 1))
    );
    let memory = heap.arena_memory();
    assert_eq!(memory.mapped, 12 * (ARENA + 4096));
    assert!(memory.resident >= 11 * ARENA * 9 / 10, "{memory:?}");
    let release = |blocks: &mut Vec<NonNull<u8>>, arena: u32| {
        for block in blocks.extract_if(.., |&mut block| heap.place(block).unwrap().arena == arena) {
            unsafe { heap.free(block, 256) };
        }
        diary.entries.borrow_mut().split_off(0)
    };
    // One arena keeps its pages, for whoever comes next.
    assert_eq!(release(&mut blocks, 9), []);
    assert_eq!(release(&mut blocks, 7), [('d', 9, 1)], "and no more than one");
    // What has its pages comes first; the other one is asked for with its pages again, on its own.
    blocks.append(&mut fill_arenas(&heap, 2));
    blocks.append(&mut fill_arenas(&heap, 1));
    assert_eq!(diary.entries.borrow()[..1], [('p', 9, 1)]);
    heap.verify().unwrap();
    for block in blocks {
        unsafe { heap.free(block, 256) };
    }
    heap.verify().unwrap();
}

#[test]
fn a_fixed_buffer_serves_until_it_is_full() {
    let geometry = Geometry::new(4096, 64 << 10, 512).unwrap();
    let config = HeapConfig { geometry, ..HeapConfig::default() };
    let mut buffer = vec![0u8; 1 << 20];
    let region = Region { base: NonNull::new(buffer.as_mut_ptr()).unwrap(), len: buffer.len() };
    let heap =
        Heap::with_source(config, Floor::Heap, Box::new(unsafe { FixedBuffer::new(region) }));
    let mut blocks = Vec::new();
    let refused = loop {
        match heap.alloc(128) {
            Ok(block) => blocks.push(block),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, AllocError::System { .. }), "{refused}");
    assert!(heap.accounting().arenas >= 6 && blocks.len() > 2500);
    heap.verify().unwrap();
    for block in blocks {
        unsafe { heap.free(block, 128) };
    }
    heap.verify().unwrap();
}

/// Breaks its word in a way that can be chosen.
struct Liar {
    how: Cell<u8>,
    given: RefCell<Vec<Region>>,
}

unsafe impl ArenaSource for Liar {
    fn take(&self, len: usize, align: usize) -> Option<Region> {
        let mut region = Mmap.take(len + align, align)?;
        match self.how.get() {
            1 => region.base = unsafe { region.base.add(4096) },
            2 => region.len = len - 4096,
            3 => return self.given.borrow().first().copied(),
            _ => {}
        }
        self.given.borrow_mut().push(region);
        Some(region)
    }

    unsafe fn give(&self, _: Region) {}
}

#[test]
fn a_source_that_breaks_its_word_is_refused_by_name() {
    let source = Rc::new(Liar { how: Cell::new(0), given: RefCell::default() });
    let config = HeapConfig::default();
    let heap = Heap::with_source(config, Floor::Heap, Box::new(Rc::clone(&source)));
    let blocks = fill_arenas(&heap, 1);
    let filler: Vec<_> = std::iter::repeat_with(|| heap.alloc(512))
        .take_while(|_| heap.accounting().unused_pools > 0)
        .map(Result::unwrap)
        .collect();
    let expect = |how| {
        source.how.set(how);
        let mut refused = None;
        let mut extra = Vec::new();
        for _ in 0..100 {
            match heap.alloc(496) {
                Ok(block) => extra.push(block),
                Err(error) => refused = Some(error),
            }
        }
        for block in extra {
            unsafe { heap.free(block, 496) };
        }
        heap.verify().unwrap();
        refused
    };
    assert_eq!(expect(1), Some(AllocError::Source(SourceFault::Misaligned { by: 4096 })));
    let short = SourceFault::Short { asked: 2 * (ARENA + 4096), given: 2 * ARENA + 4096 };
    assert_eq!(expect(2), Some(AllocError::Source(short)));
    assert_eq!(expect(3), Some(AllocError::Source(SourceFault::Overlap { arena: 0 })));
    assert_eq!(expect(0), None);
    for (blocks, size) in [(blocks, 256), (filler, 512)] {
        for block in blocks {
            unsafe { heap.free(block, size) };
        }
    }
    heap.verify().unwrap();
    for error in [AllocError::Source(short), AllocError::Source(SourceFault::TooHigh)] {
        assert!(error.to_string().contains("arena source"), "{error}");
    }
}

#[test]
fn a_pool_serves_another_class_once_it_is_empty() {
    let heap = heap();
    let a = heap.alloc(32).unwrap();
    unsafe { heap.free(a, 32) };
    let b = heap.alloc(400).unwrap();
    assert_eq!(heap.place(b).unwrap().to_string(), "a0/p0/b0");
    unsafe { heap.free(b, 400) };
    heap.verify().unwrap();
}
