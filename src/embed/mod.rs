//! The safe way in: a runtime, handles that count for you, and types of your own.
//!
//! ```text
//! runtime    Runtime: builds one, runs scripts in it, ends it
//! make       its constructors: int, str, tuple, list, ...
//! handle     Ref<'rt>: one word, one counted reference
//! views      Tuple, List, Dict, Set, Module: a handle that is known to be one
//! weak       Weak<'rt>
//! collect    the collector's controls
//! own        OwnType: a Rust struct as a type of objects
//! error      what went wrong, as a value
//! log        the lifetimes log
//! refusals   failing each allocation of a story
//! ```
//!
//! What holds everywhere here:
//!
//! 1. A handle borrows its runtime, so it cannot outlive it; runtime and handles stay on one thread.
//! 2. Lifetimes cannot tell two runtimes apart, so every operation on two objects compares the heaps
//!    that their types point to, and refuses a stranger ([`Error::Foreign`]).
//! 3. Nobody is given a reference to what may change or move. The only interiors lent are the bytes of
//!    a `bytes` object and the payload of an own type, behind `&`, as long as a handle is held.
//! 4. Between two calls no exception is set: it is taken out and becomes an [`Error`].

mod collect;
mod error;
mod handle;
mod log;
mod make;
mod own;
mod refusals;
mod runtime;
mod views;
mod weak;

pub use collect::{Gc, VerifyError};
pub use error::{Error, Exception};
pub use handle::{Iter, Ref};
pub use own::{
    Args, BinaryFn, Buffer, CallFn, CompareFn, ContainsFn, Dead, Getter, ItemFn, Method, NextFn,
    ObjectFn, Own, OwnType, Place, Room, SetItemFn, Side, Slot, SlotFn, TpAlloc, TpFree, Unary,
    getter, method, property,
};
pub use refusals::{RefusalFault, refuse_each};
pub use runtime::Runtime;
pub use views::{Dict, List, Module, Set, Tuple};
pub use weak::Weak;
