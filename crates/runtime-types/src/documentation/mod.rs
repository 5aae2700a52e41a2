//! What built-in names say of themselves: `len.__doc__`, `str.join.__doc__`, `int.__doc__`.
//!
//! ```text
//! @ str.join ($self, iterable, /)      a name, its signature if it has one
//! Concatenate any number of strings.   lines of text, up to the next name
//! @ *.__add__ ($self, value, /)        a method that is the same for most types
//! ```
//!
//! The texts are CPython's and are written by `regenerate.py`. They stay text until somebody asks.

use crate::cx::{Cx, Res};
use crate::ty::Type;

const TEXTS: &str = include_str!("texts.txt");

/// What is said of one name.
#[derive(Clone, Copy)]
struct Entry {
    signature: &'static str,
    text: &'static str,
}

/// Which part of an entry is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    /// `__doc__`
    Text,
    /// `__text_signature__`
    Signature,
}

fn entry(owner: &str, name: &str) -> Option<Entry> {
    let dot = if owner.is_empty() { "" } else { "." };
    let head = format!("\n@ {owner}{dot}{name}");
    let (_, rest) = TEXTS
        .match_indices(head.as_str())
        .filter_map(|(at, found)| TEXTS.split_at_checked(at + found.len()))
        .find(|(_, rest)| rest.starts_with(['\n', ' ']))?;
    let (signature, rest) = rest.split_once('\n')?;
    let end = rest.find("\n@").unwrap_or(rest.len());
    Some(Entry { signature: signature.trim_start(), text: rest.get(..end)? })
}

fn show(cx: &Cx<'_>, found: Option<Entry>, part: Part) -> Res {
    match (found, part) {
        (Some(Entry { text, .. }), Part::Text) => cx.str(text),
        (Some(Entry { signature, .. }), Part::Signature) if !signature.is_empty() => {
            cx.str(signature)
        }
        _ => Ok(cx.none()),
    }
}

/// The name under which a built-in type is told of.
fn key_of(ty: &Type) -> String {
    let name = ty.name();
    if name.contains('.') || ty.module == "builtins" {
        return name.to_owned();
    }
    format!("{}.{name}", ty.module)
}

/// What is said of a function of a module.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn of_function(cx: &Cx<'_>, module: &str, name: &str, part: Part) -> Res {
    // Some modules have their functions from a native one beside them.
    let module = module.trim_start_matches('_');
    show(cx, entry(module, name), part)
}

/// What is said of an attribute of a type, or of the nearest of its bases that has it.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn of_attribute(cx: &Cx<'_>, ty: &Type, name: &str, part: Part) -> Res {
    let mut base = Some(ty.native());
    while let Some(this) = base {
        if let Some(found) = entry(&key_of(this), name) {
            return show(cx, Some(found), part);
        }
        base = this.base();
    }
    show(cx, entry("*", name), part)
}

/// What is said of a module.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn of_module(cx: &Cx<'_>, name: &str) -> Res {
    show(cx, entry("module", name), Part::Text)
}

/// What is said of a type.
pub(crate) fn of_type(ty: &Type) -> Option<&'static str> {
    entry("", &key_of(ty)).map(|found| found.text)
}
