//! `_lru_cache_wrapper`: a function that remembers what it gave for its latest arguments.
//!
//! Results lie in a dict in the order of their use, the latest last: a hit moves its entry to the end,
//! and when there are too many the first goes. Every look at the dict that compares keys, and every
//! call, may come back here; so the dict is asked again after it.

use std::cell::Cell;

use runtime_core::{TypeFlags, TypeSpec};
use runtime_gc::Borrowed;

use super::is_callable;
use crate::args::{Args, NativeDef, bind};
use crate::class::STRUCT_DICT;
use crate::cx::{Cx, OrRaise, Res};
use crate::dict::{self, DictObject, Front};
use crate::field::Field;
use crate::list::{position, this};
use crate::native::{fixed, object};
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, tuple};

object! {
    /// The function, its cache and its counts; `most` is -1 without a limit.
    LruCacheObject as LruCache, "functools._lru_cache_wrapper", 152 {
        function: Field,
        cache: Field,
        /// Stands between positional arguments and keywords in a key.
        mark: Field,
        info: Field,
        most: Cell<isize>,
        hits: Cell<usize>,
        misses: Cell<usize>,
        typed: Cell<bool>,
        front: Front,
        _reserved: [Cell<usize>; 5],
        attributes: Field,
        weak_refs: Cell<usize>,
    } owns [function, cache, mark, info, attributes]
}

pub(crate) const LRU_CACHE: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::METHOD),
        weak_list_offset: std::mem::offset_of!(LruCacheObject, weak_refs) as isize,
        dict_offset: std::mem::offset_of!(LruCacheObject, attributes),
        ..fixed::<LruCacheObject>("functools._lru_cache_wrapper", Layout::LruCache)
    },
    slots: Slots {
        new: Some(new),
        call: Some(call),
        descr_get: Some(|cx, op, to, _| match to.filter(|to| !cx.is_none(*to)) {
            None => Ok(op.owned()),
            Some(to) => crate::native::method(cx, op.owned(), to.owned()),
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::exactly("cache_info", 0, |cx, args| {
            let this = this(cx, &args)?.expect::<LruCacheObject>(cx)?;
            let none = cx.none();
            let info = this.info.get().unwrap_or_else(|| none.clone());
            let most = match this.most.get() {
                ..0 => none.clone(),
                most => cx.int(most as i64)?,
            };
            let held = this.cache.get().map_or(0, |cache| dict::len(cache.borrow()));
            let (hits, misses) =
                (cx.int(this.hits.get() as i64)?, cx.int(this.misses.get() as i64)?);
            let held = cx.int(held as i64)?;
            let all = [hits.borrow(), misses.borrow(), most.borrow(), held.borrow()];
            protocol::call(cx, info.borrow(), Args::positional(&all))
        }),
        NativeDef::exactly("cache_clear", 0, |cx, args| {
            let this = this(cx, &args)?.expect::<LruCacheObject>(cx)?;
            this.hits.set(0);
            this.misses.set(0);
            if let Some(cache) = this.cache.get() {
                dict::clear(cx, cache.borrow())?;
            }
            Ok(cx.none())
        }),
        NativeDef::exactly("__copy__", 0, |cx, args| Ok(this(cx, &args)?.owned())),
        NativeDef::exactly("__deepcopy__", 1, |cx, args| Ok(this(cx, &args)?.owned())),
    ],
    getset: &[STRUCT_DICT],
    module: "functools",
    ..TypeDef::EMPTY
};

fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let names = ["user_function", "maxsize", "typed", "cache_info_type"];
    let [function, most, typed, info] = bind(cx, "lru_cache", &args, names, 4)?;
    let none = cx.none();
    let function = function.unwrap_or(none.borrow());
    if !is_callable(function) {
        return Err(cx.type_error(format_args!("the first argument must be callable")));
    }
    let most = match most.filter(|most| !cx.is_none(*most)) {
        None => -1,
        Some(most) => {
            if Type::of(most).slots.index.is_none() {
                return Err(cx.type_error(format_args!("maxsize should be integer or None")));
            }
            position(cx, most)?.max(0)
        }
    };
    let typed = protocol::truth(cx, typed.unwrap_or(none.borrow()))?;
    let (cache, mark) = (dict::new(cx)?, crate::class::new_object(cx, cx.ty(cx.types.object))?);
    let made = crate::class::new_object(cx, ty)?;
    let this = made.borrow().expect::<LruCacheObject>(cx)?;
    this.function.set(Some(function.owned()));
    this.cache.set(Some(cache));
    this.mark.set(Some(mark));
    this.info.set(info.map(Borrowed::owned));
    this.most.set(most);
    this.typed.set(typed);
    Ok(made)
}

/// What the results are remembered by: the only argument itself when it is a plain str or int; else
/// a tuple of the arguments, the mark, the keywords, and the types when they count.
fn key_of(cx: &Cx<'_>, this: &LruCacheObject, args: Args<'_>) -> Res {
    let typed = this.typed.get();
    if let ([only], true, false) = (args.positionals(), args.names().is_empty(), typed) {
        let op = *only;
        if crate::string::is_exact(cx, op) || crate::int::is_exact(cx, op) {
            return Ok(op.owned());
        }
    }
    let named = args.names().len();
    let plain = args.len() + if named > 0 { 1 + 2 * named } else { 0 };
    let types = if typed { args.values().len() } else { 0 };
    let mut key = tuple::Filler::new(cx, plain + types)?;
    args.positionals().iter().for_each(|op| key.push(op.owned()));
    if named > 0 {
        key.push(this.mark.get().unwrap_or_else(|| cx.none()));
        for (name, value) in args.keywords() {
            key.push(name.owned());
            key.push(value.owned());
        }
    }
    if typed {
        args.values().iter().for_each(|op| key.push(Type::of(*op).as_borrowed().owned()));
    }
    Ok(key.finish())
}

fn call(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<LruCacheObject>(cx)?;
    let (Some(function), Some(cache)) = (this.function.get(), this.cache.get()) else {
        return Ok(cx.none());
    };
    let most = this.most.get();
    if most == 0 {
        this.misses.set(this.misses.get() + 1);
        return protocol::call(cx, function.borrow(), args);
    }
    let key = key_of(cx, this, args)?;
    let hash = dict::hash_key(cx, key.borrow())?;
    let entries = cache.borrow().expect::<DictObject>(cx)?;
    if let Some(at) = entries.place_of(cx, key.borrow(), hash)?
        && let Some((_, result)) = entries.entry_here(at)
    {
        if most > 0 && entries.last() != Some(at) {
            entries.move_last(cx, at).or_raise(cx)?;
        }
        this.hits.set(this.hits.get() + 1);
        return Ok(result);
    }
    this.misses.set(this.misses.get() + 1);
    let result = protocol::call(cx, function.borrow(), args)?;
    // The call may have remembered the same key.
    if most < 0 {
        dict::set_hashed(cx, cache.borrow(), key.borrow(), hash, result.borrow())?;
        return Ok(result);
    }
    if entries.place_of(cx, key.borrow(), hash)?.is_some() {
        return Ok(result);
    }
    let oldest = match entries.len() >= most as usize {
        true => entries.first(&this.front).and_then(|at| entries.take_here(cx, at)),
        false => None,
    };
    entries.insert_last(cx, key, hash, result.clone()).or_raise(cx)?;
    drop(oldest);
    Ok(result)
}
