//! Types of your own: a Rust struct as the payload of objects.
//!
//! ```
//! use strata::{Args, Error, Method, Own, OwnType, Ref, Runtime, Slot, Trace, method};
//!
//! #[derive(Trace, Default)]
//! struct Cup {
//!     content: Slot,
//! }
//!
//! impl OwnType for Cup {
//!     const NAME: &'static str = "Cup";
//!     const METHODS: &'static [Method<Self>] = &[method("drink", Self::drink)];
//!
//!     fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<(), Error> {
//!         let [content] = args.exactly()?;
//!         this.content.set(this, content)
//!     }
//! }
//!
//! impl Cup {
//!     fn drink<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<Ref<'rt>, Error> {
//!         let [] = args.exactly()?;
//!         let content = this.content.take(this)?;
//!         content.ok_or_else(|| Error::value_error("the cup is empty"))
//!     }
//! }
//!
//! let rt = Runtime::new()?;
//! rt.set_builtin("Cup", &rt.own_type::<Cup>()?)?;
//! let script = rt.run("tea", "cup = Cup('tea')\nfirst = cup.drink()\n")?;
//! assert_eq!(script.get("first")?.to_str()?, "tea");
//! # Ok::<(), Error>(())
//! ```
//!
//! What else the language does with objects, a type says in constants of the same kind: items,
//! iteration, calls, comparisons, operators.
//!
//! ```
//! use std::cell::Cell;
//! use strata::{Args, Binary, BinaryFn, Compare, CompareFn, Error, Own, OwnType, Runtime, Trace};
//!
//! /// Some money. It adds to its like, and compares with it.
//! #[derive(Trace, Default)]
//! struct Money {
//!     cents: Cell<i64>,
//! }
//!
//! impl OwnType for Money {
//!     const NAME: &'static str = "Money";
//!     const COMPARE: Option<CompareFn<Self>> = Some(|this, other, question| {
//!         let Ok(other) = other.as_own::<Self>() else { return Ok(None) };
//!         Ok(Some(question.holds(this.cents.get().cmp(&other.cents.get()))))
//!     });
//!     const BINARY: &'static [(Binary, BinaryFn<Self>)] = &[(Binary::Add, |this, other, _| {
//!         let Ok(other) = other.as_own::<Self>() else { return Ok(None) };
//!         let rt = this.runtime();
//!         let sum = this.cents.get().checked_add(other.cents.get());
//!         let sum = sum.ok_or_else(|| Error::value_error("so much money"))?;
//!         Ok(Some(rt.make::<Self>(&[&rt.int(sum)?])?.into()))
//!     })];
//!
//!     fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<(), Error> {
//!         let [cents] = args.exactly()?;
//!         this.cents.set(cents.to_i64()?);
//!         Ok(())
//!     }
//! }
//!
//! let rt = Runtime::new()?;
//! rt.set_builtin("Money", &rt.own_type::<Money>()?)?;
//! let script = rt.run("shop", "rich = Money(70) + Money(50) > Money(100)\n")?;
//! assert!(script.get("rich")?.is_true()?);
//! # Ok::<(), Error>(())
//! ```
//!
//! An object is made in CPython's steps: `tp_alloc` gives a block with fields of zero; the payload is
//! put in as `Default` makes it, with empty slots; [`OwnType::init`] fills it; then the collector sees
//! it. It dies in the reverse order: finalizer, weak references, slots, buffers, the payload's
//! `Drop`, `tp_free`.
//!
//! A field of a type that does not implement [`Trace`](crate::Trace) does not compile:
//!
//! ```compile_fail,E0277
//! # use strata::{Slot, Trace};
//! #[derive(Trace, Default)]
//! struct Loose {
//!     content: std::cell::Cell<Slot>,
//! }
//! ```
//!
//! nor does a handle kept in a payload, which would count without the collector's knowledge,
//!
//! ```compile_fail,E0277
//! # use strata::{Ref, Trace};
//! #[derive(Trace)]
//! struct Holder {
//!     content: Ref<'static>,
//! }
//! ```
//!
//! nor a payload that borrows.
//!
//! ```compile_fail
//! # use strata::Trace;
//! #[derive(Trace)]
//! struct Borrower<'a> {
//!     text: &'a str,
//! }
//! ```

mod args;
mod field;
mod glue;
mod protocol;
mod room;

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use runtime_core::AllocError;
use runtime_types::World;
use runtime_types::own::{Trace, payload};
use runtime_types::ty::{Binary, Type};

pub use args::Args;
pub use field::{Buffer, Slot};
pub use glue::{Getter, Method, getter, method, property};
pub use protocol::{
    BinaryFn, CallFn, CompareFn, ContainsFn, ItemFn, NextFn, ObjectFn, SetItemFn, Side, Unary,
};
pub use room::{Dead, Place, Room};

use super::error::Error;
use super::handle::Ref;
use super::runtime::Runtime;

/// A function that fills a slot of the type: asked of an object, it answers with an `R`.
pub type SlotFn<T, R> = fn(&Own<'_, T>) -> Result<R, Error>;
/// A `tp_alloc` of one's own: finds room for an object.
pub type TpAlloc = for<'p> fn(Place<'p>) -> Result<Room<'p>, AllocError>;
/// A `tp_free` of one's own: says what becomes of the block of an object that was taken apart.
pub type TpFree = fn(Dead<'_>);

/// A Rust struct whose values are payloads of objects. Only the name must be given.
///
/// Each function may do anything with the runtime, and may panic: the panic ends there, and is
/// `SystemError` to whoever called.
pub trait OwnType: Trace + Default {
    /// The name that scripts see.
    const NAME: &'static str;
    /// The type's `__doc__`.
    const DOC: &'static str = "";
    /// Methods: see [`method`].
    const METHODS: &'static [Method<Self>] = &[];
    /// Attributes that are computed: see [`getter`] and [`property`].
    const GETTERS: &'static [Getter<Self>] = &[];
    /// `repr(x)`
    const REPR: Option<SlotFn<Self, String>> = None;
    /// `len(x)`
    const LEN: Option<SlotFn<Self, usize>> = None;
    /// `x(...)`
    const CALL: Option<CallFn<Self>> = None;
    /// `x[key]`
    const GET_ITEM: Option<ItemFn<Self>> = None;
    /// `x[key] = value` and `del x[key]`
    const SET_ITEM: Option<SetItemFn<Self>> = None;
    /// `item in x`; without it the items that `ITER` gives are compared.
    const CONTAINS: Option<ContainsFn<Self>> = None;
    /// `iter(x)`
    const ITER: Option<ObjectFn<Self>> = None;
    /// `next(x)`. An object that has it and no `ITER` is its own iterator.
    const NEXT: Option<NextFn<Self>> = None;
    /// `x < y`, `x == y` and the others; without it objects are equal when they are one.
    const COMPARE: Option<CompareFn<Self>> = None;
    /// `hash(x)`. Objects that compare in their own way have no hash unless they say which.
    const HASH: Option<SlotFn<Self, i64>> = None;
    /// `bool(x)`; without it an object is true unless its `LEN` is 0.
    const BOOL: Option<SlotFn<Self, bool>> = None;
    /// `-x`, `+x`, `~x`, `abs(x)`: those that it has.
    const UNARY: &'static [(Unary, ObjectFn<Self>)] = &[];
    /// `x + y` and the other operators with two operands: those that it has. `x += y` is `x = x + y`.
    const BINARY: &'static [(Binary, BinaryFn<Self>)] = &[];
    /// Runs once before an object is taken apart, and may keep it alive by giving it to somebody. An
    /// error is reported on the console, and whatever was running goes on.
    const FINALIZER: Option<SlotFn<Self, ()>> = None;
    /// Whether weak references to the objects are possible, at a word for each.
    const WEAK: bool = false;
    /// Dead objects that the type's free list keeps for reuse.
    const FREE_LIST: u32 = 0;
    /// Its own `tp_alloc`; without one the free list is asked, then the heap.
    const TP_ALLOC: Option<TpAlloc> = None;
    /// Its own `tp_free`; without one the free list keeps what it has room for.
    const TP_FREE: Option<TpFree> = None;

    /// Fills a new object from the arguments of `T(...)`. None are taken unless it is written.
    ///
    /// # Errors
    /// Whatever it likes: the object is let go then.
    fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<(), Error> {
        let _ = this;
        let [] = args.exactly()?;
        Ok(())
    }
}

/// A handle to an object whose payload is a `T`, which it derefs to.
#[repr(transparent)]
pub struct Own<'rt, T: OwnType> {
    handle: Ref<'rt>,
    payload: PhantomData<T>,
}

impl<'rt, T: OwnType> Own<'rt, T> {
    /// The handle as one to an object of the type.
    fn of(handle: Ref<'rt>) -> Result<Self, Error> {
        if Type::of(handle.op()).is_own::<T>() {
            return Ok(Self { handle, payload: PhantomData });
        }
        Err(Error::Kind { wanted: T::NAME, found: handle.type_name() })
    }

    /// The handle as a plain one.
    pub fn as_object(&self) -> &Ref<'rt> {
        &self.handle
    }

    /// The runtime that the object belongs to.
    pub fn runtime(&self) -> &'rt Runtime {
        self.handle.runtime()
    }
}

impl<T: OwnType> Deref for Own<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: `of`, the only constructor, saw that the payload is a `T`; an object that was born
        // with one keeps it and its type, and the handle keeps the object.
        unsafe { payload::<T>(self.handle.op()).unwrap_unchecked() }
    }
}

impl<T: OwnType> Clone for Own<'_, T> {
    /// One reference more.
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), payload: PhantomData }
    }
}

impl<T: OwnType> fmt::Debug for Own<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handle.fmt(f)
    }
}

impl<'rt, T: OwnType> From<Own<'rt, T>> for Ref<'rt> {
    fn from(own: Own<'rt, T>) -> Self {
        own.handle
    }
}

impl<'rt> Ref<'rt> {
    /// The object as one with this payload.
    ///
    /// # Errors
    /// [`Error::Kind`] when it is another.
    pub fn as_own<T: OwnType>(&self) -> Result<Own<'rt, T>, Error> {
        Own::of(self.clone())
    }
}

impl Runtime {
    /// The type of the objects with this payload, made when it is first asked for. Give it to scripts
    /// with [`Runtime::set_builtin`] or [`Runtime::define_module`].
    ///
    /// # Errors
    /// [`Error::Start`] when memory is refused.
    pub fn own_type<T: OwnType>(&self) -> Result<Ref<'_>, Error> {
        let ty = self.stamped::<T>()?;
        // SAFETY: a type lives as long as its runtime.
        Ok(unsafe { Ref::adopt(ty.as_ref().as_borrowed().owned()) })
    }

    /// `T(*args)`
    ///
    /// # Errors
    /// Those of [`OwnType::init`]; `MemoryError`; [`Error::Foreign`].
    pub fn make<'rt, T: OwnType>(&'rt self, args: &[&Ref<'_>]) -> Result<Own<'rt, T>, Error> {
        Own::of(self.own_type::<T>()?.call(args)?)
    }

    fn stamped<T: OwnType>(&self) -> Result<NonNull<Type>, Error> {
        let (attached, id) = (self.attached(), TypeId::of::<T>());
        let def = glue::definition::<T>();
        let cx = self.cx();
        let ty = match attached.own_type(id) {
            Some(ty) => ty,
            None => {
                if !attached.reserve_own() {
                    return Err(Error::new(runtime_types::Exc::MemoryError, ""));
                }
                // SAFETY: the world runs, and its pointer is made from the whole runtime; the
                // definition is that of `T`.
                let ty = unsafe { World::stamp_own::<T>(cx.world_ptr(), &def)? };
                attached.note_own(id, ty);
                ty
            }
        };
        // SAFETY: it was stamped with this definition.
        unsafe { cx.complete_own(ty, &def)? };
        Ok(ty)
    }
}
