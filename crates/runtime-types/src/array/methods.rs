//! What scripts do with an array.

use runtime_gc::{Borrowed, Ref};

use super::item::Kind;
use super::{ArrayObject, make};
use crate::args::{Args, NativeDef};
use crate::buffer::Buffer;
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::list::{self, ListObject, this, two};
use crate::protocol;
use crate::string::{StrObject, text_of};
use crate::ty::{Compare, GetSetDef, Type};
use crate::view::Look;

pub(super) const ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef {
        name: "typecode",
        get: |cx, op| {
            let code = op.expect::<ArrayObject>(cx)?.kind().code();
            Ok(cx.latin1_char(code))
        },
        set: None,
    },
    GetSetDef {
        name: "itemsize",
        get: |cx, op| {
            let size = op.expect::<ArrayObject>(cx)?.kind().size();
            cx.int(size as i64)
        },
        set: None,
    },
];

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::exactly("append", 1, |cx, args| {
        let (op, value) = two(cx, &args)?;
        append(cx, op, value)?;
        Ok(cx.none())
    }),
    NativeDef::exactly("buffer_info", 0, |cx, args| {
        let this = this(cx, &args)?.expect::<ArrayObject>(cx)?;
        cx.tuple([cx.int(this.items.get().addr() as i64)?, cx.int(this.len() as i64)?])
    }),
    NativeDef::exactly("byteswap", 0, |cx, args| {
        let this = this(cx, &args)?.expect::<ArrayObject>(cx)?;
        let size = this.kind().size();
        this.change(|bytes| bytes.chunks_mut(size).for_each(<[u8]>::reverse));
        Ok(cx.none())
    }),
    NativeDef::exactly("clear", 0, |cx, args| {
        this(cx, &args)?.expect::<ArrayObject>(cx)?.resize(cx, 0)?;
        Ok(cx.none())
    }),
    NativeDef::exactly("__copy__", 0, copy),
    NativeDef::exactly("__deepcopy__", 1, copy),
    NativeDef::exactly("count", 1, count),
    NativeDef::exactly("extend", 1, |cx, args| {
        let (op, items) = two(cx, &args)?;
        extend(cx, op, items)?;
        Ok(cx.none())
    }),
    NativeDef::exactly("fromlist", 1, from_list),
    NativeDef::exactly("frombytes", 1, |cx, args| {
        let (op, bytes) = two(cx, &args)?;
        let mut copy = cx.byte_buffer();
        {
            let buffer = Buffer::get(cx.world(), bytes)?;
            copy.extend_from_slice(buffer.bytes(cx)).or_raise(cx)?;
        }
        append_bytes(cx, op, &copy)?;
        Ok(cx.none())
    }),
    NativeDef::exactly("fromunicode", 1, |cx, args| {
        let (op, text) = two(cx, &args)?;
        if !text.is_a::<StrObject>() {
            let name = Type::of(text).name();
            return Err(
                cx.type_error(format_args!("fromunicode() argument must be str, not {name}"))
            );
        }
        check_text(cx, op, "fromunicode")?;
        append_text(cx, op, text)?;
        Ok(cx.none())
    }),
    NativeDef::between("index", 1, 3, index),
    NativeDef::exactly("insert", 2, insert),
    NativeDef::between("pop", 0, 1, pop),
    NativeDef::exactly("remove", 1, remove),
    NativeDef::exactly("reverse", 0, |cx, args| {
        let this = this(cx, &args)?.expect::<ArrayObject>(cx)?;
        let size = this.kind().size();
        this.change(|bytes| {
            bytes.reverse();
            bytes.chunks_mut(size).for_each(<[u8]>::reverse);
        });
        Ok(cx.none())
    }),
    NativeDef::exactly("tobytes", 0, |cx, args| {
        let this = this(cx, &args)?.expect::<ArrayObject>(cx)?;
        cx.bytes(this.bytes(cx))
    }),
    NativeDef::exactly("tolist", 0, |cx, args| {
        let op = this(cx, &args)?;
        let this = op.expect::<ArrayObject>(cx)?;
        let items = list::with_capacity(cx, this.len())?;
        let mut at = 0;
        while let Some(item) = this.get(cx, at)? {
            list::append(cx, items.borrow(), item)?;
            at += 1;
        }
        Ok(items)
    }),
    NativeDef::exactly("tounicode", 0, |cx, args| {
        let op = this(cx, &args)?;
        check_text(cx, op, "tounicode")?;
        text(cx, op)
    }),
    NativeDef::exactly("__sizeof__", 0, |cx, args| {
        let op = this(cx, &args)?;
        let this = op.expect::<ArrayObject>(cx)?;
        let bytes = this.allocated.get() * this.kind().size();
        cx.int((op.ty().basic_size + bytes) as i64)
    }),
];

/// CPython: `PyErr_BadArgument`.
pub(super) fn bad_argument(cx: &Cx<'_>) -> Raised {
    cx.type_error(format_args!("bad argument type for built-in operation"))
}

/// Adds an item at the end.
fn append(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Borrowed<'_>) -> Res<()> {
    insert_at(cx, op, isize::MAX, value)
}

/// Adds an item at a position. As in CPython the object is asked twice what it is: before there is a
/// place for it, and then to be put there.
fn insert_at(cx: &mut Cx<'_>, op: Borrowed<'_>, at: isize, value: Borrowed<'_>) -> Res<()> {
    let kind = op.expect::<ArrayObject>(cx)?.kind();
    kind.pack(cx, value)?;
    let this = op.expect::<ArrayObject>(cx)?;
    let len = this.len() as isize;
    let at = if at < 0 { at.saturating_add(len).max(0) } else { at.min(len) } as usize;
    this.splice(cx, at, at, [0; 8].get(..kind.size()).unwrap_or_default())?;
    let bytes = kind.pack(cx, value)?;
    this.put(at, bytes);
    Ok(())
}

/// Adds the items that lie in these bytes, which are not the array's own.
pub(super) fn append_bytes(cx: &Cx<'_>, op: Borrowed<'_>, bytes: &[u8]) -> Res<()> {
    let this = op.expect::<ArrayObject>(cx)?;
    if !bytes.len().is_multiple_of(this.kind().size()) {
        return Err(cx.value_error(format_args!("bytes length not a multiple of item size")));
    }
    let len = this.len();
    this.splice(cx, len, len, bytes)
}

/// Adds characters.
pub(super) fn append_text(cx: &Cx<'_>, op: Borrowed<'_>, text: Borrowed<'_>) -> Res<()> {
    let mut bytes = cx.byte_buffer();
    for code in text_of(cx, text)?.chars() {
        bytes.extend_from_slice(&code.to_ne_bytes()).or_raise(cx)?;
    }
    append_bytes(cx, op, &bytes)
}

fn check_text(cx: &Cx<'_>, op: Borrowed<'_>, method: &str) -> Res<()> {
    if op.expect::<ArrayObject>(cx)?.kind().is_text() {
        return Ok(());
    }
    Err(cx.value_error(format_args!(
        "{method}() may only be called on unicode type arrays ('u' or 'w')"
    )))
}

/// The characters of an array of text.
fn text(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<ArrayObject>(cx)?;
    let mut text = crate::string::TextBuilder::new(cx.world());
    for item in this.bytes(cx).chunks(4) {
        let mut raw = [0; 4];
        raw.iter_mut().zip(item).for_each(|(to, from)| *to = *from);
        let code = u32::from_ne_bytes(raw);
        if code > 0x10_ffff {
            return Err(cx.value_error(format_args!(
                "character U+{code:x} is not in range [U+0000; U+10ffff]"
            )));
        }
        text.push(code).or_raise(cx)?;
    }
    text.finish()
}

fn copy(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let this = this(cx, &args)?.expect::<ArrayObject>(cx)?;
    let made = make(cx, this.kind(), this.len())?;
    made.borrow().expect::<ArrayObject>(cx)?.write(0, this.bytes(cx));
    Ok(made)
}

/// `a.extend(xs)`: an array of the same kind, or what can be iterated over.
fn extend(cx: &mut Cx<'_>, op: Borrowed<'_>, items: Borrowed<'_>) -> Res<()> {
    let Some(other) = items.view::<ArrayObject>() else {
        return extend_by_iterator(cx, op, items);
    };
    if other.kind() != op.expect::<ArrayObject>(cx)?.kind() {
        return Err(cx.type_error(format_args!("can only extend with array of same kind")));
    }
    let mut copy = cx.byte_buffer();
    copy.extend_from_slice(other.bytes(cx)).or_raise(cx)?;
    append_bytes(cx, op, &copy)
}

/// Adds what an iterable gives.
pub(super) fn extend_by_iterator(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    items: Borrowed<'_>,
) -> Res<()> {
    let iterator = protocol::iter(cx, items)?;
    while let Some(item) = protocol::next(cx, iterator.borrow())? {
        append(cx, op, item.borrow())?;
    }
    Ok(())
}

fn from_list(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, items) = two(cx, &args)?;
    let Some(list) = items.view::<ListObject>() else {
        return Err(cx.type_error(format_args!("arg must be list")));
    };
    let kind = op.expect::<ArrayObject>(cx)?.kind();
    let (before, count) = (op.expect::<ArrayObject>(cx)?.len(), list.len());
    op.expect::<ArrayObject>(cx)?.resize(cx, before + count)?;
    for at in 0..count {
        let packed = match list.get(at) {
            Some(item) => kind.pack(cx, item.borrow()),
            None => {
                Err(cx.raise(Exc::RuntimeError, format_args!("list changed size during iteration")))
            }
        };
        let array = op.expect::<ArrayObject>(cx)?;
        match packed {
            Ok(bytes) => array.put(before + at, bytes),
            Err(raised) => {
                let exception = cx.take_raised(raised);
                array.resize(cx, before.min(array.len()))?;
                return Err(cx.restore_raised(exception));
            }
        }
    }
    Ok(cx.none())
}

/// Where an equal item is, from `start` to `stop`.
fn search(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    value: Borrowed<'_>,
    (start, stop): (usize, usize),
    mut found: impl FnMut(usize) -> bool,
) -> Res<()> {
    for at in start..stop {
        let Some(item) = op.expect::<ArrayObject>(cx)?.get(cx, at)? else { break };
        if protocol::equal(cx, item.borrow(), value)? && found(at) {
            break;
        }
    }
    Ok(())
}

fn position(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    value: Borrowed<'_>,
    range: (usize, usize),
) -> Res<Option<usize>> {
    let mut place = None;
    search(cx, op, value, range, |at| {
        place = Some(at);
        true
    })?;
    Ok(place)
}

pub(super) fn contains(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Borrowed<'_>) -> Res<bool> {
    Ok(position(cx, op, value, (0, usize::MAX))?.is_some())
}

fn count(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, value) = two(cx, &args)?;
    let mut count = 0;
    search(cx, op, value, (0, usize::MAX), |_| {
        count += 1;
        false
    })?;
    cx.int(count)
}

fn index(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, value) = two(cx, &args)?;
    let len = op.expect::<ArrayObject>(cx)?.len();
    let range = list::search_bounds(cx, &args, len)?;
    match position(cx, op, value, range)? {
        Some(at) => cx.int(at as i64),
        None => Err(cx.value_error(format_args!("array.index(x): x not in array"))),
    }
}

fn insert(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, at) = two(cx, &args)?;
    let none = cx.none();
    let value = args.get(2).unwrap_or(none.borrow());
    let at = list::position(cx, at)?;
    insert_at(cx, op, at, value)?;
    Ok(cx.none())
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let at = match args.get(1) {
        Some(at) => list::position(cx, at)?,
        None => -1,
    };
    let this = op.expect::<ArrayObject>(cx)?;
    let len = this.len();
    if len == 0 {
        return Err(cx.raise(Exc::IndexError, format_args!("pop from empty array")));
    }
    let at = if at < 0 { at.saturating_add(len as isize) } else { at };
    let Some(at) = usize::try_from(at).ok().filter(|at| *at < len) else {
        return Err(cx.raise(Exc::IndexError, format_args!("pop index out of range")));
    };
    let item = this.get(cx, at)?.unwrap_or_else(|| cx.none());
    this.splice(cx, at, at + 1, &[])?;
    Ok(item)
}

fn remove(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, value) = two(cx, &args)?;
    match position(cx, op, value, (0, usize::MAX))? {
        Some(at) => {
            let this = op.expect::<ArrayObject>(cx)?;
            if at < this.len() {
                this.splice(cx, at, at + 1, &[])?;
            }
            Ok(cx.none())
        }
        None => Err(cx.value_error(format_args!("array.remove(x): x not in array"))),
    }
}

/// Another array of the same kind, or the complaint.
fn same_kind<'a>(cx: &Cx<'_>, kind: Kind, b: Borrowed<'a>, verb: &str) -> Res<&'a ArrayObject> {
    let Some(other) = b.view::<ArrayObject>() else {
        let name = Type::of(b).name();
        return Err(match verb {
            "append" => {
                cx.type_error(format_args!("can only append array (not \"{name}\") to array"))
            }
            _ => cx.type_error(format_args!("can only extend array with array (not \"{name}\")")),
        });
    };
    if other.kind() != kind {
        return Err(match verb {
            "append" => bad_argument(cx),
            _ => cx.type_error(format_args!("can only extend with array of same kind")),
        });
    }
    Ok(other)
}

pub(super) fn concat(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let this = a.expect::<ArrayObject>(cx)?;
    let other = same_kind(cx, this.kind(), b, "append")?;
    let both = make(cx, this.kind(), this.len() + other.len())?;
    let into = both.borrow().expect::<ArrayObject>(cx)?;
    into.write(0, this.bytes(cx));
    into.write(this.len(), other.bytes(cx));
    Ok(both)
}

pub(super) fn concat_in_place(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let kind = a.expect::<ArrayObject>(cx)?.kind();
    same_kind(cx, kind, b, "extend")?;
    extend(cx, a, b)?;
    Ok(a.owned())
}

/// How often an array is to be repeated.
fn times(cx: &mut Cx<'_>, count: Borrowed<'_>) -> Res<usize> {
    Ok(protocol::to_index(cx, count, Exc::OverflowError)?.max(0) as usize)
}

fn too_large(cx: &Cx<'_>) -> Raised {
    cx.raise_no_memory(runtime_core::AllocError::TooLarge)
}

pub(super) fn repeat(cx: &mut Cx<'_>, op: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    let count = times(cx, count)?;
    let this = op.expect::<ArrayObject>(cx)?;
    let len = this.len().checked_mul(count).ok_or_else(|| too_large(cx))?;
    let made = make(cx, this.kind(), len)?;
    let from = this.bytes(cx);
    if !from.is_empty() {
        made.borrow().expect::<ArrayObject>(cx)?.change(|bytes| {
            bytes.chunks_mut(from.len()).for_each(|part| {
                part.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            });
        });
    }
    Ok(made)
}

pub(super) fn repeat_in_place(cx: &mut Cx<'_>, op: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    let count = times(cx, count)?;
    let this = op.expect::<ArrayObject>(cx)?;
    let (len, size) = (this.len(), this.kind().size());
    if len > 0 {
        let total = len.checked_mul(count).ok_or_else(|| too_large(cx))?;
        this.resize(cx, total)?;
        this.change(|bytes| {
            for at in 1..count {
                bytes.copy_within(..len * size, at * len * size);
            }
        });
    }
    Ok(op.owned())
}

pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = Type::of(op).short_name().to_owned();
    let this = op.expect::<ArrayObject>(cx)?;
    let code = char::from(this.kind().code());
    if this.len() == 0 {
        return cx.format(format_args!("{name}('{code}')"));
    }
    let items: Ref = if this.kind().is_text() {
        text(cx, op)?
    } else {
        let method = protocol::get_attr_str(cx, op, "tolist")?;
        protocol::call(cx, method.borrow(), Args::NONE)?
    };
    let shown = protocol::repr(cx, items.borrow())?;
    cx.format(format_args!("{name}('{code}', {})", text_of(cx, shown.borrow())?))
}

pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<ArrayObject>(), b.view::<ArrayObject>()) else {
        return Ok(cx.not_implemented());
    };
    if x.len() != y.len() && matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(cx.bool(op == Compare::Ne));
    }
    let mut at = 0;
    loop {
        let (left, right) = (x.get(cx, at)?, y.get(cx, at)?);
        let (Some(left), Some(right)) = (left, right) else { break };
        if !protocol::equal(cx, left.borrow(), right.borrow())? {
            return match op {
                Compare::Eq => Ok(cx.bool(false)),
                Compare::Ne => Ok(cx.bool(true)),
                _ => protocol::compare(cx, left.borrow(), right.borrow(), op),
            };
        }
        at += 1;
    }
    Ok(cx.bool(op.holds(x.len().cmp(&y.len()))))
}
