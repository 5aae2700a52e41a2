//! Iterators that give what others give, in their order: all of it, some of it, or what a function
//! makes of it.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use super::{blank, call, exactly, iterator, no_keywords};
use crate::args::{Args, NativeDef, bind};
use crate::cx::{Cx, Res};
use crate::field::Field;
use crate::iter::{apart, class_of, step};
use crate::native::object;
use crate::ty::{Binary, Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, tuple};

object! {
    /// `chain(xs, ...)`: the iterator over the arguments, and over the one that is being read.
    ChainObject as Chain, "itertools.chain", 32 {
        source: Field,
        active: Field,
    } owns [active, source]
}

object! {
    /// `accumulate(xs, f)`: `total` is empty before the first item.
    AccumulateObject as Accumulate, "itertools.accumulate", 56 {
        total: Field,
        iterator: Field,
        function: Field,
        initial: Field,
        _reserved: Cell<usize>,
    } owns [total, iterator, function, initial]
}

object! {
    /// `compress(xs, selectors)`
    CompressObject as Compress, "itertools.compress", 32 {
        data: Field,
        selectors: Field,
    } owns [data, selectors]
}

object! {
    /// `dropwhile(f, xs)`: `started` once an item was not dropped.
    DropWhileObject as DropWhile, "itertools.dropwhile", 40 {
        function: Field,
        iterator: Field,
        started: Cell<usize>,
    } owns [function, iterator]
}

object! {
    /// `takewhile(f, xs)`: `ended` once an item was not taken.
    TakeWhileObject as TakeWhile, "itertools.takewhile", 40 {
        function: Field,
        iterator: Field,
        ended: Cell<usize>,
    } owns [function, iterator]
}

object! {
    /// `filterfalse(f, xs)`
    FilterFalseObject as FilterFalse, "itertools.filterfalse", 32 {
        function: Field,
        iterator: Field,
    } owns [function, iterator]
}

object! {
    /// `starmap(f, xs)`
    StarMapObject as StarMap, "itertools.starmap", 32 {
        function: Field,
        iterator: Field,
    } owns [function, iterator]
}

pub(crate) const CHAIN: TypeDef = TypeDef {
    class_methods: &[NativeDef::exactly("from_iterable", 1, |cx, args| {
        let (class, items) = crate::list::two(cx, &args)?;
        let class = class.expect::<Type>(cx)?;
        let source = protocol::iter(cx, items)?;
        chain_of(cx, class, source)
    })],
    methods: super::SET_STATE,
    ..iterator::<ChainObject>("itertools.chain", Layout::Chain, new_chain, next_chain)
};
pub(crate) const ACCUMULATE: TypeDef = TypeDef {
    methods: super::SET_STATE,
    ..iterator::<AccumulateObject>(
        "itertools.accumulate",
        Layout::Accumulate,
        new_accumulate,
        next_accumulate,
    )
};
pub(crate) const COMPRESS: TypeDef =
    iterator::<CompressObject>("itertools.compress", Layout::Compress, new_compress, next_compress);
pub(crate) const DROP_WHILE: TypeDef = TypeDef {
    methods: super::SET_STATE,
    ..iterator::<DropWhileObject>(
        "itertools.dropwhile",
        Layout::DropWhile,
        new_drop_while,
        next_drop_while,
    )
};
pub(crate) const TAKE_WHILE: TypeDef = TypeDef {
    methods: super::SET_STATE,
    ..iterator::<TakeWhileObject>(
        "itertools.takewhile",
        Layout::TakeWhile,
        new_take_while,
        next_take_while,
    )
};
pub(crate) const FILTER_FALSE: TypeDef = iterator::<FilterFalseObject>(
    "itertools.filterfalse",
    Layout::FilterFalse,
    new_filter_false,
    next_filter_false,
);
pub(crate) const STAR_MAP: TypeDef =
    iterator::<StarMapObject>("itertools.starmap", Layout::StarMap, new_star_map, next_star_map);

/// The parts of the iterators of this file.
pub(super) fn parts(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let class = class_of(op);
    if let Some(this) = op.view::<ChainObject>() {
        let state = match (this.source.get(), this.active.get()) {
            (Some(source), Some(active)) => cx.tuple([source, active])?,
            (Some(source), None) => cx.tuple([source])?,
            (None, _) => return apart(cx, class, [], None),
        };
        return apart(cx, class, [], Some(state));
    }
    if let Some(this) = op.view::<AccumulateObject>() {
        let Some(iterator) = this.iterator.get() else { return Ok(None) };
        let function = this.function.get().unwrap_or_else(|| cx.none());
        // What was given last, else what is to be given first: `__setstate__` tells them apart.
        let state = match (this.total.get(), this.initial.get()) {
            (total, Some(initial)) => {
                let total = total.unwrap_or_else(|| cx.none());
                Some(cx.tuple([total, initial])?)
            }
            (Some(total), None) => Some(cx.tuple([total])?),
            (None, None) => None,
        };
        return apart(cx, class, [iterator, function], state);
    }
    let flag = |flag: usize| (flag != 0).then(|| cx.bool(true));
    let (first, second, state) = if let Some(this) = op.view::<CompressObject>() {
        (this.data.get(), this.selectors.get(), None)
    } else if let Some(this) = op.view::<DropWhileObject>() {
        (this.function.get(), this.iterator.get(), flag(this.started.get()))
    } else if let Some(this) = op.view::<TakeWhileObject>() {
        (this.function.get(), this.iterator.get(), flag(this.ended.get()))
    } else if let Some(this) = op.view::<FilterFalseObject>() {
        (this.function.get(), this.iterator.get(), None)
    } else if let Some(this) = op.view::<StarMapObject>() {
        (this.function.get(), this.iterator.get(), None)
    } else {
        return Ok(None);
    };
    let (Some(first), Some(second)) = (first, second) else { return Ok(None) };
    apart(cx, class, [first, second], state)
}

/// Where an iterator goes on that was made of [`parts`].
pub(super) fn set_state(cx: &mut Cx<'_>, op: Borrowed<'_>, state: Borrowed<'_>) -> Res<()> {
    if let Some(this) = op.view::<DropWhileObject>() {
        this.started.set(usize::from(protocol::truth(cx, state)?));
        return Ok(());
    }
    if let Some(this) = op.view::<TakeWhileObject>() {
        this.ended.set(usize::from(protocol::truth(cx, state)?));
        return Ok(());
    }
    let items = tuple::items_of(cx, state)?;
    if let Some(this) = op.view::<AccumulateObject>() {
        let total = items.first().filter(|_| items.len() == 1);
        this.total.set(total.map(|total| total.owned()));
        this.initial.set(items.get(1).map(|initial| initial.owned()));
    } else if let Some(this) = op.view::<ChainObject>() {
        if items.iter().any(|item| Type::of(*item).slots.next.is_none()) {
            return Err(cx.type_error(format_args!("Arguments must be iterators.")));
        }
        this.source.set(items.first().map(|source| source.owned()));
        this.active.set(items.get(1).map(|active| active.owned()));
    }
    Ok(())
}

fn chain_of(cx: &Cx<'_>, ty: &Type, source: Ref) -> Res {
    let made = blank(cx, ty)?;
    made.borrow().expect::<ChainObject>(cx)?.source.set(Some(source));
    Ok(made)
}

fn new_chain(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    no_keywords(cx, ty, &args)?;
    let all = cx.tuple_from(args.positionals())?;
    let source = protocol::iter(cx, all.borrow())?;
    chain_of(cx, ty, source)
}

fn next_chain(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<ChainObject>(cx)?;
    while let Some(source) = this.source.get() {
        let active = match this.active.get() {
            Some(active) => active,
            None => {
                let next = match step(cx, source.borrow()) {
                    Ok(Some(items)) => protocol::iter(cx, items.borrow()).map(Some),
                    Ok(None) => Ok(None),
                    Err(raised) => Err(raised),
                };
                match next {
                    Ok(Some(active)) => {
                        this.active.set(Some(active.clone()));
                        active
                    }
                    Ok(None) => {
                        this.source.set(None);
                        return Ok(None);
                    }
                    Err(raised) => {
                        let exception = cx.take_raised(raised);
                        this.source.set(None);
                        return Err(cx.restore_raised(exception));
                    }
                }
            }
        };
        if let Some(item) = step(cx, active.borrow())? {
            return Ok(Some(item));
        }
        this.active.set(None);
    }
    Ok(None)
}

/// The arguments of `accumulate`, whose `initial` must be named.
fn new_accumulate(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let given = args.values().len();
    if args.len() > 2 && given <= 3 {
        return Err(cx.type_error(format_args!(
            "accumulate() takes at most 2 positional arguments ({given} given)"
        )));
    }
    let [items, function, initial] =
        bind(cx, "accumulate", &args, ["iterable", "func", "initial"], 1)?;
    let items = items.map_or_else(|| cx.none(), Borrowed::owned);
    let given = |op: Option<Borrowed<'_>>| op.filter(|op| !cx.is_none(*op)).map(Borrowed::owned);
    let (function, initial) = (given(function), given(initial));
    let iterator = protocol::iter(cx, items.borrow())?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<AccumulateObject>(cx)?;
    this.iterator.set(Some(iterator));
    this.function.set(function);
    this.initial.set(initial);
    Ok(made)
}

fn next_accumulate(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<AccumulateObject>(cx)?;
    if let Some(initial) = this.initial.take() {
        this.total.set(Some(initial.clone()));
        return Ok(Some(initial));
    }
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let Some(item) = step(cx, iterator.borrow())? else { return Ok(None) };
    let total = match this.total.get() {
        None => item,
        Some(total) => match this.function.get() {
            None => protocol::binary(cx, Binary::Add, total.borrow(), item.borrow())?,
            Some(function) => call(cx, &function, [total.borrow(), item.borrow()])?,
        },
    };
    this.total.set(Some(total.clone()));
    Ok(Some(total))
}

fn new_compress(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [data, selectors] = bind(cx, "compress", &args, ["data", "selectors"], 2)?;
    let none = cx.none();
    let data = protocol::iter(cx, data.unwrap_or(none.borrow()))?;
    let selectors = protocol::iter(cx, selectors.unwrap_or(none.borrow()))?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<CompressObject>(cx)?;
    this.data.set(Some(data));
    this.selectors.set(Some(selectors));
    Ok(made)
}

fn next_compress(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<CompressObject>(cx)?;
    let (Some(data), Some(selectors)) = (this.data.get(), this.selectors.get()) else {
        return Ok(None);
    };
    loop {
        let Some(item) = step(cx, data.borrow())? else { return Ok(None) };
        let Some(selector) = step(cx, selectors.borrow())? else { return Ok(None) };
        if protocol::truth(cx, selector.borrow())? {
            return Ok(Some(item));
        }
    }
}

/// A function and an iterator: the arguments of the four below.
fn function_and_iterator(
    cx: &mut Cx<'_>,
    ty: &Type,
    name: &str,
    args: &Args<'_>,
) -> Res<(Option<Ref>, Option<Ref>)> {
    let [function, items] = exactly(cx, ty, name, args)?;
    let iterator = protocol::iter(cx, items)?;
    Ok((Some(function.owned()), Some(iterator)))
}

fn new_drop_while(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let (function, iterator) = function_and_iterator(cx, ty, "dropwhile", &args)?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<DropWhileObject>(cx)?;
    this.function.set(function);
    this.iterator.set(iterator);
    Ok(made)
}

fn next_drop_while(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<DropWhileObject>(cx)?;
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    loop {
        let Some(item) = step(cx, iterator.borrow())? else { return Ok(None) };
        if this.started.get() == 1 {
            return Ok(Some(item));
        }
        let good = call(cx, &function, [item.borrow()])?;
        if !protocol::truth(cx, good.borrow())? {
            this.started.set(1);
            return Ok(Some(item));
        }
    }
}

fn new_take_while(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let (function, iterator) = function_and_iterator(cx, ty, "takewhile", &args)?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<TakeWhileObject>(cx)?;
    this.function.set(function);
    this.iterator.set(iterator);
    Ok(made)
}

fn next_take_while(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<TakeWhileObject>(cx)?;
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    if this.ended.get() == 1 {
        return Ok(None);
    }
    let Some(item) = step(cx, iterator.borrow())? else { return Ok(None) };
    let good = call(cx, &function, [item.borrow()])?;
    if protocol::truth(cx, good.borrow())? {
        return Ok(Some(item));
    }
    this.ended.set(1);
    Ok(None)
}

fn new_filter_false(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let (function, iterator) = function_and_iterator(cx, ty, "filterfalse", &args)?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<FilterFalseObject>(cx)?;
    this.function.set(function);
    this.iterator.set(iterator);
    Ok(made)
}

fn next_filter_false(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<FilterFalseObject>(cx)?;
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    let by_truth = cx.is_none(function.borrow()) || function.as_obj() == cx.types.bool.cast();
    while let Some(item) = step(cx, iterator.borrow())? {
        let good = if by_truth {
            protocol::truth(cx, item.borrow())?
        } else {
            let good = call(cx, &function, [item.borrow()])?;
            protocol::truth(cx, good.borrow())?
        };
        if !good {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn new_star_map(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let (function, iterator) = function_and_iterator(cx, ty, "starmap", &args)?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<StarMapObject>(cx)?;
    this.function.set(function);
    this.iterator.set(iterator);
    Ok(made)
}

fn next_star_map(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<StarMapObject>(cx)?;
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    let Some(items) = step(cx, iterator.borrow())? else { return Ok(None) };
    let items = protocol::to_tuple(cx, items.borrow())?;
    let args = tuple::items_of(cx, items.borrow())?;
    protocol::call(cx, function.borrow(), Args::positional(args)).map(Some)
}
