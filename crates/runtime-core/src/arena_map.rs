//! Which addresses are ours: a two-level map from address to arena.
//!
//! ```text
//! address, 48 bits:   | root 14 | leaf 14 | offset in the arena 20 |
//! ```
//!
//! The root has one pointer for each 16 GiB of address space, a leaf one bit for each arena in it.
//! Asking never touches memory that is not the map's own, whatever address is asked about.
//! CPython's counterpart has three levels because it must tell unaligned arenas apart.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::arena::ARENA_SIZE;
use crate::system;

const LEAF_BITS: u32 = 14;
const ROOT_BITS: u32 = 14;
const ARENA_BITS: u32 = ARENA_SIZE.trailing_zeros();
const WORDS: usize = (1 << LEAF_BITS) / 64;

const _: () = assert!(ROOT_BITS + LEAF_BITS + ARENA_BITS == 48, "user addresses have 47 bits");

type Leaf = [Cell<u64>; WORDS];

/// The set of live arenas, by address.
pub(crate) struct ArenaMap {
    /// `1 << ROOT_BITS` pointers; null until the first arena is entered.
    root: Cell<*mut *mut Leaf>,
    leaves: Cell<usize>,
}

impl ArenaMap {
    pub(crate) const fn new() -> Self {
        Self { root: Cell::new(null_mut()), leaves: Cell::new(0) }
    }

    /// Bytes of system memory that the map itself takes.
    pub(crate) fn bytes(&self) -> usize {
        let root = if self.root.get().is_null() { 0 } else { size_of::<*mut Leaf>() << ROOT_BITS };
        root + self.leaves.get() * size_of::<Leaf>()
    }

    /// Whether `p` points into a live arena.
    #[inline]
    pub(crate) fn contains(&self, p: NonNull<u8>) -> bool {
        let page = p.addr().get() >> ARENA_BITS;
        self.word(page).is_some_and(|word| word.get() & Self::bit(page) != 0)
    }

    /// Enters the arena at `base`; `false` when the system has no memory for the map.
    pub(crate) fn enter(&self, base: NonNull<u8>) -> bool {
        let page = base.addr().get() >> ARENA_BITS;
        if page >> (ROOT_BITS + LEAF_BITS) != 0 || !self.grow(page) {
            return false;
        }
        if let Some(word) = self.word(page) {
            word.set(word.get() | Self::bit(page));
        }
        true
    }

    /// Takes the arena at `base` out again.
    pub(crate) fn leave(&self, base: NonNull<u8>) {
        let page = base.addr().get() >> ARENA_BITS;
        if let Some(word) = self.word(page) {
            word.set(word.get() & !Self::bit(page));
        }
    }

    const fn bit(page: usize) -> u64 {
        1 << (page % 64)
    }

    #[inline]
    fn word(&self, page: usize) -> Option<&Cell<u64>> {
        let root = self.root.get();
        let slot = page >> LEAF_BITS;
        if root.is_null() || slot >> ROOT_BITS != 0 {
            return None;
        }
        // SAFETY: the root has `1 << ROOT_BITS` entries, and `slot` is below that; an entry is null
        // or a leaf that lives as long as the map.
        let leaf = unsafe { (*root.add(slot)).as_ref()? };
        leaf.get((page >> 6) % WORDS)
    }

    /// Makes sure that the leaf for `page` exists.
    fn grow(&self, page: usize) -> bool {
        if self.root.get().is_null() {
            let Some(root) = system::calloc(size_of::<*mut Leaf>() << ROOT_BITS) else {
                return false;
            };
            self.root.set(root.as_ptr().cast());
        }
        // SAFETY: `page >> LEAF_BITS` is below `1 << ROOT_BITS`, as `enter` checked.
        let slot = unsafe { self.root.get().add(page >> LEAF_BITS) };
        // SAFETY: the slot lies in the root; all-zero memory is a leaf that holds nothing.
        unsafe {
            if (*slot).is_null() {
                let Some(leaf) = system::calloc(size_of::<Leaf>()) else { return false };
                *slot = leaf.as_ptr().cast();
                self.leaves.set(self.leaves.get() + 1);
            }
        }
        true
    }
}

impl Drop for ArenaMap {
    fn drop(&mut self) {
        let Some(root) = NonNull::new(self.root.get()) else { return };
        for slot in 0..1 << ROOT_BITS {
            // SAFETY: the entries are null or leaves from `calloc`, freed once, here.
            unsafe {
                if let Some(leaf) = NonNull::new(*root.as_ptr().add(slot)) {
                    system::free(leaf.cast());
                }
            }
        }
        // SAFETY: the root came from `calloc` and is freed once, here.
        unsafe { system::free(root.cast()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(a: usize) -> NonNull<u8> {
        NonNull::new(std::ptr::without_provenance_mut(a)).unwrap()
    }

    #[test]
    fn only_entered_arenas_are_recognised_whatever_is_asked() {
        let map = ArenaMap::new();
        assert!(!map.contains(address(0x7f00_0010_0000)));
        assert!(map.enter(address(0x7f00_0010_0000)));
        assert!(map.contains(address(0x7f00_0010_0000)));
        assert!(map.contains(address(0x7f00_001f_ffff)));
        for stranger in [1, 0x7f00_000f_ffff, 0x7f00_0020_0000, usize::MAX, 1 << 48] {
            assert!(!map.contains(address(stranger)), "{stranger:#x}");
        }
        map.leave(address(0x7f00_0010_0000));
        assert!(!map.contains(address(0x7f00_0010_0000)));
    }
}
