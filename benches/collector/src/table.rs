//! Memory of the bench itself, apart from every contender's heap: it comes from the system and goes
//! back to it, so that what is resident afterwards is the contender's.

use std::ptr::{NonNull, null_mut};

/// A vector of fixed capacity in pages of its own.
pub struct Table<T> {
    first: NonNull<T>,
    len: usize,
    capacity: usize,
}

impl<T> Table<T> {
    pub fn new(capacity: usize) -> Self {
        let bytes = (capacity * size_of::<T>()).max(1);
        let first = unsafe {
            let access = libc::PROT_READ | libc::PROT_WRITE;
            let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            libc::mmap(null_mut(), bytes, access, kind, -1, 0)
        };
        assert_ne!(first, libc::MAP_FAILED, "no memory for the bench's own table");
        Self { first: NonNull::new(first.cast()).expect("checked"), len: 0, capacity }
    }

    pub fn push(&mut self, value: T) {
        assert!(self.len < self.capacity);
        unsafe { self.first.add(self.len).write(value) };
        self.len += 1;
    }
}

impl<T> std::ops::Deref for Table<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        unsafe { std::slice::from_raw_parts(self.first.as_ptr(), self.len) }
    }
}

impl<T> std::ops::DerefMut for Table<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        unsafe { std::slice::from_raw_parts_mut(self.first.as_ptr(), self.len) }
    }
}

impl<T> Drop for Table<T> {
    fn drop(&mut self) {
        unsafe {
            std::ptr::drop_in_place::<[T]>(&mut **self);
            libc::munmap(self.first.as_ptr().cast(), (self.capacity * size_of::<T>()).max(1));
        }
    }
}

/// Bytes of this process that are in memory.
pub fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("Rss:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|w| w.parse().ok());
    kib.unwrap_or(0) * 1024
}
