//! `itemgetter`, `attrgetter`, `methodcaller`.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::iter::class_of;
use crate::list::this;
use crate::native::{fixed, object};
use crate::string::{StrObject, Text, TextBuilder, text_of};
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, repr_guard, tuple};

object! {
    /// `itemgetter(k, ...)`: the keys.
    ItemGetterObject as ItemGetter, "operator.itemgetter", 48 {
        items: Field,
        _reserved: [Cell<usize>; 3],
    } owns [items]
}

object! {
    /// `attrgetter(n, ...)`: the names, with dots in them.
    AttrGetterObject as AttrGetter, "operator.attrgetter", 40 {
        names: Field,
        _reserved: [Cell<usize>; 2],
    } owns [names]
}

object! {
    /// `methodcaller(n, ...)`: the name, and arguments for the call.
    MethodCallerObject as MethodCaller, "operator.methodcaller", 64 {
        name: Field,
        args: Field,
        /// A tuple of names, those of the last arguments.
        names: Field,
        _reserved: [Cell<usize>; 3],
    } owns [name, args, names]
}

pub(crate) const ITEM_GETTER: TypeDef = TypeDef {
    spec: fixed::<ItemGetterObject>("operator.itemgetter", Layout::ItemGetter),
    slots: Slots {
        new: Some(new_item_getter),
        call: Some(get_items),
        repr: Some(|cx, op| {
            let items = op.expect::<ItemGetterObject>(cx)?.items.get();
            shown(cx, op, None, items, None)
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::exactly("__reduce__", 0, |cx, args| {
        let op = this(cx, &args)?;
        let items = op.expect::<ItemGetterObject>(cx)?.items.get();
        cx.tuple([class_of(op), items.unwrap_or_else(|| cx.empty_tuple())])
    })],
    module: "operator",
    ..TypeDef::EMPTY
};

pub(crate) const ATTR_GETTER: TypeDef = TypeDef {
    spec: fixed::<AttrGetterObject>("operator.attrgetter", Layout::AttrGetter),
    slots: Slots {
        new: Some(new_attr_getter),
        call: Some(get_attributes),
        repr: Some(|cx, op| {
            let names = op.expect::<AttrGetterObject>(cx)?.names.get();
            shown(cx, op, None, names, None)
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::exactly("__reduce__", 0, |cx, args| {
        let op = this(cx, &args)?;
        let names = op.expect::<AttrGetterObject>(cx)?.names.get();
        cx.tuple([class_of(op), names.unwrap_or_else(|| cx.empty_tuple())])
    })],
    module: "operator",
    ..TypeDef::EMPTY
};

pub(crate) const METHOD_CALLER: TypeDef = TypeDef {
    spec: fixed::<MethodCallerObject>("operator.methodcaller", Layout::MethodCaller),
    slots: Slots {
        new: Some(new_method_caller),
        call: Some(call_method),
        repr: Some(|cx, op| {
            let this = op.expect::<MethodCallerObject>(cx)?;
            shown(cx, op, this.name.get(), this.args.get(), this.names.get())
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::exactly("__reduce__", 0, method_caller_parts)],
    module: "operator",
    ..TypeDef::EMPTY
};

/// The one argument of a call.
fn only<'a>(cx: &Cx<'_>, name: &str, args: &Args<'a>) -> Res<Borrowed<'a>> {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    match args.positionals() {
        [op] => Ok(*op),
        other => {
            let given = other.len();
            Err(cx.type_error(format_args!("{name} expected 1 argument, got {given}")))
        }
    }
}

/// At least one argument, none by name.
fn some(cx: &Cx<'_>, name: &str, args: &Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    if args.is_empty() {
        return Err(cx.type_error(format_args!("{name} expected 1 argument, got 0")));
    }
    cx.tuple_from(args.positionals())
}

/// One result by itself, several as a tuple.
fn each(
    cx: &mut Cx<'_>,
    keys: Option<Ref>,
    mut get: impl FnMut(&mut Cx<'_>, Borrowed<'_>) -> Res,
) -> Res {
    let keys = keys.unwrap_or_else(|| cx.empty_tuple());
    let keys = tuple::items_of(cx, keys.borrow())?;
    if let [key] = keys {
        return get(cx, *key);
    }
    let mut results = tuple::Filler::new(cx, keys.len())?;
    for key in keys {
        results.push(get(cx, *key)?);
    }
    Ok(results.finish())
}

fn new_item_getter(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let items = some(cx, "itemgetter", &args)?;
    let made = crate::class::new_object(cx, ty)?;
    made.borrow().expect::<ItemGetterObject>(cx)?.items.set(Some(items));
    Ok(made)
}

fn get_items(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let of = only(cx, "itemgetter", &args)?;
    let items = op.expect::<ItemGetterObject>(cx)?.items.get();
    each(cx, items, |cx, key| protocol::subscript(cx, of, key))
}

fn new_attr_getter(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let names = some(cx, "attrgetter", &args)?;
    if args.positionals().iter().any(|name| !name.is_a::<StrObject>()) {
        return Err(cx.type_error(format_args!("attribute name must be a string")));
    }
    let made = crate::class::new_object(cx, ty)?;
    made.borrow().expect::<AttrGetterObject>(cx)?.names.set(Some(names));
    Ok(made)
}

fn get_attributes(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let of = only(cx, "attrgetter", &args)?;
    let names = op.expect::<AttrGetterObject>(cx)?.names.get();
    each(cx, names, |cx, name| {
        let dotted = text_of(cx, name)?.to_string();
        if !dotted.contains('.') {
            return protocol::get_attr(cx, of, name);
        }
        let mut at = of.owned();
        for part in dotted.split('.') {
            at = protocol::get_attr_str(cx, at.borrow(), part)?;
        }
        Ok(at)
    })
}

fn new_method_caller(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let Some(name) = args.get(0) else {
        return Err(cx.type_error(format_args!(
            "methodcaller needs at least one argument, the method name"
        )));
    };
    if !name.is_a::<StrObject>() {
        return Err(cx.type_error(format_args!("method name must be a string")));
    }
    let rest = args.rest();
    let (values, names) = (cx.tuple_from(rest.values())?, cx.tuple_from(rest.names())?);
    let made = crate::class::new_object(cx, ty)?;
    let this = made.borrow().expect::<MethodCallerObject>(cx)?;
    this.name.set(Some(name.owned()));
    this.args.set(Some(values));
    this.names.set(Some(names));
    Ok(made)
}

fn call_method(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let of = only(cx, "methodcaller", &args)?;
    let this = op.expect::<MethodCallerObject>(cx)?;
    let (Some(name), Some(values), Some(names)) =
        (this.name.get(), this.args.get(), this.names.get())
    else {
        return Ok(cx.none());
    };
    let method = protocol::get_attr(cx, of, name.borrow())?;
    let (values, names) =
        (tuple::items_of(cx, values.borrow())?, tuple::items_of(cx, names.borrow())?);
    protocol::call(cx, method.borrow(), Args::with_names(values, names))
}

/// The type and its arguments; those that have names are bound to the type by a `partial`.
fn method_caller_parts(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let caller = op.expect::<MethodCallerObject>(cx)?;
    let empty = cx.empty_tuple();
    let known = |field: &Field| field.get().unwrap_or_else(|| empty.clone());
    let (name, values, names) = (known(&caller.name), known(&caller.args), known(&caller.names));
    let (values, names) =
        (tuple::items_of(cx, values.borrow())?, tuple::items_of(cx, names.borrow())?);
    let (plain, named) = values.split_at(values.len().saturating_sub(names.len()));
    let class = class_of(op);
    if names.is_empty() {
        let mut all = tuple::Filler::new(cx, plain.len() + 1)?;
        all.push(name);
        plain.iter().for_each(|value| all.push(value.owned()));
        return cx.tuple([class, all.finish()]);
    }
    let module = cx.name("functools")?;
    let module = (cx.module_of.get())(cx, module.borrow())?;
    let partial = protocol::get_attr_str(cx, module.borrow(), "partial")?;
    let all = [&[class.borrow(), name.borrow()], named].concat();
    let maker = protocol::call(cx, partial.borrow(), Args::with_names(&all, names))?;
    let plain = cx.tuple_from(plain)?;
    cx.tuple([maker, plain])
}

/// `operator.name(first, values..., names=values...)`
fn shown(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    first: Option<Ref>,
    values: Option<Ref>,
    names: Option<Ref>,
) -> Res {
    let Some(_guard) = repr_guard::enter(cx, op)? else {
        return cx.format(format_args!("{}(...)", Type::of(op).name()));
    };
    let mut text = TextBuilder::new(cx.world());
    for c in Type::of(op).name().chars() {
        text.push(u32::from(c)).or_raise(cx)?;
    }
    let mut before: &[u8] = b"(";
    if let Some(first) = &first {
        text.push_text(Text::Ascii(before)).or_raise(cx)?;
        repr_guard::push_repr(cx, &mut text, first.borrow())?;
        before = b", ";
    }
    let empty = cx.empty_tuple();
    let (values, names) = (values.unwrap_or_else(|| empty.clone()), names.unwrap_or(empty));
    let (values, names) =
        (tuple::items_of(cx, values.borrow())?, tuple::items_of(cx, names.borrow())?);
    let plain = values.len() - names.len();
    for (i, value) in values.iter().enumerate() {
        text.push_text(Text::Ascii(before)).or_raise(cx)?;
        before = b", ";
        if let Some(name) = i.checked_sub(plain).and_then(|i| names.get(i)) {
            text.push_text(text_of(cx, *name)?).or_raise(cx)?;
            text.push_text(Text::Ascii(b"=")).or_raise(cx)?;
        }
        repr_guard::push_repr(cx, &mut text, *value)?;
    }
    text.push_text(Text::Ascii(b")")).or_raise(cx)?;
    text.finish()
}
