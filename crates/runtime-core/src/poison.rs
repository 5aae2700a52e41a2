//! Poisoning: telling the tools that watch memory which bytes of a pool nobody owns.
//!
//! They see an arena as one big mapping and so miss what happens inside it. Two can be told:
//!
//! | tool | build | told by |
//! |---|---|---|
//! | address sanitizer | `--cfg strata_asan`, and the sanitizer | calls of its runtime |
//! | valgrind's memcheck | feature `valgrind`, x86-64 | client requests: an instruction sequence that does nothing elsewhere |
//!
//! Then touching bytes that are in no block handed out is reported by the tool, and valgrind also
//! reports what is read and never was written. Any code's reads are seen, not only the runtime's. In
//! every other build these functions are empty.

/// Whether the tools are told anything: then every request must pass the slow path, where blocks are
/// told apart byte by byte. A build for valgrind that does not run under it keeps its fast path.
pub(crate) fn on() -> bool {
    cfg!(strata_asan) || requests::under_valgrind()
}

/// Nobody may touch these bytes from now on.
#[inline(always)]
pub(crate) fn poison(at: *const u8, len: usize) {
    asan::poison(at, len);
    requests::no_access(at, len);
}

/// These bytes may be touched again and hold what was written to them.
#[inline(always)]
pub(crate) fn unpoison(at: *const u8, len: usize) {
    asan::unpoison(at, len);
    requests::defined(at, len);
}

/// These bytes are handed to somebody who has written nothing to them yet.
#[inline(always)]
pub(crate) fn hand_out(at: *const u8, len: usize) {
    asan::unpoison(at, len);
    requests::undefined(at, len);
}

/// The calls of the address sanitizer.
mod asan {
    #[cfg(strata_asan)]
    unsafe extern "C" {
        fn __asan_poison_memory_region(at: *const u8, len: usize);
        fn __asan_unpoison_memory_region(at: *const u8, len: usize);
    }

    #[inline(always)]
    pub(super) fn poison(at: *const u8, len: usize) {
        #[cfg(strata_asan)]
        // SAFETY: the sanitizer only marks its own shadow of the bytes.
        unsafe {
            __asan_poison_memory_region(at, len);
        }
        #[cfg(not(strata_asan))]
        let _ = (at, len);
    }

    #[inline(always)]
    pub(super) fn unpoison(at: *const u8, len: usize) {
        #[cfg(strata_asan)]
        // SAFETY: as above.
        unsafe {
            __asan_unpoison_memory_region(at, len);
        }
        #[cfg(not(strata_asan))]
        let _ = (at, len);
    }
}

/// Valgrind's client requests, as its headers `valgrind.h` and `memcheck.h` define them.
#[cfg(all(feature = "valgrind", target_arch = "x86_64"))]
mod requests {
    use std::arch::asm;

    const RUNNING_ON_VALGRIND: usize = 0x1001;
    /// Memcheck's requests count from the letters `MC` in the high half.
    const MEMCHECK: usize = 0x4D43_0000;
    const MAKE_MEM_NOACCESS: usize = MEMCHECK;
    const MAKE_MEM_UNDEFINED: usize = MEMCHECK + 1;
    const MAKE_MEM_DEFINED: usize = MEMCHECK + 2;

    /// One request; 0 when nobody is there to answer.
    #[inline(always)]
    fn ask(request: usize, at: *const u8, len: usize) -> usize {
        let request: [usize; 6] = [request, at.addr(), len, 0, 0, 0];
        let answer: usize;
        // SAFETY: four rotations by 128 bits in all and an exchange of a register with itself change
        // nothing; valgrind knows the sequence, reads the request and writes rdx.
        unsafe {
            asm!(
                "rol rdi, 3",
                "rol rdi, 13",
                "rol rdi, 61",
                "rol rdi, 51",
                "xchg rbx, rbx",
                in("rax") &raw const request,
                inout("rdx") 0usize => answer,
                out("rdi") _,
            );
        }
        answer
    }

    pub(super) fn under_valgrind() -> bool {
        ask(RUNNING_ON_VALGRIND, std::ptr::null(), 0) != 0
    }

    #[inline(always)]
    pub(super) fn no_access(at: *const u8, len: usize) {
        ask(MAKE_MEM_NOACCESS, at, len);
    }

    #[inline(always)]
    pub(super) fn defined(at: *const u8, len: usize) {
        ask(MAKE_MEM_DEFINED, at, len);
    }

    #[inline(always)]
    pub(super) fn undefined(at: *const u8, len: usize) {
        ask(MAKE_MEM_UNDEFINED, at, len);
    }
}

#[cfg(not(all(feature = "valgrind", target_arch = "x86_64")))]
mod requests {
    pub(super) const fn under_valgrind() -> bool {
        false
    }

    #[inline(always)]
    pub(super) fn no_access(_: *const u8, _: usize) {}

    #[inline(always)]
    pub(super) fn defined(_: *const u8, _: usize) {}

    #[inline(always)]
    pub(super) fn undefined(_: *const u8, _: usize) {}
}
