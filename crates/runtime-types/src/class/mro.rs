//! The order in which a class and its bases are searched: C3 linearisation.
//!
//! The class first, then a merge of the orders of its bases and of the bases themselves: at each step
//! the first head that stands in no other list's tail. So a class comes before its bases, and bases
//! in the order in which they were written.

use runtime_gc::Borrowed;
use smallvec::SmallVec;

use crate::cx::{Cx, OrRaise, Res};
use crate::ty::Type;
use crate::view::Look;

/// One list that is merged: what is left of it, and where it begins.
struct Line<'a> {
    types: SmallVec<[Borrowed<'a>; 8]>,
    at: usize,
}

impl<'a> Line<'a> {
    fn head(&self) -> Option<Borrowed<'a>> {
        self.types.get(self.at).copied()
    }

    fn has_in_tail(&self, ty: Borrowed<'_>) -> bool {
        self.types.iter().skip(self.at + 1).any(|one| one.is(ty))
    }
}

/// The order in which a type is searched, the type itself first.
pub(crate) fn order_of<'a>(cx: &Cx<'_>, ty: &'a Type) -> Res<SmallVec<[Borrowed<'a>; 8]>> {
    let mut order = SmallVec::new();
    let no_memory = |_| runtime_core::AllocError::System { bytes: size_of::<Borrowed<'_>>() };
    if let Some(mro) = ty.mro() {
        order.try_reserve(mro.len()).map_err(no_memory).or_raise(cx)?;
        order.extend(mro.items().iter().copied());
        return Ok(order);
    }
    let mut at = Some(ty);
    while let Some(here) = at {
        order.try_reserve(1).map_err(no_memory).or_raise(cx)?;
        order.push(here.as_borrowed());
        at = here.base();
    }
    Ok(order)
}

/// The order of a new class with these bases, without the class itself.
///
/// # Errors
/// `TypeError` when there is none, or a base stands there twice.
pub(crate) fn merge<'a>(
    cx: &Cx<'_>,
    bases: &'a [Borrowed<'a>],
) -> Res<SmallVec<[Borrowed<'a>; 8]>> {
    let no_memory = |_| runtime_core::AllocError::System { bytes: size_of::<Borrowed<'_>>() };
    for (i, base) in bases.iter().enumerate() {
        if bases.iter().skip(i + 1).any(|other| other.is(*base)) {
            let name = base.view::<Type>().map_or("?", Type::name);
            return Err(cx.type_error(format_args!("duplicate base class {name}")));
        }
    }
    let mut lines: SmallVec<[Line<'a>; 4]> = SmallVec::new();
    lines.try_reserve(bases.len() + 1).map_err(no_memory).or_raise(cx)?;
    for base in bases {
        let Some(ty) = base.view::<Type>() else { continue };
        lines.push(Line { types: order_of(cx, ty)?, at: 0 });
    }
    let mut own = SmallVec::new();
    own.try_reserve(bases.len()).map_err(no_memory).or_raise(cx)?;
    own.extend(bases.iter().copied());
    lines.push(Line { types: own, at: 0 });
    let mut order: SmallVec<[Borrowed<'a>; 8]> = SmallVec::new();
    while lines.iter().any(|line| line.head().is_some()) {
        let next = lines
            .iter()
            .filter_map(Line::head)
            .find(|head| !lines.iter().any(|line| line.has_in_tail(*head)));
        let Some(next) = next else { return Err(inconsistent(cx, &lines)) };
        for line in &mut lines {
            if line.head().is_some_and(|head| head.is(next)) {
                line.at += 1;
            }
        }
        order.try_reserve(1).map_err(no_memory).or_raise(cx)?;
        order.push(next);
    }
    Ok(order)
}

/// `Cannot create a consistent method resolution order (MRO) for bases X, Y`: the heads that are
/// left.
fn inconsistent(cx: &Cx<'_>, lines: &[Line<'_>]) -> crate::cx::Raised {
    let mut heads: Vec<Borrowed<'_>> = Vec::new();
    for head in lines.iter().filter_map(Line::head) {
        if !heads.iter().any(|one| one.is(head)) {
            heads.push(head);
        }
    }
    let names: Vec<&str> =
        heads.iter().map(|head| head.view::<Type>().map_or("?", Type::name)).collect();
    cx.type_error(format_args!(
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    ))
}
