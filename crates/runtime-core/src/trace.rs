//! Tracing: where each block that is alive was asked for. CPython: `tracemalloc`.
//!
//! ```text
//! block address --> Trace { domain, size, traceback } --> frames, innermost first
//!                                             \--> one copy of each different traceback
//! ```
//!
//! The heap knows nothing of files and functions: a [`TracebackSource`] from above says which
//! frames are active, and what a frame is called. Off, tracing costs nothing, since its flag is one
//! of those that the fast path tests as one. Its own memory is counted and limited; a block that
//! cannot be traced is refused, as in CPython.

use std::fmt;
use std::ptr::NonNull;

use allocator_api2::vec::Vec as SideVec;
use hashbrown::HashTable;

use crate::error::AllocError;
use crate::heap::{Heap, flag};
use crate::raw_memory::SideUse;
use crate::tables::{AddressMap, SideAlloc};

/// One active call, in the words of the layer above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Frame {
    /// Which file; a number that means something to the [`TracebackSource`].
    pub file: usize,
    /// Line in it, from 1.
    pub line: u32,
}

/// Whoever knows which calls are active.
pub trait TracebackSource {
    /// Shows each active frame, innermost first. It must not ask the heap for memory.
    fn walk(&self, see: &mut dyn FnMut(Frame));

    /// Writes a frame's place, such as `File "x.py", line 3`.
    ///
    /// # Errors
    /// Those of the writer.
    fn describe(&self, frame: Frame, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "File {}, line {}", frame.file, frame.line)
    }
}

/// Names a traceback that the heap keeps; see [`Heap::traceback`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TracebackId(u32);

/// The trace domain of blocks of the raw, mem and object domains alike.
pub const HEAP_TRACES: u32 = 0;

/// What is known of one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// Who traced it: [`HEAP_TRACES`], or the number given to [`Heap::trace_foreign`].
    pub domain: u32,
    /// Address of the block.
    pub address: usize,
    /// Bytes that were asked for.
    pub size: usize,
    /// Where.
    pub traceback: TracebackId,
}

struct Known {
    size: usize,
    traceback: TracebackId,
}

struct Traceback {
    hash: u64,
    /// Frames active when it was taken, of which the innermost are kept.
    total: u32,
    start: u32,
    len: u32,
}

/// All that tracing keeps.
pub(crate) struct Tracer {
    source: Option<NonNull<dyn TracebackSource>>,
    max_frames: u16,
    on: bool,
    current: usize,
    peak: usize,
    traces: AddressMap<(u32, usize), Known>,
    /// Indices into `tracebacks`, by hash.
    index: HashTable<u32, SideAlloc>,
    tracebacks: SideVec<Traceback, SideAlloc>,
    /// The frames of all tracebacks, one behind the other.
    frames: SideVec<Frame, SideAlloc>,
}

/// Bytes that a tracer takes in the heap itself, beside the tables that [`Heap::tracing_memory`]
/// counts.
pub const TRACER_SIZE: usize = size_of::<Tracer>();

impl Tracer {
    fn new(side: SideAlloc) -> Self {
        Self {
            source: None,
            max_frames: 1,
            on: false,
            current: 0,
            peak: 0,
            traces: AddressMap::with_hasher_in(Default::default(), side),
            index: HashTable::new_in(side),
            tracebacks: SideVec::new_in(side),
            frames: SideVec::new_in(side),
        }
    }

    fn frames_of(&self, traceback: &Traceback) -> &[Frame] {
        let start = traceback.start as usize;
        self.frames.get(start..start + traceback.len as usize).unwrap_or(&[])
    }

    /// Makes sure that one more trace, with a traceback never seen, finds room.
    fn reserve(&mut self) -> Result<(), ()> {
        let depth = usize::from(self.max_frames);
        self.traces.try_reserve(1).map_err(drop)?;
        let tracebacks = &self.tracebacks;
        let hash_of = |&at: &u32| tracebacks.get(at as usize).map_or(0, |known| known.hash);
        self.index.try_reserve(1, hash_of).map_err(drop)?;
        self.tracebacks.try_reserve(1).map_err(drop)?;
        self.frames.try_reserve(depth).map_err(drop)
    }

    /// The traceback of this moment. There is room for it.
    fn capture(&mut self) -> TracebackId {
        let start = self.frames.len();
        let max = start + usize::from(self.max_frames);
        let (mut total, mut hash) = (0u32, 0u64);
        let frames = &mut self.frames;
        let mut see = |frame: Frame| {
            total = total.saturating_add(1);
            if frames.len() < max && frames.len() < frames.capacity() {
                frames.push(frame);
                let mixed = (frame.file as u64).rotate_left(32) ^ u64::from(frame.line);
                hash = (hash.rotate_left(5) ^ mixed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            }
        };
        if let Some(source) = self.source {
            // SAFETY: `start_tracing` promised that the source is alive.
            unsafe { source.as_ref() }.walk(&mut see);
        }
        hash ^= u64::from(total);
        let len = (self.frames.len() - start) as u32;
        let fresh = Traceback { hash, total, start: start as u32, len };
        let found = self.index.find(hash, |&at| {
            self.tracebacks.get(at as usize).is_some_and(|known| {
                known.total == total && self.frames_of(known) == self.frames_of(&fresh)
            })
        });
        if let Some(&known) = found {
            self.frames.truncate(start);
            return TracebackId(known);
        }
        let id = self.tracebacks.len() as u32;
        self.tracebacks.push(fresh);
        let tracebacks = &self.tracebacks;
        let hash_of = |&at: &u32| tracebacks.get(at as usize).map_or(0, |known| known.hash);
        self.index.insert_unique(hash, id, hash_of);
        TracebackId(id)
    }

    /// There is room for it.
    fn insert(&mut self, domain: u32, address: usize, size: usize) {
        let traceback = self.capture();
        let known = Known { size, traceback };
        if let Some(old) = self.traces.insert((domain, address), known) {
            self.current = self.current.saturating_sub(old.size);
        }
        self.current += size;
        self.peak = self.peak.max(self.current);
    }

    fn remove(&mut self, domain: u32, address: usize) {
        if let Some(old) = self.traces.remove(&(domain, address)) {
            self.current = self.current.saturating_sub(old.size);
        }
    }

    fn clear(&mut self) {
        self.traces.clear();
        self.traces.shrink_to_fit();
        self.current = 0;
        self.peak = 0;
    }
}

impl Heap {
    /// Looks at the tracer, which is taken out for that long: whoever gets here meanwhile finds
    /// tracing off.
    fn with_tracer<R>(&self, look: impl FnOnce(&mut Tracer) -> R) -> Option<R> {
        let mut tracer = self.tracer.take()?;
        let result = look(&mut tracer);
        self.tracer.set(Some(tracer));
        Some(result)
    }

    /// Begins to trace every block asked for from now on, with at most `max_frames` frames each (at
    /// least 1). While tracing, it changes nothing and gives `false`.
    ///
    /// # Safety
    /// The source stays where it is and outlives the heap or the tracing; the heap has its final
    /// address.
    pub unsafe fn start_tracing(
        &self,
        source: Option<NonNull<dyn TracebackSource>>,
        max_frames: u16,
    ) -> bool {
        if self.is_tracing() {
            return false;
        }
        // SAFETY: per contract the heap stays where it is; its drop ends the tracer.
        let side = unsafe { SideAlloc::new(self, SideUse::Tracing) };
        let mut tracer = self.tracer.take().unwrap_or_else(|| Tracer::new(side));
        tracer.source = source;
        tracer.max_frames = max_frames.max(1);
        tracer.on = true;
        self.tracer.set(Some(tracer));
        self.attend(flag::TRACED, true);
        true
    }

    /// Ends tracing and forgets all traces. Under the debug hooks tracebacks stay, since faults
    /// name them.
    pub fn stop_tracing(&self) {
        self.attend(flag::TRACED, false);
        if self.attention.get() & flag::DEBUG == 0 {
            self.tracer_drop();
        }
        self.with_tracer(|tracer| {
            tracer.clear();
            tracer.on = false;
        });
    }

    pub(crate) fn tracer_drop(&self) {
        drop(self.tracer.take());
    }

    /// Lets what is asked for meanwhile go untraced, such as a report on the traces itself. What is
    /// freed loses its trace as ever.
    pub fn aside_from_tracing<R>(&self, make: impl FnOnce() -> R) -> R {
        let was_on = self.with_tracer(|tracer| std::mem::replace(&mut tracer.on, false));
        let made = make();
        if was_on == Some(true) {
            self.with_tracer(|tracer| tracer.on = true);
        }
        made
    }

    /// Whether blocks are traced.
    pub fn is_tracing(&self) -> bool {
        self.attention.get() & flag::TRACED != 0
    }

    /// The most frames kept of a traceback.
    pub fn traceback_limit(&self) -> u16 {
        self.with_tracer(|tracer| tracer.max_frames).unwrap_or(1)
    }

    /// Forgets all traces; blocks traced from now on count from nothing.
    pub fn clear_traces(&self) {
        self.with_tracer(Tracer::clear);
    }

    /// Bytes of traced blocks alive now, and the most there were at once.
    pub fn traced_memory(&self) -> (usize, usize) {
        self.with_tracer(|tracer| (tracer.current, tracer.peak)).unwrap_or_default()
    }

    /// Sets the peak of traced bytes to what there is now.
    pub fn reset_traced_peak(&self) {
        self.with_tracer(|tracer| tracer.peak = tracer.current);
    }

    /// Bytes that tracing itself takes.
    pub fn tracing_memory(&self) -> usize {
        self.side_bytes(SideUse::Tracing)
    }

    /// The trace of the block at `address`, if it has one.
    pub fn trace_of(&self, address: NonNull<u8>) -> Option<Trace> {
        let address = address.addr().get();
        self.with_tracer(|tracer| {
            let known = tracer.traces.get(&(HEAP_TRACES, address))?;
            let Known { size, traceback } = *known;
            Some(Trace { domain: HEAP_TRACES, address, size, traceback })
        })?
    }

    /// Shows every trace, in no order. `see` must not ask the heap for memory.
    pub fn each_trace(&self, mut see: impl FnMut(Trace)) {
        self.with_tracer(|tracer| {
            for (&(domain, address), &Known { size, traceback }) in &tracer.traces {
                see(Trace { domain, address, size, traceback });
            }
        });
    }

    /// Shows a traceback: how many frames were active, and those of them that were kept,
    /// innermost first. `None` for an id that is not this heap's, or no longer.
    pub fn traceback<R>(
        &self,
        id: TracebackId,
        look: impl FnOnce(u32, &[Frame]) -> R,
    ) -> Option<R> {
        self.with_tracer(|tracer| {
            let traceback = tracer.tracebacks.get(id.0 as usize)?;
            Some(look(traceback.total, tracer.frames_of(traceback)))
        })?
    }

    /// Writes a traceback, one line a frame, innermost first.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_traceback(&self, id: TracebackId, out: &mut dyn fmt::Write) -> fmt::Result {
        let source = self.with_tracer(|tracer| tracer.source).flatten();
        let written = self.traceback(id, |_, frames| {
            for &frame in frames {
                out.write_str("  ")?;
                match source {
                    // SAFETY: `start_tracing` promised that the source is alive.
                    Some(source) => unsafe { source.as_ref() }.describe(frame, out)?,
                    None => write!(out, "File {}, line {}", frame.file, frame.line)?,
                }
                out.write_char('\n')?;
            }
            Ok(())
        });
        written.unwrap_or(Ok(()))
    }

    /// Traces memory that is not the heap's, under a domain number of the caller's. CPython:
    /// `PyTraceMalloc_Track`.
    ///
    /// # Errors
    /// [`AllocError`] when there is no memory for the trace.
    pub fn trace_foreign(
        &self,
        domain: u32,
        address: usize,
        size: usize,
    ) -> Result<(), AllocError> {
        self.trace_in(domain, address, size)
    }

    /// Ends the trace of memory that is not the heap's.
    pub fn untrace_foreign(&self, domain: u32, address: usize) {
        self.with_tracer(|tracer| tracer.remove(domain, address));
    }

    fn trace_in(&self, domain: u32, address: usize, size: usize) -> Result<(), AllocError> {
        let traced = self.with_tracer(|tracer| {
            if !tracer.on {
                return Ok(());
            }
            tracer.reserve()?;
            tracer.insert(domain, address, size);
            Ok(())
        });
        traced.unwrap_or(Ok(())).map_err(|()| self.side_refusal())
    }

    pub(crate) fn trace(&self, block: NonNull<u8>, size: usize) -> Result<(), AllocError> {
        self.trace_in(HEAP_TRACES, block.addr().get(), size)
    }

    /// Makes room for one more trace.
    pub(crate) fn reserve_trace(&self) -> Result<(), AllocError> {
        let room = self.with_tracer(Tracer::reserve).unwrap_or(Ok(()));
        room.map_err(|()| self.side_refusal())
    }

    pub(crate) fn untrace(&self, block: NonNull<u8>) {
        self.with_tracer(|tracer| tracer.remove(HEAP_TRACES, block.addr().get()));
    }

    /// A retired object's memory is a new object now: if it is traced, it is from here.
    pub(crate) fn retrace(&self, block: NonNull<u8>) {
        let key = (HEAP_TRACES, block.addr().get());
        self.with_tracer(|tracer| {
            if tracer.on && tracer.traces.contains_key(&key) && tracer.reserve().is_ok() {
                let traceback = tracer.capture();
                if let Some(known) = tracer.traces.get_mut(&key) {
                    known.traceback = traceback;
                }
            }
        });
    }

    /// Where we are now, for the debug hooks; `None` while tracing is off or short of memory.
    pub(crate) fn traceback_now(&self) -> Option<TracebackId> {
        self.with_tracer(|tracer| {
            (tracer.on && tracer.reserve().is_ok()).then(|| tracer.capture())
        })?
    }

    /// Whether the sum of traced bytes is what the traces say.
    pub(crate) fn verify_traces(&self) -> bool {
        self.with_tracer(|tracer| {
            tracer.traces.values().map(|known| known.size).sum::<usize>() == tracer.current
        })
        .unwrap_or(true)
    }
}
