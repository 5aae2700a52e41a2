//! Handles: one word, one counted reference, and what can be done with any object.

use std::fmt;
use std::marker::PhantomData;

use runtime_gc::{Borrowed, Ref as Counted};
use runtime_types::args::Args as RawArgs;
use runtime_types::bytes::BytesObject;
use runtime_types::float::FloatObject;
use runtime_types::string::{StrObject, text_of};
use runtime_types::ty::Type;
use runtime_types::{Look, Res, View, protocol, sys};
use smallvec::SmallVec;

use super::error::Error;
use super::runtime::Runtime;

/// A handle to an object: it counts as one reference, and lets go when it is dropped.
///
/// It may die with it whatever only it holds, at once; a script's `__del__` may run then.
#[repr(transparent)]
pub struct Ref<'rt> {
    counted: Counted,
    runtime: Borrow<'rt>,
}

/// The borrow of the runtime that a handle is bounded by. It has a `Drop`, if one that does nothing:
/// without it the compiler would let a handle be dropped behind its runtime, at the end of a scope.
struct Borrow<'rt>(PhantomData<&'rt Runtime>);

impl Drop for Borrow<'_> {
    #[inline(always)]
    fn drop(&mut self) {}
}

const _: () = assert!(size_of::<Option<Ref<'_>>>() == size_of::<usize>(), "a handle is one word");

impl<'rt> Ref<'rt> {
    /// A handle that takes over a reference.
    ///
    /// # Safety
    /// The object's runtime was made by this facade and is borrowed for `'rt`.
    #[inline]
    pub(super) const unsafe fn adopt(counted: Counted) -> Self {
        Self { counted, runtime: Borrow(PhantomData) }
    }

    /// The counted reference in it.
    #[inline]
    pub(super) const fn counted(&self) -> &Counted {
        &self.counted
    }

    /// The counted reference, out of it.
    #[inline]
    pub(super) fn into_counted(self) -> Counted {
        self.counted
    }

    #[inline]
    pub(super) fn op(&self) -> Borrowed<'_> {
        self.counted.borrow()
    }

    /// The runtime that the object belongs to.
    #[inline]
    pub fn runtime(&self) -> &'rt Runtime {
        // SAFETY: `adopt` promised that the runtime is borrowed for `'rt`.
        unsafe { Runtime::of(self.counted.as_obj()) }
    }

    /// The handle as one of the runtime's own.
    ///
    /// # Errors
    /// [`Error::Foreign`]
    #[inline]
    pub(super) fn of(&self, rt: &Runtime) -> Result<Borrowed<'_>, Error> {
        if std::ptr::eq(self.op().ty().heap_ptr().as_ptr(), rt.heap()) {
            Ok(self.op())
        } else {
            Err(Error::Foreign)
        }
    }

    /// The outcome of an operation as a handle.
    #[inline]
    pub(super) fn lift(rt: &'rt Runtime, outcome: Res) -> Result<Self, Error> {
        // SAFETY: what an operation of a runtime gives is the runtime's.
        rt.lift(outcome).map(|made| unsafe { Self::adopt(made) })
    }

    /// The same for an outcome that may be nothing.
    #[inline]
    pub(super) fn lift_option(
        rt: &'rt Runtime,
        outcome: Res<Option<Counted>>,
    ) -> Result<Option<Self>, Error> {
        // SAFETY: as above.
        Ok(rt.lift(outcome)?.map(|made| unsafe { Self::adopt(made) }))
    }

    /// The name of its type.
    pub fn type_name(&self) -> String {
        Type::of(self.op()).name().to_owned()
    }

    /// Its type, as an object.
    pub fn type_of(&self) -> Ref<'rt> {
        // SAFETY: a type is of its objects' runtime.
        unsafe { Self::adopt(Type::of(self.op()).as_borrowed().owned()) }
    }

    /// References to it, this handle included; `u32::MAX` for immortal objects.
    pub fn refcount(&self) -> u32 {
        self.op().header().count()
    }

    /// Whether no count can free it: `None`, small ints, ...
    pub fn is_immortal(&self) -> bool {
        self.op().header().is_immortal()
    }

    /// Whether the collector looks at it.
    pub fn is_tracked(&self) -> bool {
        // SAFETY: the handle keeps the object alive.
        unsafe { runtime_gc::is_tracked(self.counted.as_obj()) }
    }

    /// Whether both are one object: `x is y`.
    #[inline]
    pub fn is(&self, other: &Ref<'_>) -> bool {
        self.op().is(other.op())
    }

    /// Whether it is `None`.
    pub fn is_none(&self) -> bool {
        self.runtime().cx().is_none(self.op())
    }

    /// Where it is, to compare with: objects never move, and memory is used again.
    pub fn address(&self) -> usize {
        self.counted.as_obj().addr().get()
    }

    /// Bytes that it occupies, as `sys.getsizeof` counts them.
    ///
    /// # Errors
    /// `TypeError` or `ValueError` when a `__sizeof__` method gives no int, or a negative one.
    pub fn getsizeof(&self) -> Result<usize, Error> {
        let rt = self.runtime();
        rt.lift(sys::getsizeof(&mut rt.cx(), self.op()))
    }

    /// `repr(x)`
    ///
    /// # Errors
    /// Those of the object's own code.
    pub fn repr(&self) -> Result<String, Error> {
        self.text(protocol::repr)
    }

    /// `str(x)`
    ///
    /// # Errors
    /// Those of the object's own code.
    pub fn to_text(&self) -> Result<String, Error> {
        self.text(protocol::str)
    }

    fn text(
        &self,
        of: fn(&mut runtime_types::Cx<'_>, Borrowed<'_>) -> Res,
    ) -> Result<String, Error> {
        let rt = self.runtime();
        let cx = &mut rt.cx();
        let text = rt.lift(of(cx, self.op()))?;
        rt.lift(text_of(cx, text.borrow()).map(|text| text.to_string()))
    }

    /// `bool(x)`
    ///
    /// # Errors
    /// Those of the object's own code.
    pub fn is_true(&self) -> Result<bool, Error> {
        let rt = self.runtime();
        rt.lift(protocol::truth(&mut rt.cx(), self.op()))
    }

    /// `x == y`
    ///
    /// # Errors
    /// [`Error::Foreign`], and those of the objects' own code.
    pub fn equals(&self, other: &Ref<'_>) -> Result<bool, Error> {
        let rt = self.runtime();
        let other = other.of(rt)?;
        rt.lift(protocol::equal(&mut rt.cx(), self.op(), other))
    }

    /// `hash(x)`
    ///
    /// # Errors
    /// `TypeError` for unhashable types.
    pub fn hash(&self) -> Result<i64, Error> {
        let rt = self.runtime();
        rt.lift(protocol::hash(&mut rt.cx(), self.op()))
    }

    /// `len(x)`
    ///
    /// # Errors
    /// `TypeError` when it has none.
    pub fn len(&self) -> Result<usize, Error> {
        let rt = self.runtime();
        rt.lift(protocol::len(&mut rt.cx(), self.op()))
    }

    /// Whether `len(x)` is 0.
    ///
    /// # Errors
    /// As [`Ref::len`].
    pub fn is_empty(&self) -> Result<bool, Error> {
        Ok(self.len()? == 0)
    }

    /// `x.name`
    ///
    /// # Errors
    /// `AttributeError`, and those of the object's own code.
    pub fn get_attr(&self, name: &str) -> Result<Ref<'rt>, Error> {
        let rt = self.runtime();
        Self::lift(rt, protocol::get_attr_str(&mut rt.cx(), self.op(), name))
    }

    /// `x.name = value`
    ///
    /// # Errors
    /// [`Error::Foreign`], `AttributeError`, and those of the object's own code.
    pub fn set_attr(&self, name: &str, value: &Ref<'_>) -> Result<(), Error> {
        let rt = self.runtime();
        let value = value.of(rt)?;
        self.assign_attr(name, Some(value))
    }

    /// `del x.name`
    ///
    /// # Errors
    /// `AttributeError`, and those of the object's own code.
    pub fn del_attr(&self, name: &str) -> Result<(), Error> {
        self.assign_attr(name, None)
    }

    fn assign_attr(&self, name: &str, value: Option<Borrowed<'_>>) -> Result<(), Error> {
        let rt = self.runtime();
        let cx = &mut rt.cx();
        let name = rt.lift(cx.name(name))?;
        rt.lift(protocol::set_attr(cx, self.op(), name.borrow(), value))
    }

    /// `x[key]`
    ///
    /// # Errors
    /// [`Error::Foreign`], `TypeError` when it has no items, and those of the object's own code.
    pub fn get_item(&self, key: &Ref<'_>) -> Result<Ref<'rt>, Error> {
        let rt = self.runtime();
        let key = key.of(rt)?;
        Self::lift(rt, protocol::subscript(&mut rt.cx(), self.op(), key))
    }

    /// `x[key] = value`
    ///
    /// # Errors
    /// As [`Ref::get_item`].
    pub fn set_item(&self, key: &Ref<'_>, value: &Ref<'_>) -> Result<(), Error> {
        let rt = self.runtime();
        let (key, value) = (key.of(rt)?, value.of(rt)?);
        rt.lift(protocol::set_subscript(&mut rt.cx(), self.op(), key, Some(value)))
    }

    /// `del x[key]`
    ///
    /// # Errors
    /// As [`Ref::get_item`].
    pub fn del_item(&self, key: &Ref<'_>) -> Result<(), Error> {
        let rt = self.runtime();
        let key = key.of(rt)?;
        rt.lift(protocol::set_subscript(&mut rt.cx(), self.op(), key, None))
    }

    /// `item in x`
    ///
    /// # Errors
    /// As [`Ref::get_item`].
    pub fn contains(&self, item: &Ref<'_>) -> Result<bool, Error> {
        let rt = self.runtime();
        let item = item.of(rt)?;
        rt.lift(protocol::contains(&mut rt.cx(), self.op(), item))
    }

    /// `x(*args)`
    ///
    /// # Errors
    /// [`Error::Foreign`], `TypeError` when it cannot be called, and those of the call.
    pub fn call(&self, args: &[&Ref<'_>]) -> Result<Ref<'rt>, Error> {
        let rt = self.runtime();
        let mut values: SmallVec<[Borrowed<'_>; 8]> = SmallVec::new();
        for arg in args {
            values.push(arg.of(rt)?);
        }
        let args = RawArgs::positional(&values);
        Self::lift(rt, protocol::call(&mut rt.cx(), self.op(), args))
    }

    /// `x.name(*args)`
    ///
    /// # Errors
    /// As [`Ref::get_attr`] and [`Ref::call`].
    pub fn call_method(&self, name: &str, args: &[&Ref<'_>]) -> Result<Ref<'rt>, Error> {
        self.get_attr(name)?.call(args)
    }

    /// `iter(x)`
    ///
    /// # Errors
    /// `TypeError` when it cannot be iterated over.
    pub fn iter(&self) -> Result<Iter<'rt>, Error> {
        let rt = self.runtime();
        Ok(Iter(Self::lift(rt, protocol::iter(&mut rt.cx(), self.op()))?))
    }

    /// The value of an int, `bool` included.
    ///
    /// # Errors
    /// [`Error::Kind`] when it is none, `OverflowError` when it has more than 64 bits.
    pub fn to_i64(&self) -> Result<i64, Error> {
        let int = self.view::<runtime_types::int::IntObject>()?;
        int.to_i64().ok_or_else(|| {
            let message = "the int does not fit 64 bits".to_owned();
            Error::new(runtime_types::Exc::OverflowError, message)
        })
    }

    /// The value of a float.
    ///
    /// # Errors
    /// [`Error::Kind`] when it is none.
    pub fn to_f64(&self) -> Result<f64, Error> {
        Ok(self.view::<FloatObject>()?.value())
    }

    /// The text of a str; a lone surrogate as the replacement character.
    ///
    /// # Errors
    /// [`Error::Kind`] when it is none.
    pub fn to_str(&self) -> Result<String, Error> {
        Ok(self.view::<StrObject>()?.text().to_string())
    }

    /// The bytes of a `bytes` object, which never change and never move.
    ///
    /// # Errors
    /// [`Error::Kind`] when it is none.
    pub fn as_bytes(&self) -> Result<&[u8], Error> {
        Ok(self.view::<BytesObject>()?.bytes())
    }

    /// The object as a struct of the runtime's. Nothing but what never changes is read through it by
    /// callers that give it out.
    pub(super) fn view<T: View>(&self) -> Result<&T, Error> {
        self.op()
            .view::<T>()
            .ok_or_else(|| Error::Kind { wanted: T::NAME, found: self.type_name() })
    }
}

impl Clone for Ref<'_> {
    /// One reference more.
    fn clone(&self) -> Self {
        Self { counted: self.counted.clone(), runtime: Borrow(PhantomData) }
    }
}

impl fmt::Debug for Ref<'_> {
    /// The type, and no more: the object's own `repr` may be any code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} object>", Type::of(self.op()).name())
    }
}

/// Goes over what an iterator gives.
#[derive(Debug, Clone)]
pub struct Iter<'rt>(Ref<'rt>);

impl<'rt> Iterator for Iter<'rt> {
    type Item = Result<Ref<'rt>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let rt = self.0.runtime();
        let next = protocol::next(&mut rt.cx(), self.0.op());
        Ref::lift_option(rt, next).transpose()
    }
}
