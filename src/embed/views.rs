//! Handles that are known to be of a type, with its operations.
//!
//! A view is a handle and nothing more: it keeps no place in the object, so any code may run between
//! two operations.

use std::ops::Deref;

use runtime_types::dict::DictObject;
use runtime_types::list::{ListObject, append, pop_last};
use runtime_types::module::ModuleObject;
use runtime_types::set::SetObject;
use runtime_types::tuple::TupleObject;
use runtime_types::{Exc, dict, set};

use super::error::Error;
use super::handle::Ref;

macro_rules! views {
    ($($(#[$doc:meta])* $view:ident, $object:ty, $check:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        #[repr(transparent)]
        pub struct $view<'rt>(Ref<'rt>);

        impl<'rt> $view<'rt> {
            /// The view of a handle to such an object.
            pub(super) const fn of(handle: Ref<'rt>) -> Self {
                Self(handle)
            }
        }

        impl<'rt> Deref for $view<'rt> {
            type Target = Ref<'rt>;

            fn deref(&self) -> &Ref<'rt> {
                &self.0
            }
        }

        impl<'rt> From<$view<'rt>> for Ref<'rt> {
            fn from(view: $view<'rt>) -> Self {
                view.0
            }
        }

        impl<'rt> Ref<'rt> {
            /// The object as what the view shows, subclasses included.
            ///
            /// # Errors
            /// [`Error::Kind`] when it is something else.
            pub fn $check(&self) -> Result<$view<'rt>, Error> {
                self.view::<$object>()?;
                Ok($view(self.clone()))
            }
        }
    )*};
}

views! {
    /// A tuple.
    Tuple, TupleObject, as_tuple;
    /// A list.
    List, ListObject, as_list;
    /// A dict.
    Dict, DictObject, as_dict;
    /// A set or a frozenset.
    Set, SetObject, as_set;
    /// A module.
    Module, ModuleObject, as_module;
}

fn index_error(what: &str) -> Error {
    Error::new(Exc::IndexError, format!("{what} index out of range"))
}

impl<'rt> Tuple<'rt> {
    /// The item at `index`.
    ///
    /// # Errors
    /// `IndexError`
    pub fn get(&self, index: usize) -> Result<Ref<'rt>, Error> {
        let items = self.view::<TupleObject>()?.items();
        let item = items.get(index).ok_or_else(|| index_error("tuple"))?;
        // SAFETY: what a tuple holds is of its runtime.
        Ok(unsafe { Ref::adopt(item.owned()) })
    }
}

impl<'rt> List<'rt> {
    /// The item at `index`.
    ///
    /// # Errors
    /// `IndexError`
    pub fn get(&self, index: usize) -> Result<Ref<'rt>, Error> {
        let item = self.view::<ListObject>()?.get(index).ok_or_else(|| index_error("list"))?;
        // SAFETY: what a list holds is of its runtime.
        Ok(unsafe { Ref::adopt(item) })
    }

    /// Puts an item in the place of another, which is let go when the new one is there.
    ///
    /// # Errors
    /// [`Error::Foreign`], `IndexError`.
    pub fn set(&self, index: usize, item: impl Into<Ref<'rt>>) -> Result<(), Error> {
        let item = item.into();
        item.of(self.runtime())?;
        match self.view::<ListObject>()?.replace(index, item.into_counted()) {
            Ok(old) => {
                drop(old);
                Ok(())
            }
            Err(item) => {
                drop(item);
                Err(index_error("list assignment"))
            }
        }
    }

    /// Adds an item at the end.
    ///
    /// # Errors
    /// [`Error::Foreign`], `MemoryError`; the list is unchanged then.
    pub fn append(&self, item: impl Into<Ref<'rt>>) -> Result<(), Error> {
        let (rt, item) = (self.runtime(), item.into());
        item.of(rt)?;
        rt.lift(append(&rt.cx(), self.op(), item.into_counted()))
    }

    /// Takes the last item off.
    ///
    /// # Errors
    /// `IndexError`
    pub fn pop(&self) -> Result<Ref<'rt>, Error> {
        let rt = self.runtime();
        Ref::lift(rt, pop_last(&rt.cx(), self.op()))
    }
}

impl<'rt> Dict<'rt> {
    /// The value under `key`.
    ///
    /// # Errors
    /// [`Error::Foreign`], and those of hashing and comparing.
    pub fn get(&self, key: &Ref<'_>) -> Result<Option<Ref<'rt>>, Error> {
        let rt = self.runtime();
        let key = key.of(rt)?;
        Ref::lift_option(rt, dict::get(&mut rt.cx(), self.op(), key))
    }

    /// Puts a value under `key`.
    ///
    /// # Errors
    /// As [`Dict::get`], and `MemoryError`; the dict is unchanged then.
    pub fn set(&self, key: &Ref<'_>, value: &Ref<'_>) -> Result<(), Error> {
        let rt = self.runtime();
        let (key, value) = (key.of(rt)?, value.of(rt)?);
        rt.lift(dict::set(&mut rt.cx(), self.op(), key, value))
    }

    /// Takes a key out and gives its value.
    ///
    /// # Errors
    /// As [`Dict::get`].
    pub fn remove(&self, key: &Ref<'_>) -> Result<Option<Ref<'rt>>, Error> {
        let rt = self.runtime();
        let key = key.of(rt)?;
        Ref::lift_option(rt, dict::remove(&mut rt.cx(), self.op(), key))
    }

    /// Keys and values in their order. What changes the dict meanwhile may be seen or not.
    pub fn items(&self) -> impl Iterator<Item = (Ref<'rt>, Ref<'rt>)> + use<'rt> {
        let (dict, mut cursor) = (self.clone(), 0);
        std::iter::from_fn(move || {
            let (key, value) = dict::entry(dict.op(), &mut cursor)?;
            // SAFETY: what a dict holds is of its runtime.
            Some(unsafe { (Ref::adopt(key), Ref::adopt(value)) })
        })
    }
}

impl Set<'_> {
    /// Adds an item.
    ///
    /// # Errors
    /// [`Error::Foreign`], `TypeError` for a frozenset or an unhashable item, `MemoryError`, and
    /// those of comparing.
    pub fn add(&self, item: &Ref<'_>) -> Result<(), Error> {
        let rt = self.runtime();
        let item = item.of(rt)?;
        let cx = &mut rt.cx();
        let frozen = cx.types.frozenset;
        if runtime_types::ty::Type::of(self.op()).is_subtype(cx.ty(frozen)) {
            return Err(Error::type_error("a frozenset does not change"));
        }
        rt.lift(set::add(cx, self.op(), item))
    }
}

impl<'rt> Module<'rt> {
    /// What the module has under a name.
    ///
    /// # Errors
    /// `AttributeError`
    pub fn get(&self, name: &str) -> Result<Ref<'rt>, Error> {
        self.get_attr(name)
    }

    /// Calls what the module has under a name.
    ///
    /// # Errors
    /// As [`Module::get`], and those of the call.
    pub fn call(&self, name: &str, args: &[&Ref<'_>]) -> Result<Ref<'rt>, Error> {
        self.call_method(name, args)
    }
}
