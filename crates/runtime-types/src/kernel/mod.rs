//! Kernel: the pure algorithms of numbers, text and tables, which know nothing of objects.
//!
//! ```text
//!   int, float, str, list, dict … (objects, in the rest of this package)
//!      |        |       |     |
//!   integer  float   unicode  growth          format_spec, percent: numbers and text into `Out`
//!      \        |     repr     hash
//!       \       |       |
//!        Work: bound on the result, charge of steps     Out, TextBuf: fallible text
//! ```
//!
//! Everything here agrees bit for bit with CPython 3.13; the fixtures under `tests/kernel_data` were
//! written by that interpreter. Nothing here allocates infallibly what input can size: memory comes by
//! `try_reserve`, and the big-integer library multiplies blocks of at most 150 kbit.

pub mod float;
pub mod format_spec;
pub mod growth;
pub mod hash;
pub mod integer;
mod out;
pub mod percent;
pub mod repr;
pub mod sha512;
pub mod suggest;
pub mod twister;
pub mod unicode;
mod work;

pub use out::{NoMemory, Out, TextBuf};
pub use work::{Limits, OPS_PER_POLL, OPS_PER_STEP, Stop, Work};
