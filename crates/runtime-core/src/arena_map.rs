//! Which addresses are ours: a two-level map from address to arena.
//!
//! ```text
//! address, 48 bits:   | root 14 | leaf 14 | offset in the arena 20 |
//! ```
//!
//! The root has one pointer for each 16 GiB of address space, a leaf one bit for each arena in it.
//! (With arenas of another size the root has more bits or fewer.)
//! Asking never touches memory that is not the map's own, whatever address is asked about.
//! CPython's counterpart has three levels because it must tell unaligned arenas apart.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

/// Bits of an address that a program can have; Linux gives 47.
const ADDRESS_BITS: u32 = 48;
const LEAF_BITS: u32 = 14;
const WORDS: usize = (1 << LEAF_BITS) / 64;

type Leaf = [Cell<u64>; WORDS];

/// The set of live arenas, by address.
pub(crate) struct ArenaMap {
    /// `1 << root_bits` pointers; null until the first arena is entered.
    root: Cell<*mut *mut Leaf>,
    leaves: Cell<usize>,
    arena_bits: u32,
}

impl ArenaMap {
    /// A map of arenas of `1 << arena_bits` bytes.
    pub(crate) const fn new(arena_bits: u32) -> Self {
        Self { root: Cell::new(null_mut()), leaves: Cell::new(0), arena_bits }
    }

    const fn root_bits(&self) -> u32 {
        ADDRESS_BITS - LEAF_BITS - self.arena_bits
    }

    fn page(&self, p: NonNull<u8>) -> usize {
        p.addr().get() >> self.arena_bits
    }

    /// Bytes of the root, once there is one.
    pub(crate) fn root_bytes(&self) -> usize {
        if self.root.get().is_null() { 0 } else { size_of::<*mut Leaf>() << self.root_bits() }
    }

    /// Leaves so far, and the bytes of each.
    pub(crate) fn leaves(&self) -> (usize, usize) {
        (self.leaves.get(), size_of::<Leaf>())
    }

    /// Whether `p` points into a live arena.
    #[inline]
    pub(crate) fn contains(&self, p: NonNull<u8>) -> bool {
        let page = self.page(p);
        self.word(page).is_some_and(|word| word.get() & Self::bit(page) != 0)
    }

    /// Whether an arena at `base` can be entered at all.
    pub(crate) fn spans(&self, base: NonNull<u8>) -> bool {
        self.page(base) >> (self.root_bits() + LEAF_BITS) == 0
    }

    /// Enters the arena at `base`, which the map spans; `zeroed` gives the map's own memory.
    ///
    /// # Errors
    /// What `zeroed` gave.
    pub(crate) fn enter<E>(
        &self,
        base: NonNull<u8>,
        zeroed: impl Fn(usize) -> Result<NonNull<u8>, E>,
    ) -> Result<(), E> {
        let page = self.page(base);
        self.grow(page, zeroed)?;
        if let Some(word) = self.word(page) {
            word.set(word.get() | Self::bit(page));
        }
        Ok(())
    }

    /// Takes the arena at `base` out again.
    pub(crate) fn leave(&self, base: NonNull<u8>) {
        let page = self.page(base);
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
        if root.is_null() || slot >> self.root_bits() != 0 {
            return None;
        }
        // SAFETY: the root has `1 << root_bits` entries, and `slot` is below that; an entry is null
        // or a leaf that lives as long as the map.
        let leaf = unsafe { (*root.add(slot)).as_ref()? };
        leaf.get((page >> 6) % WORDS)
    }

    /// Makes sure that the leaf for `page` exists.
    fn grow<E>(
        &self,
        page: usize,
        zeroed: impl Fn(usize) -> Result<NonNull<u8>, E>,
    ) -> Result<(), E> {
        if self.root.get().is_null() {
            let root = zeroed(size_of::<*mut Leaf>() << self.root_bits())?;
            self.root.set(root.as_ptr().cast());
        }
        // SAFETY: `page >> LEAF_BITS` is below `1 << root_bits`: the map spans the page. All-zero
        // memory is a leaf that holds nothing.
        unsafe {
            let slot = self.root.get().add(page >> LEAF_BITS);
            if (*slot).is_null() {
                *slot = zeroed(size_of::<Leaf>())?.as_ptr().cast();
                self.leaves.set(self.leaves.get() + 1);
            }
        }
        Ok(())
    }

    /// Gives the map's memory back, piece by piece with its size; it is empty after that.
    pub(crate) fn take_apart(&self, give: impl Fn(NonNull<u8>, usize)) {
        let bytes = self.root_bytes();
        let Some(root) = NonNull::new(self.root.replace(null_mut())) else { return };
        for slot in 0..1usize << self.root_bits() {
            // SAFETY: the root has that many entries, each null or a leaf.
            if let Some(leaf) = NonNull::new(unsafe { *root.as_ptr().add(slot) }) {
                give(leaf.cast(), size_of::<Leaf>());
            }
        }
        give(root.cast(), bytes);
        self.leaves.set(0);
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
        let map = ArenaMap::new(20);
        let zeroed = |bytes| crate::raw::alloc_zeroed(1, bytes);
        assert!(!map.contains(address(0x7f00_0010_0000)));
        map.enter(address(0x7f00_0010_0000), zeroed).unwrap();
        assert!(map.contains(address(0x7f00_0010_0000)));
        assert!(map.contains(address(0x7f00_001f_ffff)));
        for stranger in [1, 0x7f00_000f_ffff, 0x7f00_0020_0000, usize::MAX, 1 << 48] {
            assert!(!map.contains(address(stranger)), "{stranger:#x}");
        }
        map.leave(address(0x7f00_0010_0000));
        assert!(!map.contains(address(0x7f00_0010_0000)));
        assert!(!map.spans(address(1 << 48)));
        // SAFETY: each piece came from `raw::alloc_zeroed`.
        map.take_apart(|piece, _| unsafe { crate::raw::free(Some(piece)) });
    }
}
