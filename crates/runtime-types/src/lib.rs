//! The built-in types of Strata: what an object is, laid out as in CPython 3.13.
//!
//! ```text
//! protocol     the operations of the language on any object
//! ty, view     type objects and their slots; telling what an object is
//! world        the floor: types, shared objects, the exception being raised
//! cx           the context handed to every operation
//! int, str...  one module for each type
//! kernel       the algorithms of numbers and text, which know nothing of objects
//! ```

pub mod above;
pub mod args;
pub mod buffer;
pub mod builtins;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod class;
mod cx;
pub mod dict;
pub mod exception;
mod exception_methods;
mod exception_syntax;
pub mod field;
pub mod float;
pub mod gc;
pub mod int;
pub mod iter;
pub mod kernel;
#[cfg(test)]
mod lifetimes;
pub mod list;
pub mod math;
pub mod memoryview;
pub mod module;
pub mod native;
mod object;
pub mod parts;
pub mod protocol;
pub mod range;
mod repr_guard;
#[cfg(test)]
mod scalar_tests;
pub mod set;
mod singleton;
pub mod slice;
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

pub use cx::{Cx, OrRaise, Raised, Res};
pub use exception::Exc;
pub use view::{Layout, Look, View};
pub use world::{Console, Types, WorkPoll, World};
