//! Interned strings: one object for each text, so that names compare by address.

use std::cell::RefCell;
use std::ptr::NonNull;

use hashbrown::HashTable;
use runtime_core::AllocError;
use runtime_gc::Ref;

use super::{Interning, StrObject, equal, hash_of};
use crate::cx::{OrRaise, Res};
use crate::view::Look;
use crate::world::World;

/// The table of interned strings of one world. It owns no reference: a mortal string takes itself
/// out when it dies.
///
/// The cell is borrowed only between reading and writing the table, never while anything is
/// allocated, released or called.
#[derive(Default)]
pub(crate) struct Interned {
    table: RefCell<HashTable<NonNull<StrObject>>>,
}

impl Interned {
    /// Takes a dying string out.
    pub(crate) fn forget(&self, str: &StrObject) {
        let hash = str.hash.get() as u64;
        let mut table = self.table.borrow_mut();
        if let Ok(entry) = table.find_entry(hash, |other| std::ptr::eq(other.as_ptr(), str)) {
            entry.remove();
        }
    }

    /// Strings in the table.
    pub(crate) fn len(&self) -> usize {
        self.table.borrow().len()
    }

    fn find(&self, hash: u64, str: &StrObject) -> Option<NonNull<StrObject>> {
        let table = self.table.borrow();
        // SAFETY: strings in the table are alive: they take themselves out when they die.
        table.find(hash, |other| equal(unsafe { other.as_ref() }, str)).copied()
    }

    fn enter(&self, hash: u64, str: NonNull<StrObject>) -> Result<(), AllocError> {
        let mut table = self.table.borrow_mut();
        // SAFETY: as above.
        let rehash = |other: &NonNull<StrObject>| unsafe { other.as_ref() }.hash.get() as u64;
        table
            .try_reserve(1, rehash)
            .map_err(|_| AllocError::System { bytes: size_of::<NonNull<StrObject>>() })?;
        table.insert_unique(hash, str, rehash);
        Ok(())
    }
}

impl World {
    /// The one string of this text: `str` itself when it is the first, else the one there is.
    ///
    /// A name (`Immortal`) lives for ever; a constant or a `sys.intern` result (`Mortal`) as long as
    /// somebody holds it.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn intern(&self, str: Ref, how: Interning) -> Res {
        let Some(view) = str.borrow().view::<StrObject>() else { return Ok(str) };
        let hash = hash_of(self, view) as u64;
        let one = match self.interned.find(hash, view) {
            // SAFETY: a string in the table is alive.
            Some(found) => unsafe { Ref::new(found.cast()) },
            None => {
                self.interned.enter(hash, NonNull::from(view)).or_raise(self)?;
                view.set_interning(Interning::Mortal);
                str
            }
        };
        if how == Interning::Immortal
            && let Some(view) = one.borrow().view::<StrObject>()
        {
            view.set_interning(Interning::Immortal);
            if !one.borrow().header().is_immortal() {
                self.immortalise(one.as_obj()).or_raise(self)?;
            }
        }
        Ok(one)
    }

    /// The immortal string of a name.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn name(&self, text: &str) -> Res {
        // The text is the runtime's, and may be thrown away at once for one that is there already.
        self.heap().own_work(|| {
            let str = self.str(text)?;
            self.intern(str, Interning::Immortal)
        })
    }

    /// Marks an object as never to be freed before the world ends, and remembers it for then.
    ///
    /// # Errors
    /// `AllocError` when the registry cannot grow.
    pub(crate) fn immortalise(&self, op: runtime_core::Obj) -> Result<(), AllocError> {
        // SAFETY: callers hold the object, which is this world's and not immortal yet.
        unsafe { self.gc.immortalise(op) }
    }
}
