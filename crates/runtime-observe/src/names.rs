//! Names: objects by type and birth, blocks by place. The same on every run and every machine.

use std::fmt;
use std::rc::Rc;

use runtime_core::Place;

use crate::code::BlockCode;
use crate::state::HeapState;
use crate::text::{number_into, shortened};

/// The name of a type, shared by all that mention it.
pub type TypeName = Rc<str>;

/// Columns that the name of a type may take in a row.
const TYPE_COLUMNS: usize = 40;

/// Who asked for an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// A line of a program: only these are numbered `#1`, `#2`, so that a compiler that needs fewer
    /// objects, or a start that makes more, changes no name.
    Asked,
    /// The runtime for itself, such as while it compiles: `#r1`.
    Own,
    /// Nobody who was watched: it was there before. `#s1`, in the order in which they are met.
    StartUp,
}

/// An object's name: `tuple#3`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The name of its type when it was first met.
    pub ty: TypeName,
    /// Who asked for it.
    pub series: Series,
    /// Its number among those of its type's name and series, from 1.
    pub serial: u32,
}

impl Name {
    /// Puts it behind a text, in a row of a log or a map: of a very long name the beginning.
    pub(crate) fn push(&self, text: &mut String) {
        if self.ty.len() <= TYPE_COLUMNS {
            text.push_str(&self.ty);
        } else {
            text.push_str(&shortened(&self.ty, TYPE_COLUMNS));
        }
        text.push_str(match self.series {
            Series::Asked => "#",
            Series::Own => "#r",
            Series::StartUp => "#s",
        });
        number_into(text, self.serial.into());
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As one piece, so that a width counts for the whole.
        let mut text = String::new();
        self.push(&mut text);
        f.pad(&text)
    }
}

/// The place of a block, as people write it: `a0/p3/b17`, or `r5` for the raw block with the number
/// 5.
pub fn place_text(state: &HeapState, block: BlockCode) -> String {
    let mut text = String::new();
    Placed::of(state, block).push(&mut text);
    text
}

/// Where a block lies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Placed {
    Pool(Place),
    Raw(u32),
    Nowhere,
}

impl Placed {
    pub(crate) fn of(state: &HeapState, block: BlockCode) -> Self {
        match (state.place(block), block.raw_number()) {
            (Some(place), _) => Self::Pool(place),
            (None, Some(number)) => Self::Raw(number),
            (None, None) => Self::Nowhere,
        }
    }

    /// Puts it behind a text.
    pub(crate) fn push(self, text: &mut String) {
        match self {
            Self::Pool(place) => {
                let parts = [("a", place.arena), ("/p", place.pool.into())];
                for (mark, number) in parts.into_iter().chain([("/b", place.block.into())]) {
                    text.push_str(mark);
                    number_into(text, number.into());
                }
            }
            Self::Raw(number) => {
                text.push('r');
                number_into(text, number.into());
            }
            Self::Nowhere => text.push_str("nowhere"),
        }
    }
}
