//! The front end of Strata: it parses, compiles and runs toy Python scripts.
//!
//! ```text
//! bytes --syntax--> tree --compile--> code objects --vm--> what the script does
//!                                                    \---> report: what went wrong, and where
//! ```
//!
//! [`Interp`] is the whole of it: a runtime of four floors (see `runtime-core`'s `Floor`), built,
//! used and taken apart.

mod bell;
pub mod code;
mod codegen;
mod compile;
mod import;
pub mod insn;
mod interp;
mod library;
mod modules;
mod onlooker;
mod recorded;
mod references;
pub mod report;
mod session;
mod strata;
pub mod syntax;
mod tracemalloc;
mod uncaught;
mod vm;

pub use bell::Bell;
pub use interp::{Config, Interp, Machine, Outcome, ScriptTypesRef, Teardown, layout};
pub use onlooker::{Answer, NoAnswer, Question, Unit};
pub use recorded::{Ended, Session};
pub use references::HeldBy;
pub use session::Reply;
pub use vm::count::FrameCounts;

/// What the compiler supports today; the rest is refused before anything runs.
pub(crate) const FEATURES: syntax::Features = syntax::Features::ALL;
