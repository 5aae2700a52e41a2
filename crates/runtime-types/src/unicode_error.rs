//! `UnicodeEncodeError` and `UnicodeDecodeError`: what could not be encoded or decoded, and where.

use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::buffer::Buffer;
use crate::bytes::BytesObject;
use crate::cx::{Cx, Raised, Res};
use crate::exception::{Exc, ExceptionObject};
use crate::field::Field;
use crate::int::IntObject;
use crate::string::StrObject;
use crate::ty::{GetSetDef, Type};
use crate::view::Look;
use crate::world::World;

/// The words of the exceptions, in CPython's order.
const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

/// Sets `UnicodeEncodeError`.
pub(crate) fn encode_error(
    world: &World,
    encoding: &str,
    str: Borrowed<'_>,
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    raise(world, Exc::UnicodeEncodeError, encoding, str, (start, end), reason)
}

/// Sets `UnicodeDecodeError`.
pub(crate) fn decode_error(
    world: &World,
    encoding: &str,
    bytes: Borrowed<'_>,
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    raise(world, Exc::UnicodeDecodeError, encoding, bytes, (start, end), reason)
}

fn raise(
    world: &World,
    kind: Exc,
    encoding: &str,
    object: Borrowed<'_>,
    (start, end): (usize, usize),
    reason: &str,
) -> Raised {
    let made = (|| -> Res {
        let values = [
            world.str(encoding)?,
            object.owned(),
            world.int(start as i64)?,
            world.int(end as i64)?,
            world.str(reason)?,
        ];
        let args = world.tuple(values.clone())?;
        let exception = world.exception(world.exc_type(kind), args)?;
        if let Some(view) = exception.borrow().view::<ExceptionObject>() {
            fill(view, values);
        }
        Ok(exception)
    })();
    match made {
        Ok(exception) => world.set_raised(exception),
        Err(raised) => raised,
    }
}

fn fill(exception: &ExceptionObject, values: [Ref; 5]) {
    for (field, value) in exception.extra().iter().zip(values) {
        field.set(Some(value));
    }
}

/// `UnicodeEncodeError(encoding, object, start, end, reason)`, and the same for decoding, where the
/// object is kept as `bytes`.
pub(crate) fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let name = Type::of(op).name();
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    let all = cx.tuple_from(args.positionals())?;
    let view = op.expect::<ExceptionObject>(cx)?;
    view.args.set(Some(all));
    let [encoding, object, start, end, reason] = args.positionals() else {
        let count = args.len();
        return Err(
            cx.type_error(format_args!("function takes exactly 5 arguments ({count} given)"))
        );
    };
    text(cx, *encoding, 1)?;
    let decoding = Type::of(op).is_subtype(cx.exc_type(Exc::UnicodeDecodeError));
    if !decoding {
        text(cx, *object, 2)?;
    }
    let start = position(cx, *start)?;
    let end = position(cx, *end)?;
    text(cx, *reason, 5)?;
    let object = if decoding && !object.is_a::<BytesObject>() {
        let buffer = Buffer::get(cx.world(), *object)?;
        cx.bytes(buffer.bytes(cx))?
    } else {
        object.owned()
    };
    fill(view, [encoding.owned(), object, start, end, reason.owned()]);
    Ok(())
}

fn text(cx: &Cx<'_>, op: Borrowed<'_>, index: usize) -> Res<()> {
    if op.is_a::<StrObject>() {
        return Ok(());
    }
    let name = if cx.is_none(op) { "None" } else { Type::of(op).name() };
    Err(cx.type_error(format_args!("argument {index} must be str, not {name}")))
}

fn position(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let value = crate::int::to_c(cx, op, 64)?;
    cx.int(value as i64)
}

/// What went wrong, where and why.
pub(crate) fn str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let view = op.expect::<ExceptionObject>(cx)?;
    let field = |at: usize| view.extra().get(at).and_then(Field::get);
    let (Some(encoding), Some(object), Some(start), Some(end), Some(reason)) =
        (field(ENCODING), field(OBJECT), field(START), field(END), field(REASON))
    else {
        return Ok(cx.empty_str());
    };
    let encoding = crate::protocol::str(cx, encoding.borrow())?;
    let reason = crate::protocol::str(cx, reason.borrow())?;
    let encoding = crate::string::text_of(cx, encoding.borrow())?;
    let reason = crate::string::text_of(cx, reason.borrow())?;
    let number = |op: &Ref| crate::int::to_i64(op.borrow()).unwrap_or(0);
    let (start, end) = (number(&start), number(&end));
    let last = end.saturating_sub(1);
    let at = usize::try_from(start).ok().filter(|_| end == start.saturating_add(1));
    if let Some(bytes) = object.borrow().view::<BytesObject>() {
        return match at.and_then(|at| bytes.bytes().get(at)) {
            Some(byte) => cx.format(format_args!(
                "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
            )),
            None => cx.format(format_args!(
                "'{encoding}' codec can't decode bytes in position {start}-{last}: {reason}"
            )),
        };
    }
    let text = object.borrow().view::<StrObject>().map(StrObject::text);
    match at.zip(text).and_then(|(at, text)| text.get(at)) {
        Some(code) => {
            let (letter, width) = match code {
                0..=0xff => ('x', 2),
                0x100..=0xffff => ('u', 4),
                _ => ('U', 8),
            };
            cx.format(format_args!(
                "'{encoding}' codec can't encode character '\\{letter}{code:0width$x}' \
                 in position {start}: {reason}"
            ))
        }
        None => cx.format(format_args!(
            "'{encoding}' codec can't encode characters in position {start}-{last}: {reason}"
        )),
    }
}

const fn word<const N: usize>(name: &'static str) -> GetSetDef {
    GetSetDef {
        name,
        get: |cx, op| {
            let field = op.expect::<ExceptionObject>(cx)?.extra().get(N);
            Ok(field.and_then(Field::get).unwrap_or_else(|| cx.none()))
        },
        set: Some(set::<N>),
    }
}

/// Sets a word: the places to ints, the others to anything.
fn set<const N: usize>(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Option<Borrowed<'_>>) -> Res<()> {
    let place = matches!(N, START | END);
    let value = match value {
        None if place => {
            return Err(cx.type_error(format_args!("can't delete numeric/char attribute")));
        }
        Some(value) if place && !value.is_a::<IntObject>() => {
            return Err(cx.type_error(format_args!("an integer is required")));
        }
        Some(value) if place => Some(position(cx, value)?),
        value => value.map(Borrowed::owned),
    };
    if let Some(field) = op.expect::<ExceptionObject>(cx)?.extra().get(N) {
        field.set(value);
    }
    Ok(())
}

pub(crate) const MEMBERS: &[GetSetDef] = &[
    word::<ENCODING>("encoding"),
    word::<OBJECT>("object"),
    word::<START>("start"),
    word::<END>("end"),
    word::<REASON>("reason"),
];
