//! `bytearray(x)`, and `__init__` on an array that has bytes already.

use std::ptr::NonNull;

use runtime_gc::{Borrowed, Ref};

use super::ByteArrayObject;
use crate::args::{Args, bind};
use crate::buffer::{Buffer, is_bytes_like};
use crate::bytes::{ByteRange, BytesObject, byte_arg, gather, given_texts};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::iter::caught;
use crate::list::ListObject;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;

/// `bytearray.__new__`: an empty one.
pub(super) fn new(cx: &mut Cx<'_>, ty: &Type, _: Args<'_>) -> Res {
    // SAFETY: the type is alive; a bytearray whose fields are zero is an empty one, whole.
    unsafe {
        let op = (ty.mem.tp_alloc)(NonNull::from(&ty.mem), 0).or_raise(cx)?;
        let made = Ref::steal(op);
        crate::class::track_instance(&made);
        Ok(made)
    }
}

/// `bytearray.__init__(source, encoding, errors)`
pub(super) fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let this = op.expect::<ByteArrayObject>(cx)?;
    let names = ["source", "encoding", "errors"];
    let [source, encoding, errors] = bind(cx, "bytearray", &args, names, 0)?;
    let (encoding, errors) = given_texts(cx, "bytearray", encoding, errors)?;
    this.resize(cx, 0)?;
    let text = source.filter(|source| source.is_a::<StrObject>());
    if let (Some(text), Some(encoding)) = (text, encoding) {
        let bytes = crate::string::encode(cx, text, Some(encoding), errors)?;
        let bytes = bytes.borrow().expect::<BytesObject>(cx)?.bytes();
        let len = this.len();
        return this.splice(cx, len, len, bytes);
    }
    if text.is_some() {
        return Err(cx.type_error(format_args!("string argument without an encoding")));
    }
    if encoding.is_some() || errors.is_some() {
        let what = if encoding.is_some() { "encoding" } else { "errors" };
        return Err(cx.type_error(format_args!("{what} without a string argument")));
    }
    match source {
        Some(source) => fill(cx, this, source),
        None => Ok(()),
    }
}

/// Fills an empty array from one thing.
fn fill(cx: &mut Cx<'_>, this: &ByteArrayObject, source: Borrowed<'_>) -> Res<()> {
    if source.is_a::<IntObject>() || Type::of(source).slots.index.is_some() {
        match crate::protocol::to_index(cx, source, Exc::OverflowError) {
            Ok(count) => return zeros(cx, this, count),
            Err(raised) => caught(cx, raised, &[Exc::TypeError])?,
        }
    }
    if is_bytes_like(source) {
        let buffer = Buffer::get_any(cx.world(), source)?;
        this.resize(cx, buffer.len())?;
        // A view of this very array has been refused, unless it is one of nothing.
        if !buffer.is_empty() {
            this.change(|out| buffer.copy_to(out));
        }
        return Ok(());
    }
    if let Some((count, plain)) = counted(cx, source) {
        // Plain ints run no code, so room for all items is made at once; it is given up again when
        // there are others among them.
        this.resize(cx, count)?;
        if plain {
            let Some(bytes) = gather(cx, source, ByteRange::OfByte)? else { return Ok(()) };
            this.write(0, &bytes);
            return Ok(());
        }
        this.resize(cx, 0)?;
    }
    append_all(cx, this, source)
}

/// `bytearray(n)`
fn zeros(cx: &Cx<'_>, this: &ByteArrayObject, count: isize) -> Res<()> {
    let Ok(count) = usize::try_from(count) else {
        return Err(cx.value_error(format_args!("negative count")));
    };
    this.resize(cx, count)
}

/// The number of items of a list or tuple, and whether they are nothing but exact ints.
fn counted(cx: &Cx<'_>, source: Borrowed<'_>) -> Option<(usize, bool)> {
    let exact = |item: Borrowed<'_>| item.ty_ptr() == cx.types.int.cast();
    if let Some(list) = source.view::<ListObject>().filter(|_| crate::list::is_exact(cx, source)) {
        let plain = (0..list.len()).filter_map(|i| list.get(i)).all(|item| exact(item.borrow()));
        return Some((list.len(), plain));
    }
    let tuple = source.view::<TupleObject>().filter(|_| crate::tuple::is_exact(cx, source))?;
    Some((tuple.len(), tuple.items().iter().all(|item| exact(*item))))
}

/// Appends the items of an iterable one by one.
fn append_all(cx: &mut Cx<'_>, this: &ByteArrayObject, source: Borrowed<'_>) -> Res<()> {
    let iterator = match crate::protocol::iter(cx, source) {
        Ok(iterator) => iterator,
        Err(raised) => {
            caught(cx, raised, &[Exc::TypeError])?;
            let name = Type::of(source).name();
            return Err(cx.type_error(format_args!("cannot convert '{name}' object to bytearray")));
        }
    };
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        let byte = byte_arg(cx, item.borrow())?;
        let len = this.len();
        this.splice(cx, len, len, &[byte])?;
    }
    Ok(())
}
