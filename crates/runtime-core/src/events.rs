//! What a watched heap reports: one event for each thing that a layer did.
//!
//! ```text
//! blocks       Taken  Resized  Given                       PoolTaken PoolEmptied, Arena...
//! a birth      Taken -> Born -> Filled -> Tracked          from a free list without Taken
//! a move       Resized, or Taken -> Given, then Moved
//! a death      Dying -> (Finalising -> Finalised) -> Untracked -> Retired, or Freed -> Given
//! collections  CollectionBegan -> Phase ... -> CollectionEnded
//! programs     Line
//! ```
//!
//! Events are plain data; recording and explaining them is the observer's business. A heap that is
//! not watched makes none of them. Each is told when it has happened: the heap's books
//! ([`crate::Accounting`]) include it already, and nothing after it.

use crate::accounting::Layer;
use crate::debug::HeapFault;
use crate::domain::Domain;
use crate::object::Obj;
use crate::place::Place;
use crate::types::TypeObject;

use std::ptr::NonNull;

/// Something that happened in a heap.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A block was taken from the pools or from raw memory.
    Taken {
        /// Whose it is.
        domain: Domain,
        /// Its address.
        block: NonNull<u8>,
        /// Bytes asked for; of a raw block those that it counts as.
        size: usize,
    },
    /// A block stays in its place for another size, or is a raw block that the system moved.
    Resized {
        /// Whose it is.
        domain: Domain,
        /// Its address before.
        block: NonNull<u8>,
        /// Its address now.
        now: NonNull<u8>,
        /// Bytes before, as when it was taken.
        old: usize,
        /// Bytes now.
        new: usize,
    },
    /// A block was given back.
    Given {
        /// Whose it was.
        domain: Domain,
        /// The address that it had.
        block: NonNull<u8>,
        /// Its bytes, as when it was taken.
        size: usize,
    },
    /// An object that the language asked for now exists; its fields are not filled yet.
    Born {
        /// The object.
        object: Obj,
        /// Its type.
        ty: &'a TypeObject,
        /// Bytes of its block, headers included, as asked of the heap.
        size: usize,
        /// The layer that served it; `FreeList` means that its memory was reused.
        layer: Layer,
    },
    /// A step in the life of an object.
    Step {
        /// Which.
        step: Step,
        /// The object.
        object: Obj,
        /// Its type.
        ty: &'a TypeObject,
    },
    /// An object got another size, and maybe another place, from its maker: nobody else held it.
    Moved {
        /// Where it was. Its memory may be anybody's already.
        from: Obj,
        /// Where it is, whole again.
        object: Obj,
        /// Its type.
        ty: &'a TypeObject,
        /// Bytes of its block, headers included, as asked of the heap.
        size: usize,
    },
    /// A dead object's memory was put on its type's free list.
    Retired {
        /// The dead object.
        object: Obj,
        /// Its type.
        ty: &'a TypeObject,
        /// Bytes of its block, as asked of the heap.
        size: usize,
    },
    /// A collection begins.
    CollectionBegan {
        /// The oldest generation that it looks at.
        generation: u8,
    },
    /// A collection begins its next phase.
    Phase {
        /// Which.
        phase: Phase,
        /// Objects that it is about.
        objects: usize,
    },
    /// What follows is the doing of this line, until the next of these.
    Line {
        /// Number of the file, as whoever runs programs counts them, and the line from 1; `None` when
        /// no program runs.
        at: Option<(u32, u32)>,
    },
    /// Births from now on are the runtime's own (a program is being compiled), or are not any more.
    OwnWork {
        /// Whether it begins.
        begins: bool,
    },
    /// A collection has ended.
    CollectionEnded {
        /// The oldest generation that it looked at.
        generation: u8,
        /// Objects that it found dead.
        collected: usize,
    },
    /// An object's own array was made, or moved to more room.
    Stored {
        /// Whose.
        of: Storage,
        /// Bytes that it has now.
        bytes: usize,
    },
    /// A pool was put to use for a size class.
    PoolTaken {
        /// The pool's place.
        place: Place,
        /// Bytes of each of its blocks.
        block_size: usize,
    },
    /// The last block of a pool came back; the pool may serve any class now.
    PoolEmptied {
        /// The pool's place.
        place: Place,
    },
    /// The debug hooks found a misuse.
    Fault {
        /// What, and of which block.
        fault: &'a HeapFault,
    },
    /// An arena was taken from the operating system.
    ArenaMapped {
        /// Its number.
        arena: u32,
    },
    /// An empty arena was put aside for later.
    ArenaCached {
        /// The number it had.
        arena: u32,
    },
    /// An arena was given back to the operating system.
    ArenaReleased {
        /// Its number.
        arena: u32,
    },
}

/// Objects whose content lies in an array of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// The items of a list.
    List,
    /// The keys and values of a dict.
    Dict,
    /// The bytes of a bytearray.
    Buffer,
}

/// What a collection does, step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Younger generations were merged into the one collected; its objects are looked at.
    Scanning,
    /// The counts say which objects nothing outside holds.
    Found,
    /// Weak references to those are cleared, and their callbacks called.
    ClearingWeak,
    /// Finalizers run.
    Finalising,
    /// Objects that finalizers or callbacks brought back, and what they hold, live on.
    Resurrected,
    /// The references that close cycles are dropped, so that the objects die by their counts.
    Clearing,
    /// The free lists are emptied, after a collection of the oldest generation.
    EmptyingFreeLists,
}

impl Phase {
    /// All phases, in their order.
    pub const ALL: [Self; 7] = [
        Self::Scanning,
        Self::Found,
        Self::ClearingWeak,
        Self::Finalising,
        Self::Resurrected,
        Self::Clearing,
        Self::EmptyingFreeLists,
    ];
}

/// A step in the life of an object, of which nothing is to be said but whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Step {
    /// A new object's fields are whole; nobody but its maker has seen it yet.
    Filled = 5,
    /// The collector sees an object from now on.
    Tracked,
    /// The collector does not see an object any more.
    Untracked,
    /// An object's last reference went, and its `tp_dealloc` is called.
    Dying,
    /// A dead object's memory went back to the heap.
    Freed = 10,
    /// A retired object was taken off its free list, for its memory to go back to the heap.
    Dropped,
    /// An object's finalizer is about to run.
    Finalising,
    /// An object's finalizer has run.
    Finalised,
    /// A collection found an object in a cycle that nothing outside holds.
    Unreachable,
    /// A weak reference lost its object: it gives `None` from now on.
    WeakCleared,
    /// The callback of a weak reference is about to be called.
    CallingBack,
    /// The callback of a weak reference has returned.
    CalledBack,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 12] = [
        Self::Filled,
        Self::Tracked,
        Self::Untracked,
        Self::Dying,
        Self::Freed,
        Self::Dropped,
        Self::Finalising,
        Self::Finalised,
        Self::Unreachable,
        Self::WeakCleared,
        Self::CallingBack,
        Self::CalledBack,
    ];
}

/// Whoever watches a heap.
pub trait Observer {
    /// Told of each event as it happens. It may look at the heap but not allocate in it.
    fn event(&self, event: &Event<'_>);

    /// Told of each [`Event::Step`], in its place: most events are one, and a recorder can spare itself
    /// putting it together and taking it apart again.
    fn step(&self, step: Step, object: Obj, ty: &TypeObject) {
        self.event(&Event::Step { step, object, ty });
    }

    /// Told of each [`Event::Born`], in its place, as most of the rest are births and blocks.
    fn born(&self, object: Obj, ty: &TypeObject, size: usize, layer: Layer) {
        self.event(&Event::Born { object, ty, size, layer });
    }

    /// Told of each [`Event::Taken`], in its place.
    fn taken(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        self.event(&Event::Taken { domain, block, size });
    }

    /// Told of each [`Event::Given`], in its place.
    fn given(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        self.event(&Event::Given { domain, block, size });
    }
}
