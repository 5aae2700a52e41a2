//! Names: objects by type and birth, blocks by place. The same on every run and every machine.

use std::fmt;
use std::rc::Rc;

use crate::code::BlockCode;
use crate::state::HeapState;

/// The name of a type, shared by all that mention it.
pub type TypeName = Rc<str>;

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

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let series = match self.series {
            Series::Asked => "",
            Series::Own => "r",
            Series::StartUp => "s",
        };
        // As one piece, so that a width counts for the whole.
        f.pad(&format!("{}#{series}{}", self.ty, self.serial))
    }
}

/// The place of a block, as people write it: `a0/p3/b17`, or `r5` for the raw block with the number
/// 5.
pub fn place_text(state: &HeapState, block: BlockCode) -> String {
    match state.place(block) {
        Some(place) => place.to_string(),
        None => match block.raw_number() {
            Some(number) => format!("r{number}"),
            None => "nowhere".to_owned(),
        },
    }
}
