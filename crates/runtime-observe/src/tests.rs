//! The recorder at its bounds.

use runtime_core::{Floor, Heap, HeapConfig};

use crate::{Limits, Recorder, Totals};

#[test]
fn when_there_are_too_many_events_the_oldest_are_folded_into_the_beginning() {
    let heap = Heap::new(HeapConfig::default(), Floor::Heap);
    // SAFETY: the heap stays where it is, and the recorder is taken out before it is dropped.
    let recorder = unsafe { Recorder::begin(&heap, Limits { bytes: 2 << 20 }) };
    let mut blocks = Vec::new();
    for turn in 0..400_000_usize {
        let size = 16 + turn % 600;
        blocks.push((heap.alloc(size).unwrap(), size));
        if turn % 3 != 0 {
            let (block, size) = blocks.swap_remove(turn % blocks.len());
            // SAFETY: the block came from this heap, with this size, and is not used again.
            unsafe { heap.free(block, size) };
        }
    }
    let totals = Totals::from(&heap.accounting());
    recorder.end(&heap);
    let recording = recorder.finish();
    assert!(recording.first_event() > 0, "some events are not kept");
    assert!(recording.bytes() <= 3 << 20, "{} bytes are kept", recording.bytes());
    assert!(!recording.is_cut_short());
    let mut replay = recording.replay();
    assert_eq!(replay.state().events(), recording.first_event());
    assert_eq!(replay.run_to(u64::MAX).totals(), totals);
    assert_eq!(replay.state().events(), recording.events());
    for (block, size) in blocks {
        // SAFETY: as above.
        unsafe { heap.free(block, size) };
    }
}
