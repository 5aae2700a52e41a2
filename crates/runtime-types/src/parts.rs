//! Which part of an object holds a reference, in words: for those who explain why something lives.

use std::fmt;

use runtime_core::{Obj, TypeFlags};
use runtime_gc::{Borrowed, each_referent};

use crate::class;
use crate::dict::{self, DictObject};
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::list::ListObject;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::view::Look;

/// A part of an object that holds a reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// The item with this index.
    Item(usize),
    /// The value of a key, as it is written.
    Value(String),
    /// A key, as it is written.
    Key(String),
    /// An attribute.
    Attribute(String),
    /// Its class.
    Class,
    /// Some part that has no name.
    Unnamed,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(index) => write!(f, "[{index}]"),
            Self::Value(key) => write!(f, "[{key}]"),
            Self::Key(key) => write!(f, " as the key {key}"),
            Self::Attribute(name) => write!(f, ".{name}"),
            Self::Class => f.write_str(" as its class"),
            Self::Unnamed => Ok(()),
        }
    }
}

/// Shows each reference that an object owns, and which part of it that is. As often as the collector
/// sees it, so that the sum over all holders can be held against an object's count.
///
/// Runs no program and takes no memory of the heap; the words live in the host's.
///
/// # Safety
/// `op` is alive, and `show` lets nothing die.
pub unsafe fn each_part(op: Obj, show: &mut dyn FnMut(Part, Obj)) {
    // SAFETY: per contract.
    let view = unsafe { Borrowed::new(op) };
    let mut named = Vec::new();
    if view.view::<DictObject>().is_some() {
        let mut cursor = 0;
        while let Some((key, value)) = dict::entry(view, &mut cursor) {
            let text = written(key.borrow());
            named.push((value.as_obj(), Part::Value(text.clone())));
            named.push((key.as_obj(), Part::Key(text)));
        }
    } else if let Some(tuple) = view.view::<TupleObject>() {
        let items = tuple.items().iter().enumerate().rev();
        named.extend(items.map(|(index, item)| (item.as_obj(), Part::Item(index))));
    } else if let Some(list) = view.view::<ListObject>() {
        let items = (0..list.len()).rev().filter_map(|index| Some((list.get(index)?, index)));
        named.extend(items.map(|(item, index)| (item.as_obj(), Part::Item(index))));
    }
    if view.ty().flags().has(TypeFlags::HEAP) {
        class::each_attribute(view, &mut |name, value| {
            named.push((value, Part::Attribute(name.to_owned())));
        });
        named.push((view.ty_ptr().cast(), Part::Class));
    }
    // What the collector sees is what there is; the names found above only say how it is called.
    let mut taken = vec![false; named.len()];
    let mut from = 0;
    // SAFETY: per contract.
    unsafe {
        each_referent(op, &mut |child| {
            let found = find(&named, &taken, child, &mut from);
            let part = found.and_then(|at| {
                if let Some(taken) = taken.get_mut(at) {
                    *taken = true;
                }
                named.get(at).map(|(_, part)| part.clone())
            });
            show(part.unwrap_or(Part::Unnamed), child);
        });
    }
}

/// The first name for `child` that was not given out, from `from` on and then from the start.
fn find(named: &[(Obj, Part)], taken: &[bool], child: Obj, from: &mut usize) -> Option<usize> {
    let fits = |&at: &usize| {
        named.get(at).is_some_and(|(op, _)| *op == child)
            && taken.get(at).is_some_and(|taken| !taken)
    };
    let at = (*from..named.len()).chain(0..*from).find(fits)?;
    *from = at + 1;
    Some(at)
}

/// The value of a short text, a number, or the length of a container, as far as no program has to run
/// for it.
pub fn value_of(op: Borrowed<'_>) -> Option<String> {
    if let Some(text) = op.view::<StrObject>() {
        let text: String = text.text().to_string().chars().take(24).collect();
        return Some(format!("{text:?}"));
    }
    if let Some(value) = op.view::<IntObject>().and_then(IntObject::compact) {
        return Some(value.to_string());
    }
    if let Some(float) = op.view::<FloatObject>() {
        return Some(format!("{:?}", float.value()));
    }
    let items =
        |count: usize| if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
    if let Some(tuple) = op.view::<TupleObject>() {
        return Some(items(tuple.items().len()));
    }
    op.view::<ListObject>().map(|list| items(list.len()))
}

/// A key as it is written in a program, if that needs no program to run.
fn written(key: Borrowed<'_>) -> String {
    if let Some(text) = key.view::<StrObject>() {
        return format!("'{}'", text.text());
    }
    if let Some(value) = key.view::<IntObject>().and_then(IntObject::compact) {
        return value.to_string();
    }
    format!("a {}", key.ty().name())
}
