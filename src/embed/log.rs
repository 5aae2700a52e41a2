//! The lifetimes log: what happened to each object, one line each, the same on every machine.
//!
//! ```text
//! born    float#1  24 B  pool in use
//! retired float#1
//! reused  float#2  24 B  free list, left by float#1
//! ```
//!
//! Objects are named by their type and the number of their birth among its births since the log
//! began; addresses serve as keys here and are never shown. Objects that were there before are left
//! out. The log is an observer of the heap and keeps its lines in the host's memory, as many as
//! [`LINES`]; what comes after is counted.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ptr::NonNull;

use runtime_core::{Event, Layer, Obj, Observer, Step, TypeObject};

use super::runtime::Runtime;

/// Lines that are kept until they are taken.
const LINES: usize = 100_000;

/// The log of one runtime.
#[derive(Default)]
pub(super) struct Log {
    on: Cell<bool>,
    pages: RefCell<Pages>,
}

#[derive(Default)]
struct Pages {
    text: String,
    lines: usize,
    left_out: usize,
    /// Names of the types that are told of; none for all.
    only: Vec<String>,
    /// Births by the serial number of the type.
    births: HashMap<u32, u64>,
    /// Objects alive, by address.
    alive: HashMap<usize, String>,
    /// The last object whose memory went into a free list from here.
    retired: HashMap<usize, String>,
}

impl Pages {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        if self.lines == LINES {
            self.left_out += 1;
            return;
        }
        self.lines += 1;
        let _ = writeln!(self.text, "{text}");
    }

    fn born(&mut self, object: Obj, ty: &TypeObject, size: usize, layer: Layer) {
        if !self.only.is_empty() && !self.only.iter().any(|name| name == ty.name()) {
            return;
        }
        let serial = self.births.entry(ty.serial).or_insert(0);
        *serial += 1;
        let name = format!("{}#{serial}", ty.name());
        let at = object.addr().get();
        let words = layer.words();
        if layer == Layer::FreeList {
            match self.retired.remove(&at) {
                Some(by) => {
                    self.line(format_args!("reused  {name}  {size} B  {words}, left by {by}"));
                }
                None => self.line(format_args!("reused  {name}  {size} B  {words}")),
            }
        } else {
            self.line(format_args!("born    {name}  {size} B  {words}"));
        }
        self.alive.insert(at, name);
    }
}

impl Observer for Log {
    fn event(&self, event: &Event<'_>) {
        let Ok(mut pages) = self.pages.try_borrow_mut() else { return };
        match *event {
            Event::Born { object, ty, size, layer } => pages.born(object, ty, size, layer),
            Event::Retired { object, .. } => {
                let at = object.addr().get();
                if let Some(name) = pages.alive.remove(&at) {
                    pages.line(format_args!("retired {name}"));
                    pages.retired.insert(at, name);
                }
            }
            Event::Step { step: Step::Freed, object, .. } => {
                if let Some(name) = pages.alive.remove(&object.addr().get()) {
                    pages.line(format_args!("freed   {name}"));
                }
            }
            Event::Moved { from, object, size, .. } => {
                if let Some(name) = pages.alive.remove(&from.addr().get()) {
                    pages.line(format_args!("resized {name}  {size} B"));
                    pages.alive.insert(object.addr().get(), name);
                }
            }
            Event::Step { step: Step::Finalising, object, .. } => {
                if let Some(name) = pages.alive.get(&object.addr().get()).cloned() {
                    pages.line(format_args!("finalised {name}"));
                }
            }
            Event::CollectionEnded { generation, collected } => {
                pages.line(format_args!("collected {collected} of generation {generation}"));
            }
            _ => {}
        }
    }
}

impl Runtime {
    /// Begins a lifetimes log of all objects. It replaces whoever watches the heap.
    ///
    /// ```
    /// # use strata::{Error, Runtime};
    /// let rt = Runtime::new()?;
    /// rt.log_lifetimes();
    /// drop(rt.float(1.5)?);
    /// assert_eq!(rt.take_log(), "born    float#1  24 B  pool in use\nretired float#1\n");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn log_lifetimes(&self) {
        self.begin_log(Vec::new());
    }

    /// The same of the objects of these types alone.
    pub fn log_lifetimes_of(&self, types: &[&str]) {
        self.begin_log(types.iter().map(|&name| name.to_owned()).collect());
    }

    fn begin_log(&self, only: Vec<String>) {
        let log = &self.attached().log;
        if let Ok(mut pages) = log.pages.try_borrow_mut() {
            *pages = Pages { only, ..Pages::default() };
        }
        log.on.set(true);
        let observer: NonNull<dyn Observer> = NonNull::from(log);
        // SAFETY: the log is kept beside the runtime until after its heap has ended, and takes no
        // memory of it.
        unsafe { self.heap().watch(Some(observer)) };
    }

    /// The lines since the log began or was taken last; nothing when there is none.
    pub fn take_log(&self) -> String {
        let Ok(mut pages) = self.attached().log.pages.try_borrow_mut() else {
            return String::new();
        };
        let mut text = std::mem::take(&mut pages.text);
        if pages.left_out > 0 {
            let _ = writeln!(text, "and {} lines more", pages.left_out);
        }
        (pages.lines, pages.left_out) = (0, 0);
        text
    }

    /// Ends the log.
    pub fn end_log(&self) {
        if self.attached().log.on.replace(false) {
            // SAFETY: nobody is to be told any more.
            unsafe { self.heap().watch(None) };
        }
    }
}
