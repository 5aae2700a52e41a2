//! Where the scripts of an embedded runtime write.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use runtime_types::Console;

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
