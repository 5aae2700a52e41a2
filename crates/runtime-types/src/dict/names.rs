//! Names in dicts: `str` keys looked up without running anybody's code, and places of entries that
//! inline caches may keep.
//!
//! A table gets a number when somebody asks for its version; adding, removing or moving a key takes
//! the number away again. So an equal number means the same keys in the same places.

use runtime_gc::{Borrowed, Ref};

use super::life::may_be_tracked;
use super::table::Table;
use super::{DictObject, search};
use crate::cx::{OrRaise, Res};
use crate::string::StrObject;
use crate::view::Look;
use crate::world::World;

/// The version of the table of never-filled dicts; then come those handed out.
pub(super) const EMPTY_VERSION: u32 = 1;
pub(crate) const FIRST_VERSION: u32 = 2;
/// Told by [`version`] when all numbers have been handed out.
pub const NO_VERSION: u32 = u32::MAX;

/// Sets a str key in a dict whose keys are all strs; runs nobody's code but the old value's end.
///
/// # Errors
/// `MemoryError`; the dict has not changed then.
pub fn set_name(world: &World, dict: Borrowed<'_>, name: Borrowed<'_>, value: Ref) -> Res<()> {
    let (Some(this), Some(str)) = (dict.view::<DictObject>(), name.view::<StrObject>()) else {
        return Err(world.type_error(format_args!("a name and a dict are needed")));
    };
    let hash = crate::string::hash_of(world, str);
    match search::find_name(world, this, str, hash) {
        search::Name::At(at) => {
            // SAFETY: the entry was found just now.
            let old = unsafe { this.replace_at(world, at, value) };
            drop(old);
            Ok(())
        }
        _ => this.insert_new(world, name.owned(), hash, value).or_raise(world),
    }
}

/// Looks a str key up; `None` also when a key that is no str would have to be asked (runs nobody's
/// code).
#[inline]
pub fn get_name(world: &World, dict: Borrowed<'_>, name: Borrowed<'_>) -> Option<Ref> {
    let (this, str) = (dict.view::<DictObject>()?, name.view::<StrObject>()?);
    let hash = crate::string::hash_of(world, str);
    let search::Name::At(at) = search::find_name(world, this, str, hash) else { return None };
    let (_, value) = this.table(world).entry(at)?;
    // SAFETY: the dict owns the value at this moment.
    Some(unsafe { Ref::new(value) })
}

/// Version of the dict's set of keys: never 0, changes whenever a key is added, removed or moved,
/// not when a value is replaced; unique among all tables of the world.
///
/// A table gets its number when it is first asked for. After four thousand million of them it is
/// [`NO_VERSION`] for all, and [`find_place`] finds nothing: whoever caches must not cache that.
#[inline]
pub fn version(dict: Borrowed<'_>) -> u32 {
    let Some(this) = dict.view::<DictObject>() else { return NO_VERSION };
    match this.table(this.world()).version() {
        0 => next_version(this),
        known => known,
    }
}

#[cold]
#[inline(never)]
fn next_version(this: &DictObject) -> u32 {
    let world = this.world();
    let version = world.next_version.get();
    if version != NO_VERSION {
        world.next_version.set(version + 1);
        this.table(world).set_version(version);
    }
    version
}

/// The version and the place of a str key's entry, for inline caches. `None` when it is not there.
pub fn find_place(world: &World, dict: Borrowed<'_>, name: Borrowed<'_>) -> Option<(u32, u32)> {
    let (this, str) = (dict.view::<DictObject>()?, name.view::<StrObject>()?);
    let hash = crate::string::hash_of(world, str);
    let search::Name::At(at) = search::find_name(world, this, str, hash) else { return None };
    let version = version(dict);
    if version == NO_VERSION {
        return None;
    }
    Some((version, u32::try_from(at).ok()?))
}

/// A new reference to the value at a place that `find_place` gave, while the version is the same.
///
/// # Safety
/// `dict` is a dict, and its version is the one that came with the place.
#[inline]
pub unsafe fn value_at(dict: Borrowed<'_>, place: u32) -> Ref {
    // SAFETY: per contract the table still has the entry, which owns its value.
    unsafe {
        let this = dict.as_obj().cast::<DictObject>().as_ref();
        let table = Table::at(this.keys.get());
        Ref::new(table.value_at(place as usize))
    }
}

/// Replaces the value at such a place and gives the old one back.
///
/// # Safety
/// As [`value_at`].
#[inline]
pub unsafe fn replace_at(dict: Borrowed<'_>, place: u32, value: Ref) -> Ref {
    // SAFETY: per contract the table still has the entry; the old value's reference is taken over.
    unsafe {
        let this = dict.as_obj().cast::<DictObject>().as_ref();
        if may_be_tracked(this.world(), value.borrow()) {
            this.make_tracked();
        }
        let table = Table::at(this.keys.get());
        let old = table.value_at(place as usize);
        let _ = table.replace_value(place as usize, value.into_raw());
        Ref::steal(old)
    }
}
