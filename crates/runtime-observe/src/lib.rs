//! Watching a runtime, and looking at it again: one stream of events, and what can be told from it.
//!
//! ```text
//! heap --events--> Recorder --bytes--> Recording --> Replay --> HeapState at any event
//!                                                      \--> Happening, one by one --> the log
//! ```
//!
//! [`Recorder`] writes what happens as a stream of bytes and knows nothing of names. [`Replay`] reads
//! the stream and rebuilds the heap: which blocks are in use, by which object, what lies in the free
//! lists. From there objects get their names (`tuple#3`) and blocks their places (`a0/p3/b17`), so
//! nothing that is shown depends on an address, the time or a hash seed.
//!
//! Everything here lives in the host's memory: watching never allocates in the heap it watches. The
//! stream is described, byte by byte, in `docs/src/events.md`; [`VERSION`] counts its versions.

mod code;
mod happening;
mod log;
mod map;
mod names;
mod pen;
mod recorder;
mod replay;
mod state;
mod text;
mod totals;

#[cfg(test)]
mod tests;

pub use code::{BlockCode, Record};
pub use happening::{Cause, Happening, What};
pub use log::{Alive, Log, LogOptions, Scope};
pub use map::{Autopsy, Content, MapStyle, Pin};
pub use names::{Name, Series, TypeName, place_text};
pub use recorder::{Limits, Recorder, Recording, SourceText};
pub use replay::Replay;
pub use runtime_core::Step;
pub use state::{Block, BlockUse, HeapState, ObjectState, PoolState};
pub use text::{columns_of, shortened};
pub use totals::Totals;

/// Version of the stream's format: a change of it is a breaking change.
pub const VERSION: u32 = 1;
