//! The human report of a misuse, in the words of CPython's debug hooks where it has them.
//!
//! ```text
//! Debug memory block at address p=0x7f...: API 'm'
//!     16 bytes originally requested
//!     The 7 pad bytes at p-7 are FORBIDDENBYTE, as expected.
//!     The 8 pad bytes at tail=0x7f... are not all FORBIDDENBYTE (0xfd):
//!         at tail+0: 0x78 *** OUCH
//!         ...
//!     The block was made by call #3 to debug malloc/realloc.
//!     Data at p: cd cd cd cd cd cd cd cd ... cd cd cd cd cd cd cd cd
//! ```

use std::fmt::{self, Write as _};
use std::ptr::NonNull;

use super::{BlockRecord, FORBIDDEN, HeapFault, Misuse};
use crate::heap::Heap;

impl fmt::Display for HeapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.misuse {
            Misuse::Underrun { before, found } => {
                write!(f, "underrun: the byte {before} before the block is {found:#04x}")?;
            }
            Misuse::Overrun { past, found } => {
                write!(f, "overrun: the byte {past} past the end of the block is {found:#04x}")?;
            }
            Misuse::UseAfterFree { offset, found } => {
                write!(f, "use after free: byte {offset} of the freed block, {found:#04x}")?;
            }
            Misuse::DoubleFree => f.write_str("double free: the block was freed before")?,
            Misuse::WrongDomain { given } => {
                let (made, name) = (self.block.map_or("?", |b| b.domain.name()), given.name());
                write!(f, "wrong family: allocated in {made}, given to {name}")?;
            }
            Misuse::Uninitialised { offset } => {
                write!(f, "uninitialised: nothing was written at offset {offset}")?;
            }
            Misuse::WrongSize { given } => write!(f, "wrong size: given back as {given} bytes")?,
            Misuse::NotABlock => {
                f.write_str("not a block: a wild address, or one freed long ago")?;
            }
        }
        if let Some(BlockRecord { size, domain, serial, .. }) = self.block {
            write!(f, " ({size} bytes of {}, serial {serial})", domain.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for HeapFault {}

impl Heap {
    /// Writes all that is known of a misuse: what it was, address, size, domain, serial number,
    /// the guards and the data, and where the block was allocated and freed when that was traced.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_fault(&self, fault: &HeapFault, out: &mut dyn fmt::Write) -> fmt::Result {
        let Some(block) = fault.block else {
            return writeln!(out, "Debug memory block at address p={:#x}: {fault}", fault.address);
        };
        let letter = char::from(block.domain.letter());
        writeln!(out, "Debug memory block at address p={:#x}: API '{letter}'", fault.address)?;
        writeln!(out, "    {} bytes originally requested", block.size)?;
        // A fault is data and may be old: memory is looked at only while the record holds.
        let mut still = false;
        self.each_debug_block(|address, now| {
            still |= address == fault.address && now.serial == block.serial;
        });
        if still && let Some(p) = NonNull::new(std::ptr::with_exposed_provenance_mut(fault.address))
        {
            // SAFETY: the block is alive, of that size, with its guards around it.
            unsafe { dump(p, block, out)? };
        }
        if !still {
            made_by(block, out)?;
        }
        match block.allocated {
            Some(id) => {
                writeln!(out, "\nMemory block allocated at (most recent call first):")?;
                self.write_traceback(id, out)?;
            }
            None => {
                writeln!(out, "\nEnable tracemalloc to get the memory block allocation traceback")?;
            }
        }
        if let Some(id) = block.freed_at {
            writeln!(out, "\nMemory block freed at (most recent call first):")?;
            self.write_traceback(id, out)?;
        }
        writeln!(out, "\nHeap fault: {fault}")
    }

    /// Writes the report to standard error, without asking for memory, and ends the process.
    #[cold]
    pub(super) fn stop_over(&self, fault: &HeapFault) -> ! {
        let mut out = Stderr;
        // If standard error is gone there is nobody to tell.
        let _ = self.write_fault(fault, &mut out);
        let _ = writeln!(out, "Fatal error: {fault}");
        std::process::abort()
    }
}

/// # Safety
/// `p` is a live debug block with this record.
unsafe fn dump(p: NonNull<u8>, block: BlockRecord, out: &mut dyn fmt::Write) -> fmt::Result {
    // SAFETY: per contract: 8 bytes in front of the data, and 8 behind it, are guards (the first
    // of those in front is the letter).
    let (front, tail, data) = unsafe {
        (
            std::slice::from_raw_parts(p.as_ptr().sub(7), 7),
            std::slice::from_raw_parts(p.as_ptr().add(block.size), 8),
            std::slice::from_raw_parts(p.as_ptr(), block.size),
        )
    };
    guards(front, "7 pad bytes at p-7", |at| (-7 + at as isize, "p"), out)?;
    let end = p.addr().get() + block.size;
    guards(tail, Tail(end), |at| (at as isize, "tail+"), out)?;
    made_by(block, out)?;
    if data.is_empty() {
        return Ok(());
    }
    out.write_str("    Data at p:")?;
    for byte in data.iter().take(8) {
        write!(out, " {byte:02x}")?;
    }
    if data.len() > 16 {
        out.write_str(" ...")?;
    }
    for byte in data.iter().skip(8.max(data.len().saturating_sub(8))) {
        write!(out, " {byte:02x}")?;
    }
    out.write_char('\n')
}

fn made_by(block: BlockRecord, out: &mut dyn fmt::Write) -> fmt::Result {
    writeln!(out, "    The block was made by call #{} to debug malloc/realloc.", block.serial)
}

struct Tail(usize);

impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "8 pad bytes at tail={:#x}", self.0)
    }
}

fn guards(
    bytes: &[u8],
    what: impl fmt::Display,
    name: impl Fn(usize) -> (isize, &'static str),
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    if bytes.iter().all(|&byte| byte == FORBIDDEN) {
        return writeln!(out, "    The {what} are FORBIDDENBYTE, as expected.");
    }
    writeln!(out, "    The {what} are not all FORBIDDENBYTE (0xfd):")?;
    for (at, &byte) in bytes.iter().enumerate() {
        let ouch = if byte == FORBIDDEN { "" } else { " *** OUCH" };
        let (offset, base) = name(at);
        writeln!(out, "        at {base}{offset}: {byte:#04x}{ouch}")?;
    }
    Ok(())
}

/// Standard error without a buffer.
struct Stderr;

impl fmt::Write for Stderr {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: the bytes are those of `text`.
        let written = unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
        if written < 0 { Err(fmt::Error) } else { Ok(()) }
    }
}
