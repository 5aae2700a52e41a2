//! Size classes: how a request in bytes becomes one of 32 kinds of block.
//!
//! ```text
//! request  1..16  17..32  33..48  ...  497..512   513..
//! class        0       1       2  ...        31   raw memory
//! block       16      32      48  ...       512
//! ```
//!
//! Source of the constants: CPython 3.13, `Objects/obmalloc.c` and `pymalloc` documentation.

/// Every block starts at a multiple of this many bytes.
pub const ALIGNMENT: usize = 16;
/// The largest request, in bytes, that pools serve; above it the raw domain does.
pub const SMALL_MAX: usize = 512;
/// Number of size classes.
pub const CLASSES: usize = SMALL_MAX / ALIGNMENT;

/// Index `i` of a size class; its blocks have `16 (i + 1)` bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SizeClass(u8);

impl SizeClass {
    /// The class that serves a request of `size` bytes, or `None` when raw memory serves it
    /// (0 bytes, or more than [`SMALL_MAX`]).
    #[inline(always)]
    pub const fn of(size: usize) -> Option<Self> {
        // One compare covers both ends: 0 wraps to the largest number.
        if size.wrapping_sub(1) < SMALL_MAX {
            Some(Self(((size - 1) / ALIGNMENT) as u8))
        } else {
            None
        }
    }

    /// The class with index `index`, when there is one.
    pub const fn from_index(index: usize) -> Option<Self> {
        if index < CLASSES { Some(Self(index as u8)) } else { None }
    }

    /// All classes, smallest blocks first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CLASSES as u8).map(Self)
    }

    /// Place of this class in tables, `0..CLASSES`.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Bytes of one block.
    #[inline(always)]
    pub const fn block_size(self) -> usize {
        (self.0 as usize + 1) * ALIGNMENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_gets_the_smallest_class_that_holds_it() {
        for size in 1..=SMALL_MAX {
            let class = SizeClass::of(size).unwrap();
            assert!(class.block_size() >= size && class.block_size() - size < ALIGNMENT);
        }
    }

    #[test]
    fn nothing_and_large_requests_have_no_class() {
        assert_eq!(SizeClass::of(0), None);
        assert_eq!(SizeClass::of(SMALL_MAX + 1), None);
        assert_eq!(SizeClass::of(usize::MAX), None);
    }
}
