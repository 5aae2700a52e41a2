//! The machine that runs code objects.
//!
//! ```text
//! stack      frames, one behind the other in chunks that never move
//! run        the loop: one instruction after the other
//! ops        what instructions do when it is more than a few lines
//! function   function objects      bind      arguments to parameters
//! frame      frames and tracebacks as objects
//! generator  generators: frames that rest between their steps
//! context    what `with` asks of an object
//! count      what the stack was used for, while somebody watches
//! lines      telling whoever watches which line runs
//! unwind     from an exception to its handler
//! ```

pub(crate) mod bind;
pub(crate) mod class;
pub(crate) mod context;
pub(crate) mod count;
pub(crate) mod frame;
pub(crate) mod function;
pub(crate) mod generator;
mod lines;
pub(crate) mod ops;
pub(crate) mod run;
pub(crate) mod stack;
pub(crate) mod unwind;
