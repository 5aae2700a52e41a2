//! What is still alive when it should not be: leaks, as data.
//!
//! Without help only tracked objects are known, by type and count. [`Births`] watches the heap and so
//! knows every object with its serial; a tracing heap also knows where each was asked for.

use std::cell::RefCell;
use std::collections::HashMap;

use runtime_core::{Event, Obj, Observer, Step, TracebackId, type_of};

use crate::census::Roots;
use crate::collector::{Collector, GENERATIONS, each_referent};

/// Records which objects were born and have not died: an observer for tests and for the end of a
/// runtime. Takes the host's memory, never the heap's.
#[derive(Default)]
pub struct Births(RefCell<Register>);

#[derive(Default)]
struct Register {
    alive: HashMap<usize, Birth>,
    /// Births of each type so far, by the type's serial.
    counts: HashMap<u32, u64>,
}

#[derive(Clone, Copy)]
struct Birth {
    object: Obj,
    serial: u64,
}

impl Observer for Births {
    fn event(&self, event: &Event<'_>) {
        let Ok(mut register) = self.0.try_borrow_mut() else { return };
        match *event {
            Event::Born { object, ty, .. } => {
                let count = register.counts.entry(ty.serial).or_insert(0);
                *count += 1;
                let serial = *count;
                register.alive.insert(object.as_ptr().addr(), Birth { object, serial });
            }
            Event::Retired { object, .. } | Event::Step { step: Step::Freed, object, .. } => {
                register.alive.remove(&object.as_ptr().addr());
            }
            Event::Moved { from, object, .. } => {
                if let Some(birth) = register.alive.remove(&from.as_ptr().addr()) {
                    register.alive.insert(object.as_ptr().addr(), Birth { object, ..birth });
                }
            }
            _ => {}
        }
    }
}

impl Births {
    /// Number of the object among those of its type, from 1; `None` when it was not seen to be born.
    pub fn serial(&self, op: Obj) -> Option<u64> {
        let register = self.0.try_borrow().ok()?;
        register.alive.get(&op.as_ptr().addr()).map(|birth| birth.serial)
    }

    /// Objects born and not dead, in the order of their types and births.
    fn alive(&self) -> Vec<Obj> {
        let Ok(register) = self.0.try_borrow() else { return Vec::new() };
        let mut births: Vec<Birth> = register.alive.values().copied().collect();
        // SAFETY: an object that was not freed or retired is alive.
        births
            .sort_by_key(|birth| unsafe { (type_of(birth.object).as_ref().serial, birth.serial) });
        births.into_iter().map(|birth| birth.object).collect()
    }
}

/// An object that is still alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The name of its type.
    pub type_name: String,
    /// Its number among the objects of its type, when births were recorded.
    pub serial: Option<u64>,
    /// Where it was asked for, when the heap was traced; see [`runtime_core::Heap::traceback`].
    pub born: Option<TracebackId>,
    /// References to it.
    pub count: u32,
    /// Who holds them, as far as is known; fewer than `count` when some holder is not.
    pub holders: Vec<LeakHolder>,
}

/// Who holds a leaked object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeakHolder {
    /// Another object.
    Object {
        /// The name of its type.
        type_name: String,
        /// Its number, when births were recorded.
        serial: Option<u64>,
    },
    /// Something above that was asked; its own words.
    Root(String),
}

impl Collector {
    /// The objects that are alive and mortal: those born since `births` watches, or without it those
    /// that the collector tracks.
    ///
    /// Cost: one pass over all of them. Takes the host's memory.
    pub fn leaks(&self, births: Option<&Births>, roots: Option<&dyn Roots>) -> Vec<Leak> {
        let tracked = || {
            let rings = (0..=GENERATIONS).flat_map(|index| self.ring(index).members());
            rings.map(|head| head.object()).collect()
        };
        let mut alive: Vec<Obj> = births.map_or_else(tracked, Births::alive);
        // SAFETY: all of them are alive; likewise below.
        alive.retain(|op| unsafe { !op.as_ref().is_immortal() });
        let holders = holders_of(&alive, births, roots);
        let leak = |op: &Obj| {
            // SAFETY: as above.
            let (header, ty) = unsafe { (op.as_ref(), type_of(*op).as_ref()) };
            // SAFETY: a collectable object's block begins in front of its header.
            let block = unsafe { op.cast::<u8>().sub(ty.pre_header()) };
            Leak {
                type_name: ty.name().to_owned(),
                serial: births.and_then(|births| births.serial(*op)),
                born: self.heap.trace_of(block).map(|trace| trace.traceback),
                count: header.count(),
                holders: holders.get(op).cloned().unwrap_or_default(),
            }
        };
        alive.iter().map(leak).collect()
    }
}

fn holders_of(
    alive: &[Obj],
    births: Option<&Births>,
    roots: Option<&dyn Roots>,
) -> HashMap<Obj, Vec<LeakHolder>> {
    let mut holders: HashMap<Obj, Vec<LeakHolder>> =
        alive.iter().map(|&op| (op, Vec::new())).collect();
    for &op in alive {
        // SAFETY: the objects are alive.
        unsafe {
            let type_name = type_of(op).as_ref().name().to_owned();
            let serial = births.and_then(|births| births.serial(op));
            let holder = LeakHolder::Object { type_name, serial };
            each_referent(op, &mut |child| {
                if let Some(known) = holders.get_mut(&child) {
                    known.push(holder.clone());
                }
            });
        }
    }
    if let Some(roots) = roots {
        roots.each_root(&mut |holder, op| {
            if let Some(known) = holders.get_mut(&op) {
                known.push(LeakHolder::Root(holder.to_string()));
            }
        });
    }
    holders
}
