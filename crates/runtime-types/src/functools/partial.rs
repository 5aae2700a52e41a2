//! `partial`: a function with some of its arguments.

use std::cell::Cell;

use runtime_core::{HeapVec, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};

use super::is_callable;
use crate::args::{Args, NativeDef};
use crate::class::STRUCT_DICT;
use crate::cx::{Cx, OrRaise, Res};
use crate::dict::DictObject;
use crate::field::Field;
use crate::list::{this, two};
use crate::native::{fixed, member, object};
use crate::string::{Text, TextBuilder, text_of};
use crate::tuple::TupleObject;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{dict, protocol, repr_guard, tuple};

object! {
    /// The function, a tuple and a dict; then the dict of attributes that programs give it.
    PartialObject as Partial, "functools.partial", 64 {
        function: Field,
        args: Field,
        keywords: Field,
        attributes: Field,
        weak_refs: Cell<usize>,
        _reserved: Cell<usize>,
    } owns [function, args, keywords, attributes]
}

pub(crate) const PARTIAL: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        weak_list_offset: std::mem::offset_of!(PartialObject, weak_refs) as isize,
        dict_offset: std::mem::offset_of!(PartialObject, attributes),
        ..fixed::<PartialObject>("functools.partial", Layout::Partial)
    },
    slots: Slots { new: Some(new), call: Some(call), repr: Some(repr), ..Slots::NONE },
    methods: &[
        NativeDef::exactly("__reduce__", 0, |cx, args| {
            let op = this(cx, &args)?;
            let part = op.expect::<PartialObject>(cx)?;
            let known = |field: &Field| field.get().unwrap_or_else(|| cx.none());
            let (function, attributes) = (known(&part.function), known(&part.attributes));
            let state = [function.clone(), known(&part.args), known(&part.keywords), attributes];
            let (first, state) = (cx.tuple([function])?, cx.tuple(state)?);
            cx.tuple([crate::iter::class_of(op), first, state])
        }),
        NativeDef::exactly("__setstate__", 1, set_state),
    ],
    members: &[
        member!(PartialObject, "func", function),
        member!(PartialObject, "args", args),
        member!(PartialObject, "keywords", keywords),
    ],
    getset: &[STRUCT_DICT],
    doc: "Create a new function with partial application of the given arguments and keywords.",
    module: "functools",
    ..TypeDef::EMPTY
};

/// `partial(f, ...)`; of another partial it takes the function and the arguments over.
fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let Some(mut function) = args.get(0).map(Borrowed::owned) else {
        return Err(cx.type_error(format_args!("type 'partial' takes at least one argument")));
    };
    let mut before = (None, None);
    let inner = function.borrow().view::<PartialObject>();
    if let Some(inner) = inner
        && let Some(f) = inner.function.get()
    {
        before = (inner.args.get(), inner.keywords.get());
        function = f;
    }
    if !is_callable(function.borrow()) {
        return Err(cx.type_error(format_args!("the first argument must be callable")));
    }
    let own = args.rest();
    let bound = match &before.0 {
        None => cx.tuple_from(own.positionals())?,
        Some(first) => {
            let first = tuple::items_of(cx, first.borrow())?;
            let count = first.len() + own.len();
            let mut all = tuple::Filler::new(cx, count)?;
            first.iter().chain(own.positionals()).for_each(|item| all.push(item.owned()));
            all.finish()
        }
    };
    let keywords = match &before.1 {
        Some(first) => dict::copy(cx, first.borrow())?,
        None => dict::with_room(cx, own.names().len())?,
    };
    for (name, value) in own.keywords() {
        dict::set(cx, keywords.borrow(), name, value)?;
    }
    let made = crate::class::new_object(cx, ty)?;
    let this = made.borrow().expect::<PartialObject>(cx)?;
    this.function.set(Some(function));
    this.args.set(Some(bound));
    this.keywords.set(Some(keywords));
    Ok(made)
}

/// `partial.__setstate__((function, args, keywords, attributes))`
fn set_state(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, state) = two(cx, &args)?;
    let invalid = |cx: &Cx<'_>| cx.type_error(format_args!("invalid partial state"));
    let parts = state.view::<TupleObject>().map(TupleObject::items).unwrap_or_default();
    let [function, bound, keywords, attributes] = parts else { return Err(invalid(cx)) };
    let has_named = cx.is_none(*keywords) || keywords.is_a::<DictObject>();
    if !is_callable(*function) || !bound.is_a::<TupleObject>() || !has_named {
        return Err(invalid(cx));
    }
    let bound = protocol::to_tuple(cx, *bound)?;
    let keywords = match keywords.is_a::<DictObject>() {
        true => dict::copy(cx, *keywords)?,
        false => dict::new(cx)?,
    };
    let attributes = (!cx.is_none(*attributes)).then(|| attributes.owned());
    let this = op.expect::<PartialObject>(cx)?;
    this.function.set(Some(function.owned()));
    this.args.set(Some(bound));
    this.keywords.set(Some(keywords));
    this.attributes.set(attributes);
    Ok(cx.none())
}

fn call(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<PartialObject>(cx)?;
    let (Some(function), Some(bound), Some(keywords)) =
        (this.function.get(), this.args.get(), this.keywords.get())
    else {
        return Err(cx.type_error(format_args!("an empty partial cannot be called")));
    };
    let bound = tuple::items_of(cx, bound.borrow())?;
    if dict::len(keywords.borrow()) == 0 && bound.is_empty() {
        return protocol::call(cx, function.borrow(), args);
    }
    // The keywords of the call replace those that are bound, in their places.
    let named = if dict::len(keywords.borrow()) == 0 || args.names().is_empty() {
        None
    } else {
        let all = dict::copy(cx, keywords.borrow())?;
        for (name, value) in args.keywords() {
            dict::set(cx, all.borrow(), name, value)?;
        }
        Some(all)
    };
    // SAFETY: scratch of this call, during which the heap lives.
    let (mut names, mut extra) =
        unsafe { (HeapVec::<Ref>::new(cx.heap_ptr()), HeapVec::<Ref>::new(cx.heap_ptr())) };
    if named.is_some() || args.names().is_empty() {
        let from = named.as_ref().unwrap_or(&keywords);
        let mut cursor = 0;
        while let Some((name, value)) = dict::entry(from.borrow(), &mut cursor) {
            names.push(name).or_raise(cx)?;
            extra.push(value).or_raise(cx)?;
        }
    } else {
        for (name, value) in args.keywords() {
            names.push(name.owned()).or_raise(cx)?;
            extra.push(value.owned()).or_raise(cx)?;
        }
    }
    // SAFETY: as above.
    let (mut values, mut keys) =
        unsafe { (HeapVec::new(cx.heap_ptr()), HeapVec::new(cx.heap_ptr())) };
    values.reserve(bound.len() + args.len() + extra.len()).or_raise(cx)?;
    values.extend_from_slice(bound).or_raise(cx)?;
    values.extend_from_slice(args.positionals()).or_raise(cx)?;
    extra.iter().try_for_each(|value| values.push(value.borrow())).or_raise(cx)?;
    names.iter().try_for_each(|name| keys.push(name.borrow())).or_raise(cx)?;
    protocol::call(cx, function.borrow(), Args::with_names(&values, &keys))
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let Some(_guard) = repr_guard::enter(cx, op)? else { return cx.str("...") };
    let name = crate::type_type::full_name(cx, Type::of(op))?;
    let this = op.expect::<PartialObject>(cx)?;
    let none = cx.none();
    let function = this.function.get().unwrap_or_else(|| none.clone());
    let (args, keywords) = (this.args.get(), this.keywords.get());
    let mut text = TextBuilder::new(cx.world());
    text.push_text(text_of(cx, name.borrow())?).or_raise(cx)?;
    text.push_text(Text::Ascii(b"(")).or_raise(cx)?;
    repr_guard::push_repr(cx, &mut text, function.borrow())?;
    if let Some(args) = &args {
        for item in tuple::items_of(cx, args.borrow())? {
            text.push_text(Text::Ascii(b", ")).or_raise(cx)?;
            repr_guard::push_repr(cx, &mut text, *item)?;
        }
    }
    if let Some(keywords) = &keywords {
        let mut cursor = 0;
        while let Some((key, value)) = dict::entry(keywords.borrow(), &mut cursor) {
            text.push_text(Text::Ascii(b", ")).or_raise(cx)?;
            let key = protocol::str(cx, key.borrow())?;
            text.push_text(text_of(cx, key.borrow())?).or_raise(cx)?;
            text.push_text(Text::Ascii(b"=")).or_raise(cx)?;
            repr_guard::push_repr(cx, &mut text, value.borrow())?;
        }
    }
    text.push_text(Text::Ascii(b")")).or_raise(cx)?;
    text.finish()
}
