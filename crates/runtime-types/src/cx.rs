//! The context that every operation is given, and the proof that an exception is set.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use runtime_core::AllocError;
use runtime_gc::Ref;

use crate::exception::Exc;
use crate::world::World;

/// Proof that an exception is set in the world: [`World::take_raised`] has it.
///
/// It has no size, so `Result<Ref, Raised>` is one word.
#[derive(Debug)]
#[must_use = "an exception that is set must be passed on or taken"]
pub struct Raised(());

/// The outcome of an operation of the language.
pub type Res<T = Ref> = Result<T, Raised>;

impl Raised {
    /// For [`World::set_raised`], which makes the claim true.
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

/// The way to a world, held by whoever runs in it; one word.
///
/// `&mut Cx` in a signature says that the function may run a program's code: anything not owned may
/// be gone when it returns. Views into objects borrow from `&Cx`, so the compiler keeps them from
/// living across such a call. (A context and not a token beside a `&World`, so that one argument
/// carries both; and not `&mut World`, which would claim that nobody else is looking.)
pub struct Cx<'w> {
    world: NonNull<World>,
    life: PhantomData<&'w World>,
}

impl<'w> Cx<'w> {
    /// A context for the world at `world`.
    ///
    /// # Safety
    /// The world has been started, outlives `'w`, and no other thread uses it meanwhile. The pointer
    /// is made from the whole runtime's allocation.
    pub const unsafe fn new(world: NonNull<World>) -> Self {
        Self { world, life: PhantomData }
    }

    /// The world, for as long as the context's own: for what is built over several operations.
    #[inline(always)]
    pub const fn world(&self) -> &'w World {
        // SAFETY: `new` promised a live, started world for `'w`.
        unsafe { self.world.as_ref() }
    }

    /// The world as a pointer that may be cast up to a higher floor.
    #[inline(always)]
    pub const fn world_ptr(&self) -> NonNull<World> {
        self.world
    }
}

impl Deref for Cx<'_> {
    type Target = World;

    #[inline(always)]
    fn deref(&self) -> &World {
        // SAFETY: `new` promised a live, started world; it is shared and all its parts are cells.
        unsafe { self.world.as_ref() }
    }
}

/// Turns a failed request for memory into `MemoryError`.
pub trait OrRaise<T> {
    /// The value, or the exception set.
    ///
    /// # Errors
    /// `MemoryError`.
    fn or_raise(self, world: &World) -> Res<T>;
}

impl<T> OrRaise<T> for Result<T, AllocError> {
    #[inline(always)]
    fn or_raise(self, world: &World) -> Res<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(world.raise_no_memory(error)),
        }
    }
}

impl World {
    /// Sets an exception of a built-in type with this message.
    #[cold]
    #[inline(never)]
    pub fn raise(&self, kind: Exc, message: fmt::Arguments<'_>) -> Raised {
        match self.exception_from_text(kind, message) {
            Ok(exception) => self.set_raised(exception),
            Err(raised) => raised,
        }
    }

    /// `TypeError` with this message.
    #[cold]
    pub fn type_error(&self, message: fmt::Arguments<'_>) -> Raised {
        self.raise(Exc::TypeError, message)
    }

    /// `ValueError` with this message.
    #[cold]
    pub fn value_error(&self, message: fmt::Arguments<'_>) -> Raised {
        self.raise(Exc::ValueError, message)
    }
}
