//! Constructors: an object of each common type from a Rust value.
//!
//! Items are taken by value: their references become the container's.

use runtime_gc::{Borrowed, Ref as Counted};
use runtime_types::string::Text;
use runtime_types::{bytearray, dict, int, list, memoryview, set};

use super::error::Error;
use super::handle::Ref;
use super::runtime::Runtime;
use super::views::{Dict, List, Set, Tuple};

impl Runtime {
    /// `None`
    pub fn none(&self) -> Ref<'_> {
        // SAFETY: it is this runtime's; likewise below.
        unsafe { Ref::adopt(self.cx().none()) }
    }

    /// `True` or `False`
    pub fn bool(&self, value: bool) -> Ref<'_> {
        // SAFETY: as above.
        unsafe { Ref::adopt(self.cx().bool(value)) }
    }

    /// An int; those from -5 to 256 exist once.
    ///
    /// # Errors
    /// `MemoryError`
    pub fn int(&self, value: i64) -> Result<Ref<'_>, Error> {
        Ref::lift(self, self.cx().int(value))
    }

    /// An int of any size, from its decimal digits.
    ///
    /// # Errors
    /// `ValueError` when it is no number, `MemoryError`.
    pub fn big_int(&self, digits: &str) -> Result<Ref<'_>, Error> {
        let cx = self.cx();
        if digits.is_ascii() {
            return Ref::lift(self, int::from_text(&cx, Text::Ascii(digits.as_bytes()), 10));
        }
        let shown = digits.escape_debug();
        Err(Error::value_error(format!("invalid literal for int() with base 10: '{shown}'")))
    }

    /// A float.
    ///
    /// # Errors
    /// `MemoryError`
    pub fn float(&self, value: f64) -> Result<Ref<'_>, Error> {
        Ref::lift(self, self.cx().float(value))
    }

    /// A str; the empty one and those of one character up to U+00FF exist once.
    ///
    /// # Errors
    /// `MemoryError`
    pub fn str(&self, text: &str) -> Result<Ref<'_>, Error> {
        Ref::lift(self, self.cx().str(text))
    }

    /// A `bytes` object.
    ///
    /// # Errors
    /// `MemoryError`
    pub fn bytes(&self, bytes: &[u8]) -> Result<Ref<'_>, Error> {
        Ref::lift(self, self.cx().bytes(bytes))
    }

    /// A `bytearray`.
    ///
    /// # Errors
    /// `MemoryError`
    pub fn bytearray(&self, bytes: &[u8]) -> Result<Ref<'_>, Error> {
        Ref::lift(self, bytearray::from_bytes(&self.cx(), bytes))
    }

    /// `memoryview(x)`
    ///
    /// # Errors
    /// [`Error::Foreign`], `TypeError` when the object lends no memory, `MemoryError`.
    pub fn memoryview(&self, of: &Ref<'_>) -> Result<Ref<'_>, Error> {
        let of = of.of(self)?;
        Ref::lift(self, memoryview::of(&self.cx(), of))
    }

    /// A tuple of these items.
    ///
    /// # Errors
    /// [`Error::Foreign`], `MemoryError`.
    pub fn tuple<'rt, T: Into<Ref<'rt>>>(
        &'rt self,
        items: impl IntoIterator<Item = T>,
    ) -> Result<Tuple<'rt>, Error> {
        let items = self.own_items(items)?;
        let borrowed = borrow_all(&items)?;
        Ok(Tuple::of(Ref::lift(self, self.cx().tuple_from(&borrowed))?))
    }

    /// A list of these items, with room for them and no more.
    ///
    /// # Errors
    /// [`Error::Foreign`], `MemoryError`.
    pub fn list<'rt, T: Into<Ref<'rt>>>(
        &'rt self,
        items: impl IntoIterator<Item = T>,
    ) -> Result<List<'rt>, Error> {
        let items = self.own_items(items)?;
        let made = Ref::lift(self, list::with_capacity(&self.cx(), items.len()))?;
        for item in items {
            self.lift(list::append(&self.cx(), made.op(), item))?;
        }
        Ok(List::of(made))
    }

    /// `{}`
    ///
    /// # Errors
    /// `MemoryError`
    pub fn dict(&self) -> Result<Dict<'_>, Error> {
        Ok(Dict::of(Ref::lift(self, dict::new(&self.cx()))?))
    }

    /// A set of these items.
    ///
    /// # Errors
    /// [`Error::Foreign`], `MemoryError`, `TypeError` for unhashable items, and those of comparing
    /// them.
    pub fn set<'rt, T: Into<Ref<'rt>>>(
        &'rt self,
        items: impl IntoIterator<Item = T>,
    ) -> Result<Set<'rt>, Error> {
        let items = self.own_items(items)?;
        let made = Ref::lift(self, set::new(&self.cx()))?;
        for item in items {
            self.lift(set::add(&mut self.cx(), made.op(), item.borrow()))?;
        }
        Ok(Set::of(made))
    }

    /// A frozenset of these items.
    ///
    /// # Errors
    /// As [`Runtime::set`].
    pub fn frozenset<'rt, T: Into<Ref<'rt>>>(
        &'rt self,
        items: impl IntoIterator<Item = T>,
    ) -> Result<Set<'rt>, Error> {
        let items = self.set(items)?;
        Ok(Set::of(Ref::lift(self, set::frozen_from(&mut self.cx(), items.op()))?))
    }

    /// Takes all items from an iterator, which may be any code, before anything is made of them.
    fn own_items<'rt, T: Into<Ref<'rt>>>(
        &'rt self,
        items: impl IntoIterator<Item = T>,
    ) -> Result<Vec<Counted>, Error> {
        let mut owned = Vec::new();
        for item in items {
            let item: Ref<'rt> = item.into();
            item.of(self)?;
            owned.try_reserve(1).map_err(|_| host_refused())?;
            owned.push(item.into_counted());
        }
        Ok(owned)
    }
}

fn borrow_all(items: &[Counted]) -> Result<Vec<Borrowed<'_>>, Error> {
    let mut borrowed = Vec::new();
    borrowed.try_reserve_exact(items.len()).map_err(|_| host_refused())?;
    borrowed.extend(items.iter().map(Counted::borrow));
    Ok(borrowed)
}

fn host_refused() -> Error {
    Error::new(runtime_types::Exc::MemoryError, "")
}
