//! `list` (placeholder of the next change).
use crate::cx::{Cx, Res};
use crate::ty::TypeDef;
use crate::view::{Layout, View};
use crate::world::World;
use runtime_core::{Floor, Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};
/// A list.
#[repr(C)]
pub struct ListObject {
    object: Object,
}
// SAFETY: placeholder.
unsafe impl View for ListObject {
    const LAYOUT: u16 = Layout::List as u16;
    const NAME: &'static str = "list";
}
pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "list",
        flags: TypeFlags::LIST.with(TypeFlags::BASE),
        layout: Layout::List as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    ..TypeDef::EMPTY
};
/// `[]`
pub fn empty(world: &World) -> Res {
    world.str("list")
}
/// `xs.append(x)`
pub fn append(_cx: &World, _list: Borrowed<'_>, _item: Ref) -> Res<()> {
    Ok(())
}
/// `list(xs)`
pub fn from_iterable(cx: &mut Cx<'_>, _op: Borrowed<'_>) -> Res {
    cx.str("")
}
/// `tuple(list)`
pub fn to_tuple(cx: &Cx<'_>, _op: Borrowed<'_>) -> Res {
    cx.str("")
}
/// A list that takes over the references in `items`, which are null afterwards; capacity exactly `len`.
/// # Errors
/// `MemoryError`; then `items` is unchanged.
/// # Safety
/// Each of the `len` words at `items` is an owned reference.
pub unsafe fn steal(
    world: &World,
    _items: std::ptr::NonNull<Option<runtime_core::Obj>>,
    _len: usize,
) -> Res {
    empty(world)
}
/// Adds the items of an iterable: `xs.extend(ys)`.
pub fn extend(_cx: &mut Cx<'_>, _list: Borrowed<'_>, _items: Borrowed<'_>) -> Res<()> {
    Ok(())
}
/// `[]` with room for this many items.
/// # Errors
/// `MemoryError`.
pub fn with_capacity(world: &World, _capacity: usize) -> Res {
    empty(world)
}
