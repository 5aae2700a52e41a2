//! `sys.stdout` and `sys.stderr`: text on its way to the console.

use std::cell::Cell;

use runtime_core::{Floor, Object, TypeSpec};
use runtime_gc::Ref;

use super::{nothing, stream_of};
use crate::args::{Args, NativeDef};
use crate::builtins::{io_error, write_text};
use crate::cx::{Cx, OrRaise, Res};
use crate::list::two;
use crate::string::StrObject;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// One of the two ways out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A stream as an object.
#[repr(C)]
pub struct StreamObject {
    object: Object,
    stream: Cell<Stream>,
}

// SAFETY: only the type below carries the number; the field is a cell.
unsafe impl View for StreamObject {
    const LAYOUT: u16 = Layout::Stream as u16;
    const NAME: &'static str = "TextIOWrapper";
}

pub(crate) const STREAM: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "TextIOWrapper",
        basic_size: size_of::<StreamObject>(),
        layout: Layout::Stream as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(|cx, op| {
            let name = op.expect::<StreamObject>(cx)?.name();
            cx.format(format_args!("<_io.TextIOWrapper name='{name}' mode='w' encoding='utf-8'>"))
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::exactly("fileno", 0, |cx, args| {
            let stream = stream_of(cx, &args)?.stream();
            cx.int(if stream == Stream::Out { 1 } else { 2 })
        }),
        NativeDef::exactly("flush", 0, |cx, _| {
            cx.console.flush().map_err(|error| io_error(cx, &error))?;
            nothing(cx)
        }),
        NativeDef::exactly("isatty", 0, |cx, _| Ok(cx.bool(false))),
        NativeDef::exactly("writable", 0, |cx, _| Ok(cx.bool(true))),
        NativeDef::exactly("write", 1, write),
    ],
    getset: &[
        GetSetDef { name: "encoding", get: |cx, _| cx.str("utf-8"), set: None },
        GetSetDef {
            name: "name",
            get: |cx, op| {
                let name = op.expect::<StreamObject>(cx)?.name();
                cx.str(name)
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

impl StreamObject {
    /// Which of the two it is.
    pub fn stream(&self) -> Stream {
        self.stream.get()
    }

    fn name(&self) -> &'static str {
        match self.stream() {
            Stream::Out => "<stdout>",
            Stream::Err => "<stderr>",
        }
    }
}

/// A stream object.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_stream(cx: &Cx<'_>, stream: Stream) -> Res {
    let ty = cx.ty(cx.types.stream);
    let op = ty.mem.alloc_sized::<false>(size_of::<StreamObject>()).or_raise(cx)?;
    // SAFETY: the block holds a `StreamObject` whose header is written; the rest is now.
    unsafe {
        (&raw mut (*op.cast::<StreamObject>().as_ptr()).stream).write(Cell::new(stream));
        Ok(Ref::steal(op))
    }
}

/// `stream.write(text)`: the number of characters.
fn write(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text) = two(cx, &args)?;
    let stream = op.expect::<StreamObject>(cx)?.stream();
    let Some(str) = text.view::<StrObject>() else {
        let name = Type::of(text).name();
        return Err(cx.type_error(format_args!("write() argument must be str, not {name}")));
    };
    write_text(cx, stream, text)?;
    cx.int(str.len() as i64)
}
