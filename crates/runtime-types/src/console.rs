//! The way out of a world and into it: where its programs write, and what they read.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// Where a world's programs write and read. Buffering is the console's own business.
pub trait Console {
    /// Writes to standard output.
    ///
    /// # Errors
    /// Those of the device.
    fn out(&self, bytes: &[u8]) -> io::Result<()>;

    /// Writes to standard error.
    ///
    /// # Errors
    /// Those of the device.
    fn err(&self, bytes: &[u8]) -> io::Result<()>;

    /// Brings what was written to the devices.
    ///
    /// # Errors
    /// Those of the device.
    fn flush(&self) -> io::Result<()>;

    /// Reads from standard input: at most `max` bytes, up to and with the byte `stop` where there is
    /// one. Nothing is read only at the end of the input, which is all that a console has unless it
    /// says otherwise.
    ///
    /// # Errors
    /// Those of the device.
    fn read(&self, max: usize, stop: Option<u8>, into: &mut Vec<u8>) -> io::Result<()> {
        let _ = (max, stop, into);
        Ok(())
    }
}

/// The process's own standard streams.
#[derive(Debug, Default, Clone, Copy)]
pub struct Stdio;

impl Console for Stdio {
    fn out(&self, bytes: &[u8]) -> io::Result<()> {
        io::stdout().write_all(bytes)
    }

    fn err(&self, bytes: &[u8]) -> io::Result<()> {
        io::stderr().write_all(bytes)
    }

    fn flush(&self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// Keeps what is written, both streams in one; clones are the same page.
#[derive(Debug, Default, Clone)]
pub struct Captured(Rc<RefCell<Vec<u8>>>);

impl Captured {
    /// What has been written since the last time.
    pub fn take(&self) -> String {
        let bytes = self.0.try_borrow_mut().map(|mut page| std::mem::take(&mut *page));
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }
}

impl Console for Captured {
    fn out(&self, bytes: &[u8]) -> io::Result<()> {
        let mut page = self.0.try_borrow_mut().map_err(io::Error::other)?;
        page.try_reserve(bytes.len()).map_err(io::Error::other)?;
        page.extend_from_slice(bytes);
        Ok(())
    }

    fn err(&self, bytes: &[u8]) -> io::Result<()> {
        self.out(bytes)
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A console that nobody looks at: what is written is gone, and there is nothing to read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Quiet;

impl Console for Quiet {
    fn out(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn err(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}
