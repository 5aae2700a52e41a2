//! Iterators (placeholder of the next change).
use crate::cx::Cx;
use crate::ty::TypeDef;
use crate::view::Layout;
use runtime_core::{Floor, TypeSpec};
use runtime_gc::Borrowed;
const fn stub(name: &'static str, layout: Layout) -> TypeDef {
    TypeDef {
        spec: TypeSpec { name, layout: layout as u16, floor: Floor::World, ..TypeSpec::LEAF },
        ..TypeDef::EMPTY
    }
}
pub(crate) const LIST_ITER: TypeDef = stub("list_iterator", Layout::SeqIter);
pub(crate) const TUPLE_ITER: TypeDef = stub("tuple_iterator", Layout::SeqIter);
pub(crate) const STR_ITER: TypeDef = stub("str_ascii_iterator", Layout::SeqIter);
pub(crate) const SEQ_ITER: TypeDef = stub("iterator", Layout::SeqIter);
pub(crate) const LIST_REVERSE_ITER: TypeDef = stub("list_reverseiterator", Layout::SeqIter);
pub(crate) const REVERSED: TypeDef = stub("reversed", Layout::Reversed);
pub(crate) const ENUMERATE: TypeDef = stub("enumerate", Layout::Enumerate);
pub(crate) const ZIP: TypeDef = stub("zip", Layout::Zip);
pub(crate) const MAP: TypeDef = stub("map", Layout::Map);
pub(crate) const FILTER: TypeDef = stub("filter", Layout::Filter);
pub(crate) const CALL_ITER: TypeDef = stub("callable_iterator", Layout::CallIter);
/// What an iterator knows of how many items are left.
pub fn length_hint(_cx: &Cx<'_>, _op: Borrowed<'_>) -> Option<usize> {
    None
}
