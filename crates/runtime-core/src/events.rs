//! What a watched heap reports: one event for each thing that a layer did.
//!
//! Events are plain data; recording and explaining them is the observer's business. A heap that is
//! not watched makes none of them.

use crate::accounting::Layer;
use crate::debug::HeapFault;
use crate::object::Obj;
use crate::place::Place;
use crate::types::TypeObject;

/// Something that happened in a heap.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
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
    /// A dead object's memory was put on its type's free list.
    Retired {
        /// The dead object.
        object: Obj,
        /// Its type.
        ty: &'a TypeObject,
    },
    /// A dead object's memory went back to the heap.
    Freed {
        /// The dead object.
        object: Obj,
        /// Its type.
        ty: &'a TypeObject,
        /// Bytes given back.
        size: usize,
    },
    /// An object's finalizer is about to run.
    Finalised {
        /// The object.
        object: Obj,
        /// Its type.
        ty: &'a TypeObject,
    },
    /// A collection begins.
    CollectionBegan {
        /// The oldest generation that it looks at.
        generation: u8,
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
    /// A free list was emptied into the heap: the memory of a retired object went back.
    Dropped {
        /// The type whose list it was.
        ty: &'a TypeObject,
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

/// Whoever watches a heap.
pub trait Observer {
    /// Told of each event as it happens. It may look at the heap but not allocate in it.
    fn event(&self, event: &Event<'_>);
}
