//! `sys.stdin`, `sys.stdout` and `sys.stderr`: text on its way from and to the console.

use std::cell::Cell;

use runtime_core::{Floor, Object, TypeSpec};
use runtime_gc::Ref;

use super::{input, nothing, stream_of};
use crate::args::{Args, NativeDef};
use crate::builtins::{io_error, write_text};
use crate::cx::{Cx, OrRaise, Res};
use crate::list::two;
use crate::string::StrObject;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// The way in, or one of the two ways out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard input.
    In,
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
    const NAME: &'static str = "_io.TextIOWrapper";
}

pub(crate) const STREAM: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "_io.TextIOWrapper",
        basic_size: size_of::<StreamObject>(),
        layout: Layout::Stream as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(|cx, op| {
            let this = op.expect::<StreamObject>(cx)?;
            let (name, mode) = (this.name(), this.mode());
            cx.format(format_args!(
                "<_io.TextIOWrapper name='{name}' mode='{mode}' encoding='utf-8'>"
            ))
        }),
        iter: Some(|_, op| Ok(op.owned())),
        next: Some(input::next),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::exactly("fileno", 0, |cx, args| {
            let stream = stream_of(cx, &args)?.stream();
            cx.int(match stream {
                Stream::In => 0,
                Stream::Out => 1,
                Stream::Err => 2,
            })
        }),
        NativeDef::exactly("flush", 0, |cx, _| {
            cx.console.flush().map_err(|error| io_error(cx, &error))?;
            nothing(cx)
        }),
        NativeDef::exactly("isatty", 0, |cx, _| Ok(cx.bool(false))),
        NativeDef::between("read", 0, 1, input::read),
        NativeDef::exactly("readable", 0, |cx, args| {
            let stream = stream_of(cx, &args)?.stream();
            Ok(cx.bool(stream == Stream::In))
        }),
        NativeDef::between("readline", 0, 1, input::readline),
        NativeDef::exactly("readlines", 0, input::readlines),
        NativeDef::exactly("writable", 0, |cx, args| {
            let stream = stream_of(cx, &args)?.stream();
            Ok(cx.bool(stream != Stream::In))
        }),
        NativeDef::exactly("write", 1, write),
        NativeDef::exactly("writelines", 1, |cx, args| {
            let (op, lines) = two(cx, &args)?;
            let lines = crate::protocol::iter(cx, lines)?;
            while let Some(line) = crate::protocol::next(cx, lines.borrow())? {
                write(cx, Args::positional(&[op, line.borrow()]))?;
            }
            nothing(cx)
        }),
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
        GetSetDef {
            name: "mode",
            get: |cx, op| {
                let mode = op.expect::<StreamObject>(cx)?.mode();
                cx.str(mode)
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

impl StreamObject {
    /// Which of the three it is.
    pub fn stream(&self) -> Stream {
        self.stream.get()
    }

    fn name(&self) -> &'static str {
        match self.stream() {
            Stream::In => "<stdin>",
            Stream::Out => "<stdout>",
            Stream::Err => "<stderr>",
        }
    }

    fn mode(&self) -> &'static str {
        if self.stream() == Stream::In { "r" } else { "w" }
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
