//! A window on memory: where it begins, how far its items lie apart, and walks over them.

use super::DIMENSIONS_MAX;
use crate::buffer::Format;

/// A window, as plain data. Its pointers may only be followed while the memory is lent.
#[derive(Clone, Copy)]
pub(super) struct Area<'a> {
    /// The first item.
    pub(super) start: *mut u8,
    /// Bytes of all items.
    pub(super) len: usize,
    pub(super) format: Format,
    pub(super) readonly: bool,
    /// Number of items along each dimension.
    pub(super) shape: &'a [isize],
    /// Distance in bytes between neighbours along each dimension.
    pub(super) strides: &'a [isize],
}

impl<'a> Area<'a> {
    /// Number of dimensions.
    pub(super) const fn dimensions(&self) -> usize {
        self.shape.len()
    }

    /// Bytes of an item.
    pub(super) const fn item_size(&self) -> usize {
        self.format.item_size()
    }

    /// Whether the items lie side by side in their order.
    pub(super) fn is_contiguous(&self) -> bool {
        self.is_dense(self.shape.iter().zip(self.strides).rev())
    }

    /// Whether they lie side by side with the first dimension running fastest.
    pub(super) fn is_fortran_contiguous(&self) -> bool {
        self.is_dense(self.shape.iter().zip(self.strides))
    }

    fn is_dense<'i>(&self, fastest_first: impl Iterator<Item = (&'i isize, &'i isize)>) -> bool {
        let mut distance = self.item_size() as isize;
        if let ([count], [stride]) = (self.shape, self.strides) {
            return *count == 1 || *stride == distance;
        }
        if self.len == 0 {
            return true;
        }
        for (count, stride) in fastest_first {
            if *count > 1 && *stride != distance {
                return false;
            }
            distance = distance.wrapping_mul(*count);
        }
        true
    }

    /// Shows the address of each item in their order.
    pub(super) fn each(&self, mut show: impl FnMut(*mut u8)) {
        if let ([count], [stride]) = (self.shape, self.strides) {
            for at in 0..*count {
                show(self.start.wrapping_offset(at.wrapping_mul(*stride)));
            }
            return;
        }
        if self.shape.contains(&0) {
            return;
        }
        let mut at = [0_isize; DIMENSIONS_MAX];
        let mut item = self.start;
        'items: loop {
            show(item);
            // The last dimension runs fastest; one that is through starts again and moves the one
            // before it.
            for dimension in (0..self.dimensions()).rev() {
                let (Some(at), Some(count), Some(stride)) =
                    (at.get_mut(dimension), self.shape.get(dimension), self.strides.get(dimension))
                else {
                    return;
                };
                *at += 1;
                item = item.wrapping_offset(*stride);
                if *at < *count {
                    continue 'items;
                }
                item = item.wrapping_offset(stride.wrapping_mul(*count).wrapping_neg());
                *at = 0;
            }
            return;
        }
    }

    /// Copies the items in their order into as many bytes. The memory is lent.
    pub(super) fn gather(&self, out: &mut [u8]) {
        let size = self.item_size();
        if self.is_contiguous() {
            let count = self.len.min(out.len());
            if count > 0 {
                // SAFETY: the memory is lent, and `len` bytes of it are the window's; `out` is
                // borrowed for change, so it is somewhere else.
                unsafe { std::ptr::copy_nonoverlapping(self.start, out.as_mut_ptr(), count) };
            }
            return;
        }
        let mut places = out.chunks_exact_mut(size);
        self.each(|item| {
            if let Some(place) = places.next() {
                // SAFETY: as above; an item has `size` bytes.
                unsafe { std::ptr::copy_nonoverlapping(item, place.as_mut_ptr(), size) };
            }
        });
    }

    /// Whether two windows have the same number of items along each dimension.
    pub(super) fn same_shape(&self, other: &Area<'_>) -> bool {
        if self.dimensions() != other.dimensions() {
            return false;
        }
        for (a, b) in self.shape.iter().zip(other.shape) {
            if a != b {
                return false;
            }
            if *a == 0 {
                return true;
            }
        }
        true
    }
}
