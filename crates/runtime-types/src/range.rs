//! `range` (placeholder of the next change).
use crate::ty::TypeDef;
use crate::view::Layout;
use runtime_core::{Floor, TypeSpec};
const fn stub(name: &'static str, layout: Layout) -> TypeDef {
    TypeDef {
        spec: TypeSpec { name, layout: layout as u16, floor: Floor::World, ..TypeSpec::LEAF },
        ..TypeDef::EMPTY
    }
}
pub(crate) const DEF: TypeDef = stub("range", Layout::Range);
pub(crate) const ITER: TypeDef = stub("range_iterator", Layout::RangeIter);
