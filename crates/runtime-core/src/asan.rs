//! Poisoning: telling the address sanitizer which bytes of a pool nobody owns.
//!
//! A sanitizer sees an arena as one big mapping and so misses what happens inside it. Built with
//! `--cfg strata_asan` (and the sanitizer), every byte of a pool that is not in a block handed out
//! is poisoned, and touching it stops the program with the sanitizer's report. In every other build
//! these functions are empty.

/// Whether this build poisons.
pub(crate) const ON: bool = cfg!(strata_asan);

#[cfg(strata_asan)]
unsafe extern "C" {
    fn __asan_poison_memory_region(at: *const u8, len: usize);
    fn __asan_unpoison_memory_region(at: *const u8, len: usize);
}

/// Nobody may touch these bytes from now on.
#[inline(always)]
pub(crate) fn poison(at: *const u8, len: usize) {
    #[cfg(strata_asan)]
    // SAFETY: the sanitizer only marks its own shadow of the bytes.
    unsafe {
        __asan_poison_memory_region(at, len);
    }
    #[cfg(not(strata_asan))]
    let _ = (at, len);
}

/// These bytes may be touched again.
#[inline(always)]
pub(crate) fn unpoison(at: *const u8, len: usize) {
    #[cfg(strata_asan)]
    // SAFETY: as above.
    unsafe {
        __asan_unpoison_memory_region(at, len);
    }
    #[cfg(not(strata_asan))]
    let _ = (at, len);
}
