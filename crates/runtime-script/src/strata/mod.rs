//! The module `strata`: the runtime's view of itself, for scripts, as plain data.
//!
//! ```text
//! mod.rs      the table of functions; plain data of the host, made into objects at the end
//! blocks.rs   size_class, block_of, layout, free_lists, heap, layers, check_heap, faults
//! sums.rs     deep_size, account
//! holders.rs  refs, path, neighbours
//! ```
//!
//! Each function looks first and makes objects after that: what it tells is the heap before the
//! answer was put into it.

mod blocks;
mod holders;
mod sums;

use runtime_core::AllocError;
use runtime_gc::Ref;
use runtime_types::args::NativeDef;
use runtime_types::{Cx, Res, dict, module};

use crate::code::borrow_all;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("account", 1, sums::account),
    NativeDef::exactly("block_of", 1, blocks::block_of),
    NativeDef::exactly("check_heap", 0, blocks::check_heap),
    NativeDef::exactly("deep_size", 1, sums::deep_size),
    NativeDef::exactly("free_lists", 0, blocks::free_lists),
    NativeDef::exactly("heap", 0, blocks::heap),
    NativeDef::exactly("layers", 0, blocks::layers),
    NativeDef::exactly("layout", 1, blocks::layout),
    NativeDef::exactly("neighbours", 1, holders::neighbours),
    NativeDef::exactly("path", 1, holders::path),
    NativeDef::exactly("refs", 1, holders::refs),
    NativeDef::exactly("size_class", 1, blocks::size_class),
];

const FAULTS: &[NativeDef] =
    &[NativeDef::any("fail", blocks::fail), NativeDef::exactly("stop", 0, blocks::stop_faults)];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn make_module(cx: &mut Cx<'_>) -> Res {
    let faults = named(cx, "strata.faults", FAULTS)?;
    let module = named(cx, "strata", FUNCTIONS)?;
    let name = cx.name("faults")?;
    runtime_types::protocol::set_attr(cx, module.borrow(), name.borrow(), Some(faults.borrow()))?;
    // Births are counted from the beginning when the script names the module; see `layers`.
    cx.heap().tally_births();
    Ok(module)
}

fn named(cx: &mut Cx<'_>, name: &str, functions: &'static [NativeDef]) -> Res {
    let dict = dict::new(cx)?;
    module::add_functions(cx, dict.borrow(), "strata", functions)?;
    let (key, name) = (cx.name("__name__")?, cx.name(name)?);
    dict::set_name(cx, dict.borrow(), key.borrow(), name.clone())?;
    module::new(cx, name, dict)
}

/// Data of the host that is still to be made into objects.
enum Plain {
    None,
    Bool(bool),
    Int(usize),
    Offset(isize),
    Str(String),
    Tuple(Vec<Plain>),
    Dict(Vec<(String, Plain)>),
}

impl From<usize> for Plain {
    fn from(value: usize) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Plain {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Plain {
    fn from(value: &str) -> Self {
        Self::Str(value.to_owned())
    }
}

impl From<String> for Plain {
    fn from(value: String) -> Self {
        Self::Str(value)
    }
}

impl<T: Into<Plain>> From<Option<T>> for Plain {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

impl Plain {
    /// A dict of these entries.
    fn dict<const N: usize>(entries: [(&str, Plain); N]) -> Self {
        Self::Dict(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }

    /// The objects.
    fn make(&self, cx: &Cx<'_>) -> Res {
        match self {
            Self::None => Ok(cx.none()),
            Self::Bool(value) => Ok(cx.bool(*value)),
            Self::Int(value) => cx.int(i64::try_from(*value).unwrap_or(i64::MAX)),
            Self::Offset(value) => cx.int(*value as i64),
            Self::Str(text) => cx.str(text),
            Self::Tuple(items) => {
                let mut made: Vec<Ref> = Vec::new();
                if made.try_reserve_exact(items.len()).is_err() {
                    return Err(no_memory(cx, items.len().saturating_mul(size_of::<Ref>())));
                }
                for item in items {
                    made.push(item.make(cx)?);
                }
                cx.tuple_from(borrow_all(&made))
            }
            Self::Dict(entries) => {
                let made = dict::new(cx)?;
                for (key, value) in entries {
                    let key = cx.name(key)?;
                    dict::set_name(cx, made.borrow(), key.borrow(), value.make(cx)?)?;
                }
                Ok(made)
            }
        }
    }
}

/// `MemoryError` for memory of the host.
fn no_memory(cx: &Cx<'_>, bytes: usize) -> runtime_types::Raised {
    cx.raise_no_memory(AllocError::System { bytes })
}
