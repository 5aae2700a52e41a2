//! The stack of frames: chunks of raw memory, each frame a header and its registers.
//!
//! ```text
//! chunk:  | link | Frame | registers ... | Frame | registers ... |      free      |
//! ```
//!
//! A frame never moves while it lives, so registers may be borrowed across calls. Chunks come from the
//! heap, so a limit on memory holds for deep recursion too. CPython: `_PyStackChunk`.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{AllocError, Heap, Obj};

use crate::code::CodeObject;
use crate::insn::Insn;

/// Bytes of the first chunk, and the least of every other.
const CHUNK: usize = 32 * 1024;

/// One running function.
#[repr(C)]
pub(crate) struct Frame {
    /// The frame that called it, or whichever ran when native code did.
    pub(crate) caller: *mut Frame,
    /// What it runs. Kept alive by the function, or by whoever runs a module.
    pub(crate) code: NonNull<CodeObject>,
    /// The function, owned; none for a module.
    pub(crate) function: Option<Obj>,
    /// The namespace of its module, a dict; kept alive like the code.
    pub(crate) globals: Obj,
    /// The instruction that it is at.
    pub(crate) pc: *const Insn,
    /// Itself as an object, owned, once somebody asked for that.
    pub(crate) object: Option<Obj>,
    /// Number of registers.
    pub(crate) count: u16,
    /// The caller's register that gets the result.
    pub(crate) dest: u16,
    /// Whether it was called by native code, to which the machine returns.
    pub(crate) entry: bool,
    /// Whether it lies in a generator and not on the stack.
    pub(crate) generator: bool,
}

const WORD: usize = size_of::<Option<Obj>>();
const _: () = assert!(size_of::<Frame>().is_multiple_of(WORD));

impl Frame {
    /// The registers of a frame.
    ///
    /// # Safety
    /// `frame` is a live frame.
    #[inline(always)]
    pub(crate) unsafe fn registers(frame: *mut Frame) -> *mut Option<Obj> {
        // SAFETY: the registers follow the header.
        unsafe { frame.add(1).cast() }
    }

    /// Number of the instruction that a frame is at.
    ///
    /// # Safety
    /// `frame` is a live frame.
    pub(crate) unsafe fn index(frame: *mut Frame) -> u32 {
        // SAFETY: per contract; the pointer lies in the code's instructions.
        unsafe {
            let first = (*frame).code.as_ref().parts.insns.as_ptr();
            (*frame).pc.offset_from(first) as u32
        }
    }
}

#[repr(C)]
struct Chunk {
    before: *mut Chunk,
    /// How far the chunk before was filled.
    before_top: *mut u8,
    size: usize,
}

/// The chunks and how far the newest is filled.
pub(crate) struct Stack {
    chunk: Cell<*mut Chunk>,
    top: Cell<*mut u8>,
    end: Cell<*mut u8>,
    /// An empty chunk kept for the next deep call.
    spare: Cell<*mut Chunk>,
}

impl Stack {
    pub(crate) const fn new() -> Self {
        Self {
            chunk: Cell::new(null_mut()),
            top: Cell::new(null_mut()),
            end: Cell::new(null_mut()),
            spare: Cell::new(null_mut()),
        }
    }

    /// A new frame for `code`, its registers empty.
    ///
    /// # Errors
    /// `AllocError` when a chunk is needed and refused.
    ///
    /// # Safety
    /// `code` and `globals` outlive the frame; the heap is the runtime's own.
    #[inline(always)]
    pub(crate) unsafe fn push(
        &self,
        heap: &Heap,
        code: NonNull<CodeObject>,
        globals: Obj,
        caller: *mut Frame,
    ) -> Result<*mut Frame, AllocError> {
        // SAFETY: per contract.
        let parts = unsafe { &code.as_ref().parts };
        let count = parts.registers;
        let size = size_of::<Frame>() + usize::from(count) * WORD;
        if self.end.get().addr() - self.top.get().addr() < size {
            self.grow(heap, size)?;
        }
        let frame = self.top.get().cast::<Frame>();
        // SAFETY: the chunk has room for header and registers above `top`.
        unsafe {
            self.top.set(frame.cast::<u8>().add(size));
            frame.write(Frame {
                caller,
                code,
                function: None,
                globals,
                pc: parts.insns.as_ptr(),
                object: None,
                count,
                dest: 0,
                entry: false,
                generator: false,
            });
            let registers = Frame::registers(frame);
            for i in 0..usize::from(count) {
                registers.add(i).write(None);
            }
        }
        Ok(frame)
    }

    #[cold]
    #[inline(never)]
    fn grow(&self, heap: &Heap, size: usize) -> Result<(), AllocError> {
        let need = size + size_of::<Chunk>();
        let spare = self.spare.get();
        // SAFETY: a spare chunk is a block of its size.
        let chunk = if !spare.is_null() && unsafe { (*spare).size } >= need {
            self.spare.set(null_mut());
            spare
        } else {
            let size = need.max(CHUNK);
            let chunk = heap.raw_alloc(size)?.cast::<Chunk>().as_ptr();
            // SAFETY: the block is ours and large enough.
            unsafe { (&raw mut (*chunk).size).write(size) };
            chunk
        };
        // SAFETY: the chunk is a block of its size.
        unsafe {
            (&raw mut (*chunk).before).write(self.chunk.get());
            (&raw mut (*chunk).before_top).write(self.top.get());
            self.top.set(chunk.add(1).cast());
            self.end.set(chunk.cast::<u8>().add((*chunk).size));
        }
        self.chunk.set(chunk);
        Ok(())
    }

    /// Takes off the newest frame, whose registers are empty again.
    ///
    /// # Safety
    /// `frame` is the newest frame.
    #[inline(always)]
    pub(crate) unsafe fn pop(&self, heap: &Heap, frame: *mut Frame) {
        self.top.set(frame.cast());
        // SAFETY: the newest frame lies in the newest chunk; the first one stays.
        unsafe {
            let chunk = self.chunk.get();
            if frame.cast::<Chunk>() == chunk.add(1) && !(*chunk).before.is_null() {
                self.shrink(heap);
            }
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn shrink(&self, heap: &Heap) {
        let chunk = self.chunk.get();
        // SAFETY: the chunk is empty and has one before it, which was full.
        unsafe {
            let before = (*chunk).before;
            self.chunk.set(before);
            self.end.set(before.cast::<u8>().add((*before).size));
            self.top.set((*chunk).before_top);
            let spare = self.spare.replace(chunk);
            if let Some(spare) = NonNull::new(spare) {
                heap.raw_free(spare.cast(), (*spare.as_ptr()).size);
            }
        }
    }

    /// Bytes in use, and bytes of all chunks.
    pub(crate) fn extent(&self) -> (usize, usize) {
        let (mut used, mut held) = (0, 0);
        let (mut chunk, mut top) = (self.chunk.get(), self.top.get());
        // SAFETY: each chunk is live, and `top` lies in it.
        unsafe {
            while !chunk.is_null() {
                used += top.addr() - chunk.add(1).addr();
                held += (*chunk).size;
                (chunk, top) = ((*chunk).before, (*chunk).before_top);
            }
            let spare = self.spare.get();
            (used, held + if spare.is_null() { 0 } else { (*spare).size })
        }
    }

    /// Gives all chunks back.
    ///
    /// # Safety
    /// There is no frame.
    pub(crate) unsafe fn clear(&self, heap: &Heap) {
        for cell in [&self.spare, &self.chunk] {
            let mut chunk = cell.replace(null_mut());
            while let Some(this) = NonNull::new(chunk) {
                // SAFETY: each chunk is a raw block of its size, freed once.
                unsafe {
                    chunk = if std::ptr::eq(cell, &self.chunk) {
                        (*this.as_ptr()).before
                    } else {
                        null_mut()
                    };
                    heap.raw_free(this.cast(), (*this.as_ptr()).size);
                }
            }
        }
        self.top.set(null_mut());
        self.end.set(null_mut());
    }
}
