//! Finding a key, whatever the keys do meanwhile.
//!
//! A comparison may run a program's code. Before it the entry's key is owned; after it the search
//! looks whether the dict has the same table with the same key in the same place. If so it goes on,
//! else it begins again. Nothing else is kept across the comparison but the numbers of the probe.

use runtime_gc::{Borrowed, Ref};

use super::DictObject;
use super::layout::Kind;
use super::table::{Probe, Slot};
use crate::cx::{Cx, Res};
use crate::int::IntObject;
use crate::string::StrObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// `hash(k)`; a str knows its own, and that of an int that fits a word takes a few instructions.
#[inline(always)]
pub(crate) fn hash_key(cx: &mut Cx<'_>, key: Borrowed<'_>) -> Res<i64> {
    let ty = std::ptr::from_ref(Type::of(key));
    if ty == cx.types.str.as_ptr().cast_const()
        && let Some(str) = key.view::<StrObject>()
    {
        return Ok(crate::string::hash_of(cx, str));
    }
    if ty == cx.types.int.as_ptr().cast_const()
        && let Some(value) = crate::int::to_i64(key)
    {
        return Ok(hash_word(value));
    }
    crate::protocol::hash(cx, key)
}

/// The hash of an int: its value modulo 2**61 - 1, with its sign, but never -1.
#[inline(always)]
fn hash_word(value: i64) -> i64 {
    const MODULUS: u64 = (1 << 61) - 1;
    let rest = (value.unsigned_abs() % MODULUS) as i64;
    match if value < 0 { -rest } else { rest } {
        -1 => -2,
        hash => hash,
    }
}

/// Whether two keys are equal, when that can be told without running anybody's code.
#[inline]
pub(crate) fn plainly_equal(world: &World, a: Borrowed<'_>, b: Borrowed<'_>) -> Option<bool> {
    if a.is(b) {
        return Some(true);
    }
    let (left, right) = (a.ty_ptr(), b.ty_ptr());
    if left != right {
        return None;
    }
    if std::ptr::eq(Type::of(a), world.types.str.as_ptr()) {
        return Some(crate::string::equal(a.view::<StrObject>()?, b.view::<StrObject>()?));
    }
    if std::ptr::eq(Type::of(a), world.types.int.as_ptr()) {
        let (a, b) = (a.view::<IntObject>()?.to_i64(), b.view::<IntObject>()?.to_i64());
        return a.zip(b).map(|(a, b)| a == b);
    }
    None
}

/// The place of a key in the dict's table, as it is when this returns.
///
/// # Errors
/// Those of comparing keys.
#[inline(always)]
pub(super) fn find(
    cx: &mut Cx<'_>,
    this: &DictObject,
    key: Borrowed<'_>,
    hash: i64,
) -> Res<Option<usize>> {
    let table = this.table(cx);
    if table.kind() == Kind::Str
        && crate::string::is_exact(cx, key)
        && let Some(str) = key.view::<StrObject>()
    {
        return Ok(table.find_str(str, hash));
    }
    find_any(cx, this, key, hash)
}

/// What one look at a table says.
enum Look1 {
    Found(usize),
    Absent,
    /// Entry `at` has the same hash, and only its key can tell.
    Ask(usize, Ref),
}

#[inline(never)]
fn find_any(
    cx: &mut Cx<'_>,
    this: &DictObject,
    key: Borrowed<'_>,
    hash: i64,
) -> Res<Option<usize>> {
    let mut probe = Probe::new(this.table(cx), hash);
    loop {
        let (at, candidate) = match walk(cx, this, key, hash, &mut probe) {
            Look1::Found(at) => return Ok(Some(at)),
            Look1::Absent => return Ok(None),
            Look1::Ask(at, candidate) => (at, candidate),
        };
        let before = (this.keys.get(), this.table(cx).shape());
        let equal = crate::protocol::equal(cx, candidate.borrow(), key);
        let asked = candidate.as_obj();
        drop(candidate);
        let equal = equal?;
        // The block may have been freed and taken again for another table of this dict, so that
        // its address alone says nothing.
        let table = this.table(cx);
        if before == (this.keys.get(), table.shape()) && table.holds(at, asked) {
            if equal {
                return Ok(Some(at));
            }
            probe.step();
        } else {
            probe = Probe::new(table, hash);
        }
    }
}

/// Goes on until the key is found, is not there, or somebody has to be asked.
#[inline(always)]
fn walk(
    world: &World,
    this: &DictObject,
    key: Borrowed<'_>,
    hash: i64,
    probe: &mut Probe,
) -> Look1 {
    let table = this.table(world);
    loop {
        match table.slot(probe.slot) {
            Slot::Empty => return Look1::Absent,
            Slot::Dummy => {}
            Slot::Entry(at) => {
                let Some((candidate, _)) = table.entry(at) else { return Look1::Absent };
                if candidate == key.as_obj() {
                    return Look1::Found(at);
                }
                if table.hash(at, candidate) == hash {
                    // SAFETY: the table keeps its keys alive, and nothing runs here.
                    let borrowed = unsafe { Borrowed::new(candidate) };
                    match plainly_equal(world, borrowed, key) {
                        Some(true) => return Look1::Found(at),
                        Some(false) => {}
                        None => return Look1::Ask(at, borrowed.owned()),
                    }
                }
            }
        }
        probe.step();
    }
}

/// What is known of a name without asking anybody.
pub(super) enum Name {
    /// Its place.
    At(usize),
    /// It is not there.
    Absent,
    /// A key that is no str has the same hash.
    Unknown,
}

/// Looks a name up; runs nobody's code.
#[inline(always)]
pub(super) fn find_name(world: &World, this: &DictObject, str: &StrObject, hash: i64) -> Name {
    let table = this.table(world);
    if table.kind() == Kind::Str {
        return match table.find_str(str, hash) {
            Some(at) => Name::At(at),
            None => Name::Absent,
        };
    }
    // SAFETY: `str` is a live object.
    let key = unsafe { Borrowed::new(std::ptr::NonNull::from(str).cast()) };
    match walk(world, this, key, hash, &mut Probe::new(table, hash)) {
        Look1::Found(at) => Name::At(at),
        Look1::Absent => Name::Absent,
        Look1::Ask(..) => Name::Unknown,
    }
}
