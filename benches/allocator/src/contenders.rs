//! Who takes part, each behind the same three functions.

use std::alloc::Layout;
use std::cell::{Cell, UnsafeCell};
use std::ptr::NonNull;

use runtime_core::{Floor, FullPools, Heap, HeapConfig};

/// An allocator in the table.
pub trait Contender {
    /// # Safety
    /// None; unsafe because C's is.
    unsafe fn alloc(&self, size: usize) -> *mut u8;
    /// # Safety
    /// `p` came from `alloc` or `realloc` with this size.
    unsafe fn free(&self, p: *mut u8, size: usize);
    /// # Safety
    /// As `free`.
    unsafe fn realloc(&self, p: *mut u8, old: usize, new: usize) -> *mut u8;
    /// Called after each batch.
    fn reset(&self) {}
    /// Whether single blocks can be given back.
    fn frees(&self) -> bool {
        true
    }
}

pub struct Strata(pub Heap);

impl Strata {
    pub fn new(full_pools: FullPools) -> Self {
        let config = HeapConfig { full_pools, ..HeapConfig::default() };
        Self(Heap::new(config, Floor::Heap))
    }
}

impl Contender for Strata {
    #[inline(always)]
    unsafe fn alloc(&self, size: usize) -> *mut u8 {
        self.0.alloc(size).map_or(std::ptr::null_mut(), NonNull::as_ptr)
    }
    #[inline(always)]
    unsafe fn free(&self, p: *mut u8, size: usize) {
        unsafe { self.0.free(NonNull::new_unchecked(p), size) }
    }
    #[inline(always)]
    unsafe fn realloc(&self, p: *mut u8, old: usize, new: usize) -> *mut u8 {
        let moved = unsafe { self.0.realloc(NonNull::new_unchecked(p), old, new) };
        moved.map_or(std::ptr::null_mut(), NonNull::as_ptr)
    }
}

pub struct Glibc;

impl Contender for Glibc {
    #[inline(always)]
    unsafe fn alloc(&self, size: usize) -> *mut u8 {
        unsafe { libc::malloc(size).cast() }
    }
    #[inline(always)]
    unsafe fn free(&self, p: *mut u8, _: usize) {
        unsafe { libc::free(p.cast()) }
    }
    #[inline(always)]
    unsafe fn realloc(&self, p: *mut u8, _: usize, new: usize) -> *mut u8 {
        unsafe { libc::realloc(p.cast(), new).cast() }
    }
}

pub struct Mimalloc;

impl Contender for Mimalloc {
    #[inline(always)]
    unsafe fn alloc(&self, size: usize) -> *mut u8 {
        unsafe { libmimalloc_sys::mi_malloc(size).cast() }
    }
    #[inline(always)]
    unsafe fn free(&self, p: *mut u8, _: usize) {
        unsafe { libmimalloc_sys::mi_free(p.cast()) }
    }
    #[inline(always)]
    unsafe fn realloc(&self, p: *mut u8, _: usize, new: usize) -> *mut u8 {
        unsafe { libmimalloc_sys::mi_realloc(p.cast(), new).cast() }
    }
}

pub struct Jemalloc;

impl Contender for Jemalloc {
    #[inline(always)]
    unsafe fn alloc(&self, size: usize) -> *mut u8 {
        unsafe { tikv_jemalloc_sys::malloc(size).cast() }
    }
    #[inline(always)]
    unsafe fn free(&self, p: *mut u8, _: usize) {
        unsafe { tikv_jemalloc_sys::free(p.cast()) }
    }
    #[inline(always)]
    unsafe fn realloc(&self, p: *mut u8, _: usize, new: usize) -> *mut u8 {
        unsafe { tikv_jemalloc_sys::realloc(p.cast(), new).cast() }
    }
}

pub struct Snmalloc;

impl Contender for Snmalloc {
    #[inline(always)]
    unsafe fn alloc(&self, size: usize) -> *mut u8 {
        unsafe { snmalloc_sys::sn_rust_alloc(16, size).cast() }
    }
    #[inline(always)]
    unsafe fn free(&self, p: *mut u8, size: usize) {
        unsafe { snmalloc_sys::sn_rust_dealloc(p.cast(), 16, size) };
    }
    #[inline(always)]
    unsafe fn realloc(&self, p: *mut u8, old: usize, new: usize) -> *mut u8 {
        unsafe { snmalloc_sys::sn_rust_realloc(p.cast(), 16, old, new).cast() }
    }
}

/// The floor: gives nothing back but everything at once.
#[derive(Default)]
pub struct Bump {
    bump: UnsafeCell<bumpalo::Bump>,
    pairs: Cell<u32>,
}

impl Contender for Bump {
    #[inline(always)]
    unsafe fn alloc(&self, size: usize) -> *mut u8 {
        let layout = unsafe { Layout::from_size_align_unchecked(size, 16) };
        unsafe { (*self.bump.get()).alloc_layout(layout).as_ptr() }
    }
    #[inline(always)]
    unsafe fn free(&self, _: *mut u8, _: usize) {}
    unsafe fn realloc(&self, _: *mut u8, _: usize, new: usize) -> *mut u8 {
        unsafe { self.alloc(new) }
    }
    fn reset(&self) {
        self.pairs.set(0);
        unsafe { (*self.bump.get()).reset() }
    }
    fn frees(&self) -> bool {
        false
    }
}

type Malloc = unsafe extern "C" fn(usize) -> *mut u8;
type Realloc = unsafe extern "C" fn(*mut u8, usize) -> *mut u8;
type Free = unsafe extern "C" fn(*mut u8);

/// CPython's `PyObject_Malloc` out of its shared library.
pub struct Python {
    malloc: Malloc,
    realloc: Realloc,
    free: Free,
}

impl Python {
    /// Loads the library that belongs to an installed `Python.h`, and starts the interpreter.
    pub fn load() -> Result<Self, &'static str> {
        let mut found = None;
        for minor in 11..20 {
            let header = format!("/usr/include/python3.{minor}/Python.h");
            let library = format!("/usr/lib/x86_64-linux-gnu/libpython3.{minor}.so");
            if std::path::Path::new(&header).exists() && std::path::Path::new(&library).exists() {
                found = Some(library);
            }
        }
        let library = found.ok_or("no Python.h with its library under /usr")?;
        let path = std::ffi::CString::new(library).map_err(|_| "odd path")?;
        unsafe {
            let handle = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL);
            let symbol = |name: &std::ffi::CStr| {
                let p = libc::dlsym(handle, name.as_ptr());
                if p.is_null() { Err("a function is missing in libpython") } else { Ok(p) }
            };
            if handle.is_null() {
                return Err("libpython cannot be loaded");
            }
            let start: unsafe extern "C" fn(i32) = std::mem::transmute(symbol(c"Py_InitializeEx")?);
            start(0);
            Ok(Self {
                malloc: std::mem::transmute::<*mut libc::c_void, Malloc>(symbol(
                    c"PyObject_Malloc",
                )?),
                realloc: std::mem::transmute::<*mut libc::c_void, Realloc>(symbol(
                    c"PyObject_Realloc",
                )?),
                free: std::mem::transmute::<*mut libc::c_void, Free>(symbol(c"PyObject_Free")?),
            })
        }
    }
}

impl Contender for Python {
    #[inline(always)]
    unsafe fn alloc(&self, size: usize) -> *mut u8 {
        unsafe { (self.malloc)(size) }
    }
    #[inline(always)]
    unsafe fn free(&self, p: *mut u8, _: usize) {
        unsafe { (self.free)(p) }
    }
    #[inline(always)]
    unsafe fn realloc(&self, p: *mut u8, _: usize, new: usize) -> *mut u8 {
        unsafe { (self.realloc)(p, new) }
    }
}
