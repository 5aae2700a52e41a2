//! `slice` (placeholder of the next change).
use crate::cx::{Cx, Res};
use crate::ty::TypeDef;
use crate::view::Layout;
use crate::world::World;
use runtime_core::{Floor, TypeSpec};
use runtime_gc::{Borrowed, Ref};
pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "slice",
        layout: Layout::Slice as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    ..TypeDef::EMPTY
};
/// `slice(start, stop, step)`
pub fn new(world: &World, _start: Ref, _stop: Ref, _step: Ref) -> Res {
    world.str("")
}
/// Start, stop, step and number of items of a slice of a sequence of `len` items.
pub fn bounds(
    _cx: &mut Cx<'_>,
    _slice: Borrowed<'_>,
    _len: usize,
) -> Res<(isize, isize, isize, usize)> {
    Ok((0, 0, 1, 0))
}
