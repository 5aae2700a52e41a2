//! Proving the collector's books: every reference counted, every ring whole, every immortal immortal.
//!
//! The references that tracked objects hold among each other are taken out of copied counts, as in a
//! collection; then those that the holders above name ([`Roots`]). What is left must be zero where
//! all holders are known, and never less. The passes need no memory, and put the links back.

use std::fmt;

use runtime_core::{Obj, Object, type_of};

use crate::collector::{Collector, GENERATIONS, each_referent};
use crate::head::Head;
use crate::trial::Trial;

/// Who holds a reference that stands in no object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holder<'a> {
    /// A handle of the embedding program.
    Handle,
    /// A variable of this name.
    Name(&'a str),
    /// A value that an expression is about to use.
    Temporary,
    /// An argument of a call that is running, from 0.
    Argument(usize),
    /// A part of the runtime itself.
    Runtime(&'a str),
}

impl fmt::Display for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handle => f.write_str("a handle"),
            Self::Name(name) => write!(f, "the variable {name}"),
            Self::Temporary => f.write_str("a temporary"),
            Self::Argument(index) => write!(f, "argument {index} of a call"),
            Self::Runtime(part) => write!(f, "the runtime's {part}"),
        }
    }
}

/// Those who hold references that no object shows: frames, handles, the runtime's own tables.
pub trait Roots {
    /// Shows each reference with its holder; one that holds two shows two.
    fn each_root(&self, show: &mut dyn FnMut(Holder<'_>, Obj));
}

/// What a census found in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Census {
    /// Objects in the generations and among the frozen.
    pub tracked: usize,
    /// References to them from outside: what is left of their counts.
    pub held_from_outside: usize,
}

/// What a census found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Imbalance {
    /// The links of a ring do not agree, or a flag of a collection is left on them.
    BrokenRing {
        /// 0 to 2, or 3 for the frozen.
        generation: usize,
    },
    /// More references lead to an object than it counts.
    Overheld {
        /// The name of its type.
        type_name: String,
        /// Its count.
        counted: u32,
        /// References more than that.
        excess: usize,
    },
    /// All holders were named, and an object counts more than they hold.
    Underheld {
        /// The name of its type.
        type_name: String,
        /// Its count.
        counted: u32,
        /// References of which nobody knows.
        unknown: usize,
    },
    /// The count of an immortal object has moved.
    Mortal {
        /// The name of its type.
        type_name: String,
        /// What its count reads.
        counted: u32,
    },
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrokenRing { generation } => {
                write!(f, "the ring of generation {generation} is broken")
            }
            Self::Overheld { type_name, counted, excess } => {
                write!(f, "a {type_name} counts {counted} references, and {excess} more lead to it")
            }
            Self::Underheld { type_name, counted, unknown } => {
                write!(
                    f,
                    "a {type_name} counts {counted} references, and nobody holds {unknown} of them"
                )
            }
            Self::Mortal { type_name, counted } => {
                write!(f, "the count of an immortal {type_name} is {counted}")
            }
        }
    }
}

impl std::error::Error for Imbalance {}

impl Collector {
    /// Proves the books. `all_roots`, when given, must show every holder that is no tracked object;
    /// without it only a surplus of references can be found.
    ///
    /// Not during a collection. Cost: three passes over everything tracked.
    ///
    /// # Errors
    /// The first [`Imbalance`] found.
    pub fn census(&self, all_roots: Option<&dyn Roots>) -> Result<Census, Imbalance> {
        for generation in 0..=GENERATIONS {
            if !self.ring(generation).is_sound() {
                return Err(Imbalance::BrokenRing { generation });
            }
        }
        self.check_immortals()?;
        self.each_header(|header| {
            if !header.is_immortal() {
                Trial::of(header).begin();
            }
        });
        let mut excess = Excess(None);
        self.each_head(|head| {
            // SAFETY: members of a ring are alive.
            unsafe { each_referent(head.object(), &mut |child| excess.take_one(child)) };
        });
        if let Some(roots) = all_roots {
            roots.each_root(&mut |_, op| excess.take_one(op));
        }
        let found = self.sum_up(all_roots.is_some());
        match excess.0 {
            Some(imbalance) => Err(imbalance),
            None => found,
        }
    }

    fn check_immortals(&self) -> Result<(), Imbalance> {
        for op in self.immortals() {
            // SAFETY: immortals live as long as the runtime.
            let header = unsafe { op.as_ref() };
            if !header.is_immortal() {
                let (type_name, counted) = (name_of(*op), header.count());
                return Err(Imbalance::Mortal { type_name, counted });
            }
        }
        Ok(())
    }

    fn each_head(&self, mut show: impl FnMut(Head)) {
        for index in 0..=GENERATIONS {
            self.ring(index).members().for_each(&mut show);
        }
    }

    fn each_header(&self, mut show: impl FnMut(&Object)) {
        // SAFETY: members of a ring are alive.
        self.each_head(|head| show(unsafe { head.object().as_ref() }));
    }

    /// Ends all trials and sums up what is left of the counts.
    fn sum_up(&self, exhaustive: bool) -> Result<Census, Imbalance> {
        let mut census = Census { tracked: 0, held_from_outside: 0 };
        let mut unknown = None;
        for index in 0..=GENERATIONS {
            let ring = self.ring(index);
            for head in ring.members() {
                let op = head.object();
                // SAFETY: members of a ring are alive.
                let header = unsafe { op.as_ref() };
                let left = Trial::of(header).unexplained() as usize;
                census.tracked += 1;
                census.held_from_outside += left;
                if exhaustive && left > 0 && unknown.is_none() {
                    let (type_name, counted) = (name_of(op), header.count());
                    unknown = Some(Imbalance::Underheld { type_name, counted, unknown: left });
                }
                Trial::of(header).end();
            }
        }
        unknown.map_or(Ok(census), Err)
    }
}

/// The first object that more references lead to than it counts.
struct Excess(Option<Imbalance>);

impl Excess {
    fn take_one(&mut self, op: Obj) {
        // SAFETY: what a live object or a root refers to is alive.
        let header = unsafe { op.as_ref() };
        let trial = Trial::of(header);
        if !trial.is_in_doubt() {
            trial.explain();
        } else if let Some(Imbalance::Overheld { excess, .. }) = &mut self.0 {
            *excess += 1;
        } else {
            let (type_name, counted) = (name_of(op), header.count());
            self.0 = Some(Imbalance::Overheld { type_name, counted, excess: 1 });
        }
    }
}

fn name_of(op: Obj) -> String {
    // SAFETY: callers have a live object.
    unsafe { type_of(op).as_ref() }.name().to_owned()
}
