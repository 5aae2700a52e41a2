//! `xs.sort(key=, reverse=)`.
//!
//! While it works, the array is out of the list: comparisons and the key function may do to the list
//! what they like, which then has an array of its own, seen at the end.

use runtime_core::{HeapVec, Obj};
use runtime_gc::{Borrowed, Ref};

use super::{Array, DETACHED, ListObject, timsort};
use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::stop;
use crate::string::StrObject;
use crate::ty::Compare;
use crate::view::Look;

/// One item while it is sorted: what is compared, and the item itself. Both are owned elsewhere.
#[derive(Clone, Copy)]
struct Entry<K> {
    key: K,
    item: Obj,
}

/// Sorts a list in place, by the keys that `key` gives, if there is one.
///
/// # Errors
/// Those of the key function and of the comparisons, after which the list has its items in some
/// order; `ValueError` when the list was changed meanwhile; `MemoryError`.
pub fn sort(
    cx: &mut Cx<'_>,
    list: Borrowed<'_>,
    key: Option<Borrowed<'_>>,
    reverse: bool,
) -> Res<()> {
    let this = list.expect::<ListObject>(cx)?;
    let mut array = this.detach(cx.world().heap(), DETACHED);
    let result = sort_array(cx, &mut array, key, reverse);
    let changed = this.allocated.get() != DETACHED;
    let result = match result {
        Ok(()) if changed => Err(cx.value_error(format_args!("list modified during sort"))),
        result => result,
    };
    drop(this.attach(array));
    result
}

fn sort_array(
    cx: &mut Cx<'_>,
    array: &mut Array<'_>,
    key: Option<Borrowed<'_>>,
    reverse: bool,
) -> Res<()> {
    // SAFETY: scratch of this sort, during which the heap lives.
    let mut keys = unsafe { HeapVec::<Ref>::new(cx.heap_ptr()) };
    if let Some(function) = key {
        keys.reserve(array.len).or_raise(cx)?;
        for i in 0..array.len {
            let args = [array.at(i)];
            let key = crate::protocol::call(cx, function, Args::positional(&args))?;
            keys.push(key).or_raise(cx)?;
        }
    }
    if array.len < 2 {
        return Ok(());
    }
    let result = sort_entries(cx, array, &mut keys, reverse);
    // Released first to last, before the list has its items back.
    keys.reverse();
    drop(keys);
    result
}

/// Sorts by the kind of the keys: the usual kinds without asking anybody.
fn sort_entries(
    cx: &mut Cx<'_>,
    array: &Array<'_>,
    keys: &mut HeapVec<Ref>,
    reverse: bool,
) -> Res<()> {
    let (mut ints, mut floats, mut strs) = (true, true, true);
    for i in 0..array.len {
        let key = key_of(array, keys, i);
        let ty = key.ty_ptr();
        ints &= ty == cx.types.int.cast()
            && key.view::<IntObject>().is_some_and(|int| int.compact().is_some());
        floats &= ty == cx.types.float.cast();
        strs &= ty == cx.types.str.cast();
        if !(ints || floats || strs) {
            break;
        }
    }
    if ints {
        let key = |key: Borrowed<'_>| key.view::<IntObject>().and_then(IntObject::compact);
        run(cx, array, keys, reverse, |op| key(op).unwrap_or(0), |_, a, b| Ok(a < b))
    } else if floats {
        let key = |key: Borrowed<'_>| key.view::<FloatObject>().map_or(0.0, FloatObject::value);
        run(cx, array, keys, reverse, key, |_, a, b| Ok(a < b))
    } else if strs {
        run(cx, array, keys, reverse, |key| key.as_obj(), |_, a, b| Ok(str_less(a, b)))
    } else {
        run(
            cx,
            array,
            keys,
            reverse,
            |key| key.as_obj(),
            |cx, a, b| {
                // SAFETY: the array or the keys own both as long as the sort goes on.
                let (a, b) = unsafe { (Borrowed::new(a), Borrowed::new(b)) };
                crate::protocol::holds(cx, a, b, Compare::Lt)
            },
        )
    }
}

fn str_less(a: Obj, b: Obj) -> bool {
    // SAFETY: the array or the keys own both as long as the sort goes on.
    let (a, b) = unsafe { (Borrowed::new(a), Borrowed::new(b)) };
    match (a.view::<StrObject>(), b.view::<StrObject>()) {
        (Some(a), Some(b)) => a.text() < b.text(),
        _ => false,
    }
}

/// What item `i` is compared by.
fn key_of<'a>(array: &'a Array<'_>, keys: &'a [Ref], i: usize) -> Borrowed<'a> {
    keys.get(i).map_or_else(|| array.at(i), Ref::borrow)
}

fn run<K: Copy>(
    cx: &mut Cx<'_>,
    array: &Array<'_>,
    keys: &[Ref],
    reverse: bool,
    key: impl Fn(Borrowed<'_>) -> K,
    mut less: impl FnMut(&mut Cx<'_>, K, K) -> Res<bool>,
) -> Res<()> {
    // SAFETY: scratch of this sort, during which the heap lives.
    let (mut entries, mut temp) =
        unsafe { (HeapVec::new(cx.heap_ptr()), HeapVec::<Entry<K>>::new(cx.heap_ptr())) };
    entries.reserve(array.len).or_raise(cx)?;
    for i in 0..array.len {
        let key = key(key_of(array, keys, i));
        entries.push(Entry { key, item: array.at(i).as_obj() }).or_raise(cx)?;
    }
    let scratch = timsort::scratch(array.len);
    temp.reserve(scratch).or_raise(cx)?;
    if let Some(&entry) = entries.first() {
        (0..scratch).try_for_each(|_| temp.push(entry)).or_raise(cx)?;
    }
    // Equal items keep their order in a descending sort too: turned round before and after.
    if reverse {
        entries.reverse();
    }
    let result = if entries.len() < stop::PIECE {
        timsort::sort(&mut entries, &mut temp, |a, b| less(cx, a.key, b.key))
    } else {
        let mut compared = 0_usize;
        timsort::sort(&mut entries, &mut temp, |a, b| {
            compared += 1;
            if compared.is_multiple_of(stop::PIECE) {
                cx.charge(stop::PIECE as u64)?;
            }
            less(cx, a.key, b.key)
        })
    };
    if reverse {
        entries.reverse();
    }
    for (i, entry) in entries.iter().enumerate() {
        // SAFETY: the entries are the items of the array in another order, even when a comparison
        // has failed, and nobody else sees it.
        unsafe { array.items.add(i).write(entry.item) };
    }
    result
}

impl Array<'_> {
    /// The item at `i`, which must be below the length.
    #[inline(always)]
    fn at(&self, i: usize) -> Borrowed<'_> {
        debug_assert!(i < self.len);
        // SAFETY: every caller keeps below the length; the array owns the item.
        unsafe { Borrowed::new(self.items.add(i).read()) }
    }
}
