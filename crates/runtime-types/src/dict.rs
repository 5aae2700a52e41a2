//! `dict` (placeholder of the next change).
use crate::cx::{Cx, Res};
use crate::ty::TypeDef;
use crate::view::Layout;
use crate::world::World;
use runtime_core::{Floor, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};
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
pub(crate) const DEF: TypeDef = stub("dict", Layout::Dict);
pub(crate) const KEYS_VIEW: TypeDef = stub("dict_keys", Layout::DictView);
pub(crate) const VALUES_VIEW: TypeDef = stub("dict_values", Layout::DictView);
pub(crate) const ITEMS_VIEW: TypeDef = stub("dict_items", Layout::DictView);
pub(crate) const KEY_ITER: TypeDef = stub("dict_keyiterator", Layout::DictIter);
pub(crate) const VALUE_ITER: TypeDef = stub("dict_valueiterator", Layout::DictIter);
pub(crate) const ITEM_ITER: TypeDef = stub("dict_itemiterator", Layout::DictIter);
/// `{}` from the free list when there is one; takes no key table yet.
pub fn new(world: &World) -> Res {
    world.str("")
}
/// `d.get(k)`; `None` when the key is not there.
pub fn get(_cx: &mut Cx<'_>, _dict: Borrowed<'_>, _key: Borrowed<'_>) -> Res<Option<Ref>> {
    Ok(None)
}
/// `d[k] = v`
pub fn set(
    _cx: &mut Cx<'_>,
    _dict: Borrowed<'_>,
    _key: Borrowed<'_>,
    _value: Borrowed<'_>,
) -> Res<()> {
    Ok(())
}
/// Takes a key out and gives its value.
pub fn remove(_cx: &mut Cx<'_>, _dict: Borrowed<'_>, _key: Borrowed<'_>) -> Res<Option<Ref>> {
    Ok(None)
}
/// Sets a str key in a dict whose keys are all strs; runs nobody's code.
pub fn set_name(_world: &World, _dict: Borrowed<'_>, _name: Borrowed<'_>, _value: Ref) -> Res<()> {
    Ok(())
}
/// Looks a str key up; `None` also when a key that is no str would have to be asked (runs nobody's code).
pub fn get_name(_world: &World, _dict: Borrowed<'_>, _name: Borrowed<'_>) -> Option<Ref> {
    None
}
/// Number of items.
pub fn len(_dict: Borrowed<'_>) -> usize {
    0
}
/// The entry at or after `*cursor` (advanced past it): for walking a dict that may change meanwhile.
pub fn entry(_dict: Borrowed<'_>, _cursor: &mut usize) -> Option<(Ref, Ref)> {
    None
}
/// Version of the dict's set of keys: never 0, changes whenever a key is added, removed or moved,
/// not when a value is replaced; unique among all tables of the world.
pub fn version(_dict: Borrowed<'_>) -> u32 {
    0
}
/// The version and the place of a str key's entry, for inline caches. `None` when it is not there.
pub fn find_place(_world: &World, _dict: Borrowed<'_>, _name: Borrowed<'_>) -> Option<(u32, u32)> {
    None
}
/// A new reference to the value at a place that `find_place` gave, while the version is the same.
/// # Safety
/// The dict's version is the one that came with the place.
pub unsafe fn value_at(_dict: Borrowed<'_>, _place: u32) -> Ref {
    unreachable!()
}
/// Replaces the value at such a place and gives the old one back.
/// # Safety
/// As `value_at`.
pub unsafe fn replace_at(_dict: Borrowed<'_>, _place: u32, value: Ref) -> Ref {
    value
}
