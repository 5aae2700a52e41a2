//! What built-in names say of themselves: `len.__doc__`, `str.join.__doc__`, `int.__doc__`.
//!
//! | file | lines | what it is |
//! |---|---|---|
//! | `signatures.txt` | `str.join ($self, iterable, /)` | parameters as CPython 3.13 names them, by `regenerate.py` |
//! | | `*.__add__ ($self, value, /)` | a method that is the same for most types |
//! | `words.txt` | `int: A whole number ...` | what a type or a module is, in words of our own |
//!
//! A function says how it is called. Both files stay text until somebody asks.

use crate::cx::{Cx, Res};
use crate::ty::Type;

const SIGNATURES: &str = include_str!("signatures.txt");
const WORDS: &str = include_str!("words.txt");

/// Which part of what is known of a function is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    /// `__doc__`
    Text,
    /// `__text_signature__`
    Signature,
}

/// What follows `name` and `end` in the line of a file that begins with them.
fn line_of(file: &'static str, name: &str, end: &str) -> Option<&'static str> {
    file.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(end))
}

fn signature(owner: &str, name: &str) -> Option<&'static str> {
    line_of(SIGNATURES, &format!("{owner}.{name}"), " ")
}

fn show(cx: &Cx<'_>, name: &str, signature: Option<&'static str>, part: Part) -> Res {
    match (signature, part) {
        (None, _) => Ok(cx.none()),
        (Some(signature), Part::Signature) => cx.str(signature),
        (Some(signature), Part::Text) => {
            cx.format(format_args!("{name}({}", parameters(signature)))
        }
    }
}

/// What a caller passes, up to the closing bracket: all but the object or module that a function is
/// called on.
fn parameters(signature: &str) -> &str {
    match signature.strip_prefix("($").and_then(|rest| rest.split_once(", ")) {
        Some((_, "/)")) => ")",
        Some((_, others)) => others.strip_prefix("/, ").unwrap_or(others),
        None => signature.trim_start_matches('('),
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
    show(cx, name, signature(module, name), part)
}

/// What is said of an attribute of a type, or of the nearest of its bases that has it.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn of_attribute(cx: &Cx<'_>, ty: &Type, name: &str, part: Part) -> Res {
    let mut base = Some(ty.native());
    while let Some(this) = base {
        if let Some(found) = signature(&key_of(this), name) {
            return show(cx, name, Some(found), part);
        }
        base = this.base();
    }
    show(cx, name, signature("*", name), part)
}

/// What is said of a module.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn of_module(cx: &Cx<'_>, name: &str) -> Res {
    match line_of(WORDS, &format!("module.{name}"), ": ") {
        Some(text) => cx.str(text),
        None => Ok(cx.none()),
    }
}

/// What is said of a type.
pub(crate) fn of_type(ty: &Type) -> Option<&'static str> {
    line_of(WORDS, &key_of(ty), ": ")
}

#[cfg(test)]
mod tests {
    use super::{WORDS, line_of, parameters, signature};

    #[test]
    fn a_function_says_how_it_is_called() {
        for (owner, name, shown) in [
            ("builtins", "len", "obj, /)"),
            ("str", "split", "sep=None, maxsplit=-1)"),
            ("str", "upper", ")"),
            ("*", "__add__", "value, /)"),
        ] {
            let told = signature(owner, name).map(parameters);
            assert_eq!(told, Some(shown), "{owner}.{name}");
        }
        assert_eq!(signature("builtins", "lenient"), None);
    }

    #[test]
    fn a_type_says_what_it_is() {
        assert!(line_of(WORDS, "tuple", ": ").is_some_and(|text| text.ends_with('.')));
        assert_eq!(line_of(WORDS, "tup", ": "), None);
    }
}
