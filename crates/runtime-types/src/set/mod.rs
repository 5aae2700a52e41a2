//! `set`, `frozenset` (placeholder of the next change).
use crate::cx::{Cx, Res};
use crate::ty::TypeDef;
use crate::view::Layout;
use crate::world::World;
use runtime_core::{Floor, TypeFlags, TypeSpec};
use runtime_gc::Borrowed;
const fn stub(name: &'static str, layout: Layout) -> TypeDef {
    TypeDef {
        spec: TypeSpec {
            name,
            flags: TypeFlags::BASE,
            layout: layout as u16,
            floor: Floor::World,
            ..TypeSpec::LEAF
        },
        ..TypeDef::EMPTY
    }
}
pub(crate) const DEF: TypeDef = stub("set", Layout::Set);
pub(crate) const FROZEN: TypeDef = stub("frozenset", Layout::Set);
pub(crate) const ITER: TypeDef = stub("set_iterator", Layout::SetIter);
/// `set()`
pub fn new(world: &World) -> Res {
    world.str("")
}
/// `s.add(x)`
pub fn add(_cx: &mut Cx<'_>, _set: Borrowed<'_>, _item: Borrowed<'_>) -> Res<()> {
    Ok(())
}
/// `s.update(xs)`
pub fn update(_cx: &mut Cx<'_>, _set: Borrowed<'_>, _items: Borrowed<'_>) -> Res<()> {
    Ok(())
}
/// `frozenset(xs)`
pub fn frozen_from(cx: &mut Cx<'_>, _items: Borrowed<'_>) -> Res {
    cx.str("")
}
