//! The floor under the heap: pages from `mmap` for arenas, and `malloc` for raw memory.
//!
//! Nothing here counts or limits; [`crate::heap`] does, where it takes memory.

use std::ptr::NonNull;

use crate::source::Region;

/// Maps `len` bytes of zeroed private memory whose address is a multiple of `align`.
///
/// `mmap` promises page alignment only, so a larger region is mapped and its ends are given back.
/// `len` is a multiple of the page size; `align` a power of two not below it.
pub(crate) fn map_aligned(len: usize, align: usize) -> Option<Region> {
    let wide = len.checked_add(align)?;
    let start = map(wide)?;
    let head = start.as_ptr().align_offset(align);
    // SAFETY: `head < align`, so `head + len` lies within the `len + align` bytes just mapped; the
    // two trimmed ends are whole pages of that mapping, which nobody has seen yet.
    unsafe {
        let base = start.add(head);
        if head > 0 {
            unmap(Region { base: start, len: head });
        }
        let tail = wide - head - len;
        if tail > 0 {
            unmap(Region { base: base.add(len), len: tail });
        }
        Some(Region { base, len })
    }
}

fn map(len: usize) -> Option<NonNull<u8>> {
    // SAFETY: an anonymous private mapping at an address of the kernel's choice touches no memory
    // that exists.
    let p = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            len,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if p == libc::MAP_FAILED { None } else { NonNull::new(p.cast()) }
}

/// Has the operating system put pages behind a whole region at once, `huge` ones if that is wanted and
/// it has them: a fraction of what as many page faults cost. Where it does not know how, the faults
/// come as always.
pub(crate) fn populate(region: Region, huge: bool) {
    #[cfg(target_os = "linux")]
    // SAFETY: the region is mapped, and its contents do not change.
    unsafe {
        let start = region.base.as_ptr().cast();
        if huge {
            libc::madvise(start, region.len, libc::MADV_HUGEPAGE);
        }
        libc::madvise(start, region.len, libc::MADV_POPULATE_WRITE);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (region, huge);
}

/// Gives the pages of a region back and keeps its addresses, behind which there are zeros then.
///
/// # Safety
/// The region consists of whole pages that [`map_aligned`] gave, and nothing in it is needed.
pub(crate) unsafe fn discard(region: Region) {
    // SAFETY: per contract. The result is ignored: the only failures are of the arguments.
    unsafe { libc::madvise(region.base.as_ptr().cast(), region.len, libc::MADV_DONTNEED) };
}

/// Gives a region back to the operating system.
///
/// # Safety
/// The region consists of whole pages that [`map_aligned`] gave, and nothing in it is used again.
pub(crate) unsafe fn unmap(region: Region) {
    // SAFETY: per contract. The result is ignored: the only failures are of the arguments.
    unsafe { libc::munmap(region.base.as_ptr().cast(), region.len) };
}

/// `malloc`; a request for nothing is one for one byte, so that the address is its own.
pub(crate) fn malloc(size: usize) -> Option<NonNull<u8>> {
    // SAFETY: malloc has no preconditions.
    NonNull::new(unsafe { libc::malloc(size.max(1)) }.cast())
}

/// `calloc` of `size` bytes.
pub(crate) fn calloc(size: usize) -> Option<NonNull<u8>> {
    // SAFETY: calloc has no preconditions.
    NonNull::new(unsafe { libc::calloc(size.max(1), 1) }.cast())
}

/// `realloc`; on failure the old block is untouched.
///
/// # Safety
/// `p` came from this module's `malloc`, `calloc` or `realloc` and is alive; when this succeeds
/// it no longer is.
pub(crate) unsafe fn realloc(p: NonNull<u8>, size: usize) -> Option<NonNull<u8>> {
    // SAFETY: per contract; the size is never zero, which would free the block.
    NonNull::new(unsafe { libc::realloc(p.as_ptr().cast(), size.max(1)) }.cast())
}

/// `free`.
///
/// # Safety
/// `p` came from this module's `malloc`, `calloc` or `realloc` and is alive; it dies here.
pub(crate) unsafe fn free(p: NonNull<u8>) {
    // SAFETY: per contract.
    unsafe { libc::free(p.as_ptr().cast()) }
}

/// Bytes that `malloc` really gave to a block.
///
/// # Safety
/// As [`free`], but the block lives on.
pub(crate) unsafe fn usable_size(p: NonNull<u8>) -> usize {
    // SAFETY: per contract.
    unsafe { libc::malloc_usable_size(p.as_ptr().cast()) }
}

/// Bytes that `malloc` holds from the operating system: blocks in use, their headers, and what it
/// keeps for later. `None` where it does not say.
pub(crate) fn malloc_holds() -> Option<usize> {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: mallinfo2 only reads malloc's own books.
        let books = unsafe { libc::mallinfo2() };
        Some(books.arena + books.hblkhd)
    }
    #[cfg(not(target_env = "gnu"))]
    None
}

/// Bytes of whole pages in `len` bytes from `at` that are in memory now; `at` is page-aligned.
pub(crate) fn resident(at: NonNull<u8>, len: usize) -> usize {
    const PAGE: usize = 4096;
    let mut pages = [0u8; 256];
    let mut sum = 0;
    let mut offset = 0;
    while offset < len {
        let step = (len - offset).min(pages.len() * PAGE);
        // SAFETY: mincore writes one byte for each page asked about, at most as many as there are
        // in `pages`, and reads nothing of the memory itself.
        let asked = unsafe {
            libc::mincore(at.as_ptr().add(offset).cast(), step, pages.as_mut_ptr().cast())
        };
        if asked == 0 {
            let present = pages.iter().take(step.div_ceil(PAGE)).filter(|&&page| page & 1 != 0);
            sum += present.count() * PAGE;
        }
        offset += step;
    }
    sum
}
