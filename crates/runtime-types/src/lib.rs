//! The built-in types of Strata: what an object is, laid out as in CPython 3.13.
//!
//! ```text
//! protocol     the operations of the language on any object
//! ty, view     type objects and their slots; telling what an object is
//! anatomy      the parts of an object in bytes, for those who look
//! world        the floor: types, shared objects, the exception being raised
//! cx           the context handed to every operation
//! int, str...  one module for each type
//! own          types that an embedding program adds, in safe Rust
//! kernel       the algorithms of numbers and text, which know nothing of objects
//! ```

pub mod above;
mod alias;
pub mod anatomy;
pub mod args;
pub mod array;
pub mod bisect;
pub mod buffer;
pub mod builtins;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod class;
pub mod collections;
mod console;
mod cx;
pub mod dict;
mod documentation;
pub mod exception;
mod exception_methods;
mod exception_os;
mod exception_syntax;
pub mod field;
pub mod float;
mod free_lists;
pub mod functools;
pub mod gc;
pub mod heapq;
pub mod int;
pub mod iter;
pub mod itertools;
pub mod kernel;
mod late;
#[cfg(test)]
mod lifetimes;
pub mod list;
pub mod math;
pub mod memoryview;
pub mod module;
pub mod native;
#[cfg(test)]
mod nesting;
mod object;
pub mod operator;
pub mod own;
pub mod protocol;
pub mod random;
pub mod range;
mod repr_guard;
#[cfg(test)]
mod scalar_tests;
pub mod set;
mod singleton;
pub mod slice;
pub mod stop;
pub mod string;
pub mod sys;
#[cfg(test)]
mod testing;
pub mod time;
pub mod tuple;
mod tuple_slots;
pub mod ty;
pub mod type_type;
mod unicode_error;
mod view;
pub mod weakref;
mod world;

pub use console::{Captured, Console, Quiet, Stdio};
pub use cx::{Cx, OrRaise, Raised, Res};
pub use exception::Exc;
pub use free_lists::{FreeListCaps, FreeListKind, NoFreeList};
pub use stop::Limit;
pub use view::{Layout, Look, View};
pub use world::{StandardOut, Types, WorkPoll, World};
