//! A heap as an `allocator-api2` allocator, so that hashbrown's tables and other collections live,
//! fail and are counted inside it.
//!
//! ```
//! use hashbrown::HashMap;
//! use runtime_core::{Floor, Heap, HeapConfig, Mem};
//!
//! let heap = Heap::new(HeapConfig { limit: Some(4 << 20), ..HeapConfig::default() }, Floor::Heap);
//! let state = std::hash::RandomState::new();
//! let mut names = HashMap::with_hasher_in(state, heap.allocator_for::<Mem>());
//! names.insert(1, "one");
//! assert_eq!(heap.allocated_blocks(), 1);
//! assert!(names.try_reserve(1 << 20).is_err(), "more than the heap may take");
//! ```

use std::marker::PhantomData;
use std::panic::Location;
use std::ptr::NonNull;

use allocator_api2::alloc::{AllocError as Refused, Allocator, Layout};

use crate::block::Family;
use crate::heap::Heap;
use crate::size_class::ALIGNMENT;
use crate::slow::Request;

/// A handle through which collections take memory of one domain of a heap.
#[derive(Debug)]
pub struct HeapAllocator<'h, F: Family> {
    heap: &'h Heap,
    family: PhantomData<F>,
}

impl<F: Family> Clone for HeapAllocator<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Family> Copy for HeapAllocator<'_, F> {}

impl Heap {
    /// A handle for collections whose memory is to come from domain `F`.
    pub fn allocator_for<F: Family>(&self) -> HeapAllocator<'_, F> {
        HeapAllocator { heap: self, family: PhantomData }
    }
}

/// Bytes asked of the heap for a layout: with a higher alignment than blocks have, enough to move
/// the start up, and a word in front of it that remembers the block.
fn whole(layout: Layout) -> Option<usize> {
    if layout.align() <= ALIGNMENT {
        Some(layout.size())
    } else {
        layout.size().checked_add(layout.align())
    }
}

impl<F: Family> HeapAllocator<'_, F> {
    #[track_caller]
    fn take(&self, layout: Layout, zeroed: bool) -> Result<NonNull<[u8]>, Refused> {
        if layout.size() == 0 {
            let nowhere = std::ptr::without_provenance_mut(layout.align());
            return Ok(NonNull::slice_from_raw_parts(NonNull::new(nowhere).ok_or(Refused)?, 0));
        }
        let size = whole(layout).ok_or(Refused)?;
        let request = Request::new(F::DOMAIN, size, zeroed);
        let block = self.heap.serve(request, Location::caller()).map_err(|_| Refused)?;
        let mut start = block;
        if layout.align() > ALIGNMENT {
            // SAFETY: blocks are aligned to 16, so the next multiple above the block is 16 to
            // `align` bytes on, which leaves room for a word in front and `size` bytes behind.
            unsafe {
                let up = layout.align() - block.addr().get() % layout.align();
                start = block.add(up);
                start.cast::<NonNull<u8>>().sub(1).write(block);
            }
        }
        Ok(NonNull::slice_from_raw_parts(start, layout.size()))
    }
}

// SAFETY: blocks are the heap's, aligned and as large as asked, alive until they are given back;
// copies of the handle are of the same heap.
unsafe impl<F: Family> Allocator for HeapAllocator<'_, F> {
    #[track_caller]
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        self.take(layout, false)
    }

    #[track_caller]
    fn allocate_zeroed(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        self.take(layout, true)
    }

    unsafe fn deallocate(&self, start: NonNull<u8>, layout: Layout) {
        if layout.size() == 0 {
            return;
        }
        // SAFETY: per contract the block came from `take` with this layout.
        unsafe {
            let block = if layout.align() > ALIGNMENT {
                start.cast::<NonNull<u8>>().sub(1).read()
            } else {
                start
            };
            self.heap.release_block(F::DOMAIN, block, whole(layout));
        }
    }
}
