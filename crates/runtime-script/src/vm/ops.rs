//! What instructions do when it is more than a few lines.

use runtime_core::Obj;
use runtime_gc::{Borrowed, Ref};
use runtime_types::args::Args;
use runtime_types::exception::{Exc, ExceptionObject};
use runtime_types::int::IntObject;
use runtime_types::list::ListObject;
use runtime_types::native::MethodDescriptorObject;
use runtime_types::protocol::Step;
use runtime_types::string::{StrObject, TextBuilder, text_of};
use runtime_types::tuple::TupleObject;
use runtime_types::ty::{Binary, Compare, Type};
use runtime_types::{Cx, Look, OrRaise, Raised, Res, dict, list, protocol};

use super::function::FunctionObject;
use crate::code::{CodeObject, GlobalName};
use crate::insn::{conversion, test};
use crate::interp::Machine;

/// Finds a global name: in the globals, then among the builtins; and remembers where.
#[cold]
#[inline(never)]
pub(crate) fn find_global(cx: &mut Cx<'_>, globals: Borrowed<'_>, name: &GlobalName) -> Res {
    let machine = Machine::of(cx);
    let key = name.name.borrow();
    if let Some((version, place)) = dict::find_place(cx, globals, key) {
        name.globals.set(version);
        name.builtins.set(0);
        name.place.set(place);
        // SAFETY: nothing has changed since the place was found.
        return Ok(unsafe { dict::value_at(globals, place) });
    }
    let builtins = machine.builtins();
    if let Some((version, place)) = dict::find_place(cx, builtins, key) {
        let keys = dict::version(globals);
        name.globals.set(if keys == dict::NO_VERSION { 0 } else { keys });
        name.builtins.set(version);
        name.place.set(place);
        // SAFETY: as above.
        return Ok(unsafe { dict::value_at(builtins, place) });
    }
    if let Some(late) = crate::late_builtins::find(cx, key)? {
        return Ok(late);
    }
    Err(name_error(cx, Exc::NameError, key, ""))
}

/// A global's value, through the place remembered while both namespaces have the same keys.
#[inline(always)]
pub(crate) fn load_global(cx: &mut Cx<'_>, globals: Borrowed<'_>, name: &GlobalName) -> Res {
    let known = name.globals.get();
    if known != 0 && known == dict::version(globals) {
        let builtins = name.builtins.get();
        // SAFETY: the place was found in a table of this version, and every change of keys makes
        // a new version.
        unsafe {
            if builtins == 0 {
                return Ok(dict::value_at(globals, name.place.get()));
            }
            let namespace = Machine::of(cx).builtins();
            if builtins == dict::version(namespace) {
                return Ok(dict::value_at(namespace, name.place.get()));
            }
        }
    }
    find_global(cx, globals, name)
}

/// Binds a global name.
#[inline(always)]
pub(crate) fn store_global(
    cx: &mut Cx<'_>,
    globals: Borrowed<'_>,
    name: &GlobalName,
    value: Ref,
) -> Res<()> {
    if name.globals.get() != 0
        && name.builtins.get() == 0
        && name.globals.get() == dict::version(globals)
    {
        // SAFETY: as in `load_global`. The old value is released with the new one in place.
        drop(unsafe { dict::replace_at(globals, name.place.get(), value) });
        return Ok(());
    }
    dict::set(cx, globals, name.name.borrow(), value.borrow())?;
    if let Some((version, place)) = dict::find_place(cx, globals, name.name.borrow()) {
        name.globals.set(version);
        name.builtins.set(0);
        name.place.set(place);
    }
    Ok(())
}

/// `NameError` (or a kind of it) for a name, with its `name`.
pub(crate) fn name_error(cx: &Cx<'_>, kind: Exc, name: Borrowed<'_>, scope: &str) -> Raised {
    let text = match text_of(cx, name) {
        Ok(text) => text,
        Err(raised) => return raised,
    };
    let made = match (kind, scope) {
        (Exc::UnboundLocalError, _) => cx.exception_from_text(
            kind,
            format_args!(
                "cannot access local variable '{text}' where it is not associated with a value"
            ),
        ),
        (_, "free") => cx.exception_from_text(
            kind,
            format_args!(
                "cannot access free variable '{text}' where it is not associated with a value in \
                 enclosing scope"
            ),
        ),
        _ => cx.exception_from_text(kind, format_args!("name '{text}' is not defined")),
    };
    let exception = match made {
        Ok(exception) => exception,
        Err(raised) => return raised,
    };
    // CPython tells the name apart only where it was looked up by it.
    if kind == Exc::NameError
        && let Some(view) = exception.borrow().view::<ExceptionObject>()
        && let [field, ..] = view.extra()
    {
        field.set(Some(name.owned()));
    }
    cx.set_raised(exception)
}

/// `UnboundLocalError`, or `NameError` for a variable of an enclosing function.
#[cold]
#[inline(never)]
pub(crate) fn unbound(cx: &Cx<'_>, code: &CodeObject, register: u16) -> Raised {
    let Some(name) = code.variable(usize::from(register)) else {
        // A comprehension's variable has no name in the code; it is bound before it is read.
        return cx.raise(Exc::UnboundLocalError, format_args!("variable is not bound"));
    };
    if register >= code.parts.locals {
        name_error(cx, Exc::NameError, name, "free")
    } else {
        name_error(cx, Exc::UnboundLocalError, name, "")
    }
}

/// One of the comparisons of [`test`].
#[inline]
pub(crate) fn compare(cx: &mut Cx<'_>, n: u8, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<bool> {
    match n {
        test::IS => Ok(a.is(b)),
        test::IS_NOT => Ok(!a.is(b)),
        test::IN => protocol::contains(cx, b, a),
        test::NOT_IN => Ok(!protocol::contains(cx, b, a)?),
        _ => match Compare::ALL.get(usize::from(n)) {
            Some(&op) => rich(cx, op, a, b),
            None => Ok(false),
        },
    }
}

/// The order of two small ints. Those of a class derived from `int` may compare as they like.
#[inline(always)]
fn plain_order(a: Borrowed<'_>, b: Borrowed<'_>) -> Option<std::cmp::Ordering> {
    let (x, y) = (a.view::<IntObject>()?, b.view::<IntObject>()?);
    if Type::of(a).is_class() || Type::of(b).is_class() {
        return None;
    }
    Some(x.compact()?.cmp(&y.compact()?))
}

/// The truth of a rich comparison; unlike containers', it asks identical objects too.
#[inline]
fn rich(cx: &mut Cx<'_>, op: Compare, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<bool> {
    if let Some(order) = plain_order(a, b) {
        return Ok(op.holds(order));
    }
    let result = protocol::compare(cx, a, b, op)?;
    protocol::truth(cx, result.borrow())
}

/// The object of one of the comparisons of [`test`]; rich ones may give anything.
pub(crate) fn compare_object(cx: &mut Cx<'_>, n: u8, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    match Compare::ALL.get(usize::from(n)) {
        Some(&op) => {
            if let Some(order) = plain_order(a, b) {
                return Ok(cx.bool(op.holds(order)));
            }
            protocol::compare(cx, a, b, op)
        }
        None => compare(cx, n, a, b).map(|holds| cx.bool(holds)),
    }
}

/// The operator with this number.
pub(crate) fn operator(n: u8) -> Binary {
    Binary::ALL.get(usize::from(n)).copied().unwrap_or(Binary::Add)
}

/// `repr`, `str` or `ascii` of a value, then `format`.
pub(crate) fn format(cx: &mut Cx<'_>, value: Borrowed<'_>, spec: Borrowed<'_>, n: u8) -> Res {
    let converted = match n {
        conversion::STR => Some(protocol::str(cx, value)?),
        conversion::REPR => Some(protocol::repr(cx, value)?),
        conversion::ASCII => Some(runtime_types::builtins::ascii(cx, value)?),
        _ => None,
    };
    let value = converted.as_ref().map_or(value, Ref::borrow);
    let plain = spec.view::<StrObject>().is_some_and(StrObject::is_empty);
    if plain && runtime_types::string::is_exact(cx, value) {
        return Ok(value.owned());
    }
    protocol::format(cx, value, spec)
}

/// Joins strs.
pub(crate) fn join(cx: &Cx<'_>, pieces: &[Borrowed<'_>]) -> Res {
    let mut text = TextBuilder::new(cx);
    for piece in pieces {
        text.push_text(text_of(cx, *piece)?).or_raise(cx)?;
    }
    text.finish()
}

/// Spreads exactly `count` items of an iterable over registers.
///
/// # Safety
/// `to` are `count` empty registers.
pub(crate) unsafe fn unpack(
    cx: &mut Cx<'_>,
    value: Borrowed<'_>,
    to: *mut Option<Obj>,
    count: usize,
) -> Res<()> {
    if let Some(tuple) = value.view::<TupleObject>()
        && tuple.len() == count
    {
        // SAFETY: per contract.
        unsafe { super::bind::copy_arguments(tuple.items(), to) };
        return Ok(());
    }
    let iterator = unpack_iter(cx, value)?;
    for i in 0..count {
        match protocol::next(cx, iterator.borrow())? {
            // SAFETY: per contract.
            Some(item) => unsafe { *to.add(i) = Some(item.into_raw()) },
            None => {
                return Err(cx.value_error(format_args!(
                    "not enough values to unpack (expected {count}, got {i})"
                )));
            }
        }
    }
    match protocol::next(cx, iterator.borrow())? {
        None => Ok(()),
        Some(_) => {
            Err(cx.value_error(format_args!("too many values to unpack (expected {count})")))
        }
    }
}

fn unpack_iter(cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res {
    if !protocol::is_iterable(value) {
        let name = Type::of(value).name();
        return Err(cx.type_error(format_args!("cannot unpack non-iterable {name} object")));
    }
    protocol::iter(cx, value)
}

/// The same with a list of the items between the first `before` and the last `after`.
///
/// # Safety
/// `to` are `before + 1 + after` empty registers.
pub(crate) unsafe fn unpack_rest(
    cx: &mut Cx<'_>,
    value: Borrowed<'_>,
    to: *mut Option<Obj>,
    before: usize,
    after: usize,
) -> Res<()> {
    let iterator = unpack_iter(cx, value)?;
    for i in 0..before {
        match protocol::next(cx, iterator.borrow())? {
            // SAFETY: per contract.
            Some(item) => unsafe { *to.add(i) = Some(item.into_raw()) },
            None => {
                let least = before + after;
                return Err(cx.value_error(format_args!(
                    "not enough values to unpack (expected at least {least}, got {i})"
                )));
            }
        }
    }
    let rest = list::from_iterable(cx, iterator.borrow())?;
    let len = protocol::len(cx, rest.borrow())?;
    if len < after {
        let (least, got) = (before + after, before + len);
        return Err(cx.value_error(format_args!(
            "not enough values to unpack (expected at least {least}, got {got})"
        )));
    }
    for i in 0..after {
        let last = list::pop_last(cx, rest.borrow())?;
        // SAFETY: per contract.
        unsafe { *to.add(before + after - i) = Some(last.into_raw()) };
    }
    // SAFETY: per contract.
    unsafe { *to.add(before) = Some(rest.into_raw()) };
    Ok(())
}

/// `x.name` for a call: a method and its object when it is found on the type and needs no binding,
/// else what the attribute is.
pub(crate) fn load_method(
    cx: &mut Cx<'_>,
    value: Borrowed<'_>,
    name: Borrowed<'_>,
) -> Res<(Ref, Option<Ref>)> {
    let ty = Type::of(value);
    if runtime_types::native::has_generic_get_attr(ty)
        && let Some(found) = runtime_types::type_type::lookup(cx, ty, name)?
        && (found.borrow().is_a::<FunctionObject>()
            || found.borrow().view().is_some_and(MethodDescriptorObject::takes_object))
        && !runtime_types::native::instance_has(cx, value, name)?
    {
        return Ok((found, Some(value.owned())));
    }
    Ok((protocol::get_attr(cx, value, name)?, None))
}

/// Calls something that is no function of a script with arguments in registers.
#[inline]
pub(crate) fn call(
    cx: &mut Cx<'_>,
    callee: Borrowed<'_>,
    values: &[Borrowed<'_>],
    names: &[Borrowed<'_>],
    bound: bool,
) -> Res {
    let args = Args::with_names(values, names);
    // A method found on the type of its object fits it; only the arguments are to be checked.
    if bound && let Some(method) = callee.view::<MethodDescriptorObject>() {
        let def = method.def();
        def.check(cx, &args, 1, || Some(method.owner().short_name()))?;
        return (def.call)(cx, args);
    }
    match Type::of(callee).slots.call {
        Some(slot) => slot(cx, callee, args),
        None => {
            let name = Type::of(callee).name();
            Err(cx.type_error(format_args!("'{name}' object is not callable")))
        }
    }
}

/// Adds the items of an iterable to a list, for a display or, with a function, for `*` of a call.
pub(crate) fn extend(
    cx: &mut Cx<'_>,
    list: Borrowed<'_>,
    items: Borrowed<'_>,
    function: Option<Borrowed<'_>>,
) -> Res<()> {
    if !protocol::is_iterable(items) {
        let name = Type::of(items).name();
        return Err(match function {
            None => cx.type_error(format_args!("Value after * must be an iterable, not {name}")),
            Some(function) => {
                let function = super::bind::function_text(cx, function)?;
                cx.type_error(format_args!(
                    "{function} argument after * must be an iterable, not {name}"
                ))
            }
        });
    }
    list::extend(cx, list, items)
}

/// The positional arguments of a spread call as a tuple.
pub(crate) fn spread_tuple(cx: &mut Cx<'_>, function: Borrowed<'_>, value: Borrowed<'_>) -> Res {
    if !value.is_a::<TupleObject>() && !value.is_a::<ListObject>() && !protocol::is_iterable(value)
    {
        let name = Type::of(value).name();
        let function = super::bind::function_text(cx, function)?;
        return Err(cx.type_error(format_args!(
            "{function} argument after * must be an iterable, not {name}"
        )));
    }
    protocol::to_tuple(cx, value)
}

/// Adds the pairs of a mapping to the keyword arguments of a call, no key twice.
pub(crate) fn merge(
    cx: &mut Cx<'_>,
    into: Borrowed<'_>,
    from: Borrowed<'_>,
    function: Borrowed<'_>,
) -> Res<()> {
    let mapping = match from.is_a::<dict::DictObject>() && dict::walks_plainly(cx, from) {
        true => from.owned(),
        false => {
            let copied = dict::new(cx)?;
            if !merge_mapping(cx, copied.borrow(), from)? {
                let name = Type::of(from).name();
                let function = super::bind::function_text(cx, function)?;
                return Err(cx.type_error(format_args!(
                    "{function} argument after ** must be a mapping, not {name}"
                )));
            }
            copied
        }
    };
    let mut cursor = 0;
    while let Some((key, value)) = dict::entry(mapping.borrow(), &mut cursor) {
        if !key.borrow().is_a::<StrObject>() {
            return Err(cx.type_error(format_args!("keywords must be strings")));
        }
        if dict::get(cx, into, key.borrow())?.is_some() {
            let function = super::bind::function_text(cx, function)?;
            let key = text_of(cx, key.borrow())?;
            return Err(cx.type_error(format_args!(
                "{function} got multiple values for keyword argument '{key}'"
            )));
        }
        dict::set(cx, into, key.borrow(), value.borrow())?;
    }
    Ok(())
}

/// Adds the pairs of a mapping to a dict display.
pub(crate) fn update(cx: &mut Cx<'_>, into: Borrowed<'_>, from: Borrowed<'_>) -> Res<()> {
    if merge_mapping(cx, into, from)? {
        return Ok(());
    }
    let name = Type::of(from).name();
    Err(cx.type_error(format_args!("'{name}' object is not a mapping")))
}

/// Adds the pairs of a mapping to a dict; `false` for what is none, which some attribute is missing
/// of.
fn merge_mapping(cx: &mut Cx<'_>, into: Borrowed<'_>, from: Borrowed<'_>) -> Res<bool> {
    match dict::merge(cx, into, from, dict::Twice::Replace) {
        Ok(()) => Ok(true),
        Err(raised) => {
            runtime_types::iter::caught(cx, raised, &[Exc::AttributeError])?;
            Ok(false)
        }
    }
}

/// Sends a value to an iterator that is no generator: `None` asks for the next item.
pub(crate) fn send(cx: &mut Cx<'_>, iter: Borrowed<'_>, value: Ref) -> Res<Step> {
    if cx.is_none(value.borrow()) {
        return protocol::step(cx, iter);
    }
    let method = protocol::get_attr_str(cx, iter, "send")?;
    match protocol::call(cx, method.borrow(), Args::positional(&[value.borrow()])) {
        Ok(item) => Ok(Step::Item(item)),
        Err(raised) => runtime_types::iter::stopped(cx, raised).map(Step::End),
    }
}

/// The exception that `raise` names, with its cause.
pub(crate) fn raise(
    cx: &mut Cx<'_>,
    exception: Option<Borrowed<'_>>,
    cause: Option<Borrowed<'_>>,
) -> Raised {
    let Some(exception) = exception else {
        return match cx.handled() {
            Some(handled) => cx.restore_raised(handled),
            None => cx.raise(Exc::RuntimeError, format_args!("No active exception to reraise")),
        };
    };
    let made = match instance(cx, exception) {
        Ok(Some(made)) => made,
        Ok(None) => {
            return cx.type_error(format_args!("exceptions must derive from BaseException"));
        }
        Err(raised) => return raised,
    };
    if let Some(cause) = cause
        && let Err(raised) = set_cause(cx, &made, cause)
    {
        return raised;
    }
    cx.set_raised(made)
}

fn instance(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    if op.is_a::<ExceptionObject>() {
        return Ok(Some(op.owned()));
    }
    let base = cx.exc_type(Exc::BaseException);
    match op.view::<Type>() {
        Some(ty) if ty.is_subtype(base) => {
            let made = protocol::call(cx, op, Args::NONE)?;
            if made.borrow().is_a::<ExceptionObject>() {
                return Ok(Some(made));
            }
            let class = protocol::repr(cx, op)?;
            let got = protocol::repr(cx, Type::of(made.borrow()).as_borrowed())?;
            let (class, got) = (text_of(cx, class.borrow())?, text_of(cx, got.borrow())?);
            Err(cx.type_error(format_args!(
                "calling {class} should have returned an instance of BaseException, not {got}"
            )))
        }
        _ => Ok(None),
    }
}

fn set_cause(cx: &mut Cx<'_>, exception: &Ref, cause: Borrowed<'_>) -> Res<()> {
    let cause = if cx.is_none(cause) {
        None
    } else {
        match instance(cx, cause)? {
            Some(cause) => Some(cause),
            None => {
                return Err(
                    cx.type_error(format_args!("exception causes must derive from BaseException"))
                );
            }
        }
    };
    if let Some(view) = exception.borrow().view::<ExceptionObject>() {
        view.cause.set(cause);
        view.suppress_context.set(true);
    }
    Ok(())
}

/// Whether an exception is of one of the types of an `except` clause.
pub(crate) fn matches(cx: &Cx<'_>, exception: Borrowed<'_>, class: Borrowed<'_>) -> Res<bool> {
    let base = cx.exc_type(Exc::BaseException);
    let one = |class: Borrowed<'_>| match class.view::<Type>() {
        Some(ty) if ty.is_subtype(base) => Ok(Type::of(exception).is_subtype(ty)),
        _ => Err(cx.type_error(format_args!(
            "catching classes that do not inherit from BaseException is not allowed"
        ))),
    };
    match class.view::<TupleObject>() {
        Some(classes) => {
            let mut any = false;
            for class in classes.items() {
                any |= one(*class)?;
            }
            Ok(any)
        }
        None => one(class),
    }
}
