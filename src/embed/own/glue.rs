//! Between the slots of a type and the functions of an own one: handles made and bounded, panics
//! caught, errors raised. Everything that the runtime calls in an own type passes [`enter`] or
//! [`survive`].

use std::marker::PhantomData;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, Object, TypeObject, TypeSpec, type_of};
use runtime_gc::{Borrowed, Ref as Counted};
use runtime_types::above::aside;
use runtime_types::args::{Args as RawArgs, NativeDef, NativeFn};
use runtime_types::buffer::{BufferSlot, Span};
use runtime_types::own::{self, birth, payload, show, survive};
use runtime_types::ty::{GetSetDef, Slots, Type, TypeDef};
use runtime_types::{Cx, Exc, OrRaise, Raised, Res, World};

use super::room::{Dead, Place};
use super::{Args, Own, OwnType};
use crate::embed::error::Error;
use crate::embed::handle::Ref;
use crate::embed::runtime::Runtime;

/// A method of an own type; made by [`method`].
#[repr(transparent)]
pub struct Method<T> {
    def: NativeDef,
    payload: PhantomData<fn(&T)>,
}

/// A computed attribute of an own type; made by [`getter`] or [`property`].
#[repr(transparent)]
pub struct Getter<T> {
    def: GetSetDef,
    payload: PhantomData<fn(&T)>,
}

/// `x.name(...)`, done by `f`: a function, or a closure that captures nothing.
pub const fn method<T: OwnType, F>(name: &'static str, f: F) -> Method<T>
where
    F: for<'b, 'a, 'rt> Fn(&'b Own<'rt, T>, Args<'a, 'rt>) -> Result<Ref<'rt>, Error>
        + Copy
        + 'static,
{
    assert_stateless::<F>();
    let _ = f;
    Method { def: NativeDef::any(name, call_method::<T, F>), payload: PhantomData }
}

/// `x.name`, read by `get`.
pub const fn getter<T: OwnType, G>(name: &'static str, get: G) -> Getter<T>
where
    G: for<'b, 'rt> Fn(&'b Own<'rt, T>) -> Result<Ref<'rt>, Error> + Copy + 'static,
{
    assert_stateless::<G>();
    let _ = get;
    Getter { def: GetSetDef { name, get: call_getter::<T, G>, set: None }, payload: PhantomData }
}

/// `x.name`, read by `get` and written by `set`.
pub const fn property<T: OwnType, G, S>(name: &'static str, get: G, set: S) -> Getter<T>
where
    G: for<'b, 'rt> Fn(&'b Own<'rt, T>) -> Result<Ref<'rt>, Error> + Copy + 'static,
    S: for<'b, 'rt> Fn(&'b Own<'rt, T>, Ref<'rt>) -> Result<(), Error> + Copy + 'static,
{
    assert_stateless::<G>();
    assert_stateless::<S>();
    let _ = (get, set);
    let def = GetSetDef { name, get: call_getter::<T, G>, set: Some(call_setter::<T, S>) };
    Getter { def, payload: PhantomData }
}

const fn assert_stateless<F>() {
    const { assert!(size_of::<F>() == 0, "a closure that captures something has no place here") };
}

/// The function behind a type without state.
fn stateless<F: Copy + 'static>() -> F {
    const { assert!(size_of::<F>() == 0) };
    // SAFETY: a value of no size is read from any aligned address. One existed, since `method` and its
    // like were given it, and it may be copied.
    unsafe { NonNull::<F>::dangling().read() }
}

/// Everything about the type of `T`'s objects.
pub(super) fn definition<T: OwnType>() -> TypeDef {
    let own_memory = T::TP_ALLOC.is_some() || T::TP_FREE.is_some() || T::FREE_LIST > 0;
    let mut spec = TypeSpec { floor: Floor::Interp, ..own::spec::<T>(T::NAME, T::WEAK) };
    if own_memory {
        spec.tp_alloc = alloc::<T>;
        spec.tp_free = free::<T>;
        spec.free_lists = const { &[T::FREE_LIST] };
    }
    if T::FINALIZER.is_some() {
        spec.tp_finalize = Some(finalize::<T>);
    }
    let slots = Slots {
        new: Some(new::<T>),
        repr: T::REPR.is_some().then_some(repr::<T>),
        len: T::LEN.is_some().then_some(len::<T>),
        buffer: T::LENDS.then_some(BufferSlot { acquire: lend::<T>, release: take_back::<T> }),
        ..super::protocol::slots::<T>()
    };
    // SAFETY: both are transparent over what the slices become.
    let (methods, getset) = unsafe {
        (
            &*(std::ptr::from_ref(T::METHODS) as *const [NativeDef]),
            &*(std::ptr::from_ref(T::GETTERS) as *const [GetSetDef]),
        )
    };
    TypeDef { spec, slots, methods, getset, doc: T::DOC, ..TypeDef::EMPTY }
}

/// Runs code of an own type with a handle to the object it is about.
///
/// # Errors
/// What it says, raised; `SystemError` when it panics.
pub(super) fn enter<T: OwnType, R>(
    op: Borrowed<'_>,
    run: impl for<'rt> FnOnce(&Own<'rt, T>) -> Result<R, Error>,
) -> Res<R> {
    // SAFETY: own types are stamped on runtimes of the facade alone, and the object keeps its own alive
    // for this call: whoever called does. The handle does not leave it.
    let (this, rt) = unsafe { (Ref::adopt(op.owned()), Runtime::of(op.as_obj())) };
    let this = Own::<T>::of(this).map_err(|error| rt.raise(&error))?;
    let attached = rt.attached();
    attached.enter();
    let outcome = match survive(|| run(&this)) {
        Some(Ok(result)) => Ok(result),
        Some(Err(error)) => Err(rt.raise(&error)),
        None => Err(panicked::<T>(rt)),
    };
    attached.leave();
    outcome
}

#[cold]
fn panicked<T: OwnType>(rt: &Runtime) -> Raised {
    rt.cx().raise(Exc::SystemError, format_args!("the native code of '{}' panicked", T::NAME))
}

/// The reference in a handle that code of an own type gave, which may be of any runtime.
pub(super) fn own_result(rt: &Runtime, result: Ref<'_>) -> Result<Counted, Error> {
    result.of(rt)?;
    Ok(result.into_counted())
}

fn call_method<T: OwnType, F>(cx: &mut Cx<'_>, args: RawArgs<'_>) -> Res
where
    F: for<'b, 'a, 'rt> Fn(&'b Own<'rt, T>, Args<'a, 'rt>) -> Result<Ref<'rt>, Error>
        + Copy
        + 'static,
{
    let Some(this) = args.get(0) else {
        return Err(cx.type_error(format_args!("a method of '{}' needs an object", T::NAME)));
    };
    let own: NativeFn = call_method::<T, F>;
    let is_it = |method: &&Method<T>| std::ptr::fn_addr_eq(method.def.call, own);
    let name = T::METHODS.iter().find(is_it).map_or(T::NAME, |method| method.def.name);
    enter::<T, _>(this, |this| {
        // SAFETY: arguments of a call are of the runtime that calls, which runs as long as it.
        let args = unsafe { Args::new(name, args.rest()) };
        own_result(this.runtime(), stateless::<F>()(this, args)?)
    })
}

fn call_getter<T: OwnType, G>(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res
where
    G: for<'b, 'rt> Fn(&'b Own<'rt, T>) -> Result<Ref<'rt>, Error> + Copy + 'static,
{
    enter::<T, _>(op, |this| own_result(this.runtime(), stateless::<G>()(this)?))
}

fn call_setter<T: OwnType, S>(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()>
where
    S: for<'b, 'rt> Fn(&'b Own<'rt, T>, Ref<'rt>) -> Result<(), Error> + Copy + 'static,
{
    let Some(value) = value else {
        return Err(cx.type_error(format_args!("attributes of '{}' are not deleted", T::NAME)));
    };
    enter::<T, _>(op, |this| {
        // SAFETY: the value is of the runtime that calls.
        stateless::<S>()(this, unsafe { Ref::adopt(value.owned()) })
    })
}

/// `T(...)`
fn new<T: OwnType>(cx: &mut Cx<'_>, ty: &Type, args: RawArgs<'_>) -> Res {
    if !ty.is_own::<T>() {
        return Err(cx.type_error(format_args!("'{}' is not a '{}'", ty.name(), T::NAME)));
    }
    let Some(value) = survive(T::default) else {
        let name = T::NAME;
        return Err(
            cx.raise(Exc::SystemError, format_args!("the native code of '{name}' panicked"))
        );
    };
    // SAFETY: the type was stamped for `T`.
    let made = unsafe { birth(ty, value) }.or_raise(cx)?;
    let filled = enter::<T, _>(made.borrow(), |this| {
        // SAFETY: as in `call_method`.
        T::init(this, unsafe { Args::new(T::NAME, args) })
    });
    // One that was not filled is shown too if somebody holds it: it is whole, and may be in a cycle.
    if filled.is_ok() || made.borrow().header().count() > 1 {
        show(&made);
    }
    filled.map(|()| made)
}

fn repr<T: OwnType>(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let text = enter::<T, _>(op, |this| match T::REPR {
        Some(repr) => repr(this),
        None => Ok(T::NAME.to_owned()),
    })?;
    cx.str(&text)
}

fn len<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    enter::<T, _>(op, |this| T::LEN.map_or(Ok(0), |len| len(this)))
}

fn lend<T: OwnType>(world: &World, op: Borrowed<'_>) -> Res<Span> {
    match payload::<T>(op).and_then(T::buffer) {
        // SAFETY: whoever asked for the memory holds the object.
        Some(block) => Ok(unsafe { block.lend() }),
        None => Err(world.type_error(format_args!("a '{}' lends no memory", T::NAME))),
    }
}

fn take_back<T: OwnType>(_: &World, op: Borrowed<'_>) {
    if let Some(block) = payload::<T>(op).and_then(T::buffer) {
        // SAFETY: it was lent by `lend`, and comes back once for each time.
        unsafe { block.take_back() };
    }
}

/// `tp_finalize`
///
/// # Safety
/// `op` is alive, of `T`'s type, and held by the caller.
unsafe fn finalize<T: OwnType>(op: Obj) {
    // SAFETY: per contract, and as in `enter`.
    unsafe {
        aside(World::ptr_of(op), |cx| {
            let op = Borrowed::new(op);
            let run = |this: &Own<'_, T>| T::FINALIZER.map_or(Ok(()), |finalizer| finalizer(this));
            if let Err(raised) = enter::<T, _>(op, run) {
                let exception = cx.take_raised(raised);
                cx.report_unraisable(op, exception);
            }
        });
    }
}

/// `tp_alloc` of types that have a say in it.
///
/// # Safety
/// `ty` is the type of `T`'s objects.
unsafe fn alloc<T: OwnType>(ty: NonNull<TypeObject>, _: usize) -> Result<Obj, AllocError> {
    // SAFETY: per contract.
    let ty = unsafe { ty.as_ref() };
    // SAFETY: `definition` gives the type its one free list.
    let place = unsafe { Place::new(ty) };
    let room = match T::TP_ALLOC {
        Some(own) => survive(|| own(place)).unwrap_or(Err(AllocError::TooLarge))?,
        None => place.usual()?,
    };
    let op = room.into_block(ty).ok_or(AllocError::TooLarge)?;
    let fields = ty.basic_size - size_of::<Object>();
    // SAFETY: the block has `basic_size` bytes from the header on, and nobody else sees it.
    unsafe { op.cast::<u8>().add(size_of::<Object>()).write_bytes(0, fields) };
    Ok(op)
}

/// `tp_free` of types that have a say in it.
///
/// # Safety
/// `op` is a dead object of `T`'s type, taken apart.
unsafe fn free<T: OwnType>(op: Obj) {
    // SAFETY: per contract; the type outlives its objects.
    unsafe {
        let ty = type_of(op);
        let dead = Dead::new(ty.as_ref(), op);
        match T::TP_FREE {
            Some(own) => {
                aside(World::ptr_of(op), |_| {
                    let _ = survive(|| own(dead));
                });
            }
            None => dead.retire(),
        }
    }
}
