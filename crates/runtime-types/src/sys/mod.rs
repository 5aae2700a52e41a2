//! The module `sys`: what scripts ask of the runtime itself.

mod input;
mod size;
mod stream;
mod version;

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef, bind};
use crate::cx::{Cx, Raised, Res};
use crate::exception::{Exc, ExceptionObject};
use crate::list::this;
use crate::string::{Interning, StrObject};
use crate::ty::Type;
use crate::view::Look;

pub(crate) use input::input;
pub use size::{getsizeof, own_size, size_of};
pub(crate) use stream::{STREAM, new_stream};
pub use stream::{Stream, StreamObject};
pub(crate) use version::VERSION_INFO;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("_debugmallocstats", 0, debug_malloc_stats),
    NativeDef::exactly("exc_info", 0, exc_info),
    NativeDef::exactly("exception", 0, |cx, _| Ok(cx.handled().unwrap_or_else(|| cx.none()))),
    NativeDef::between("exit", 0, 1, exit),
    NativeDef::exactly("getallocatedblocks", 0, |cx, _| {
        let blocks = cx.heap().allocated_blocks();
        cx.int_of_size(blocks as i64)
    }),
    NativeDef::exactly("getdefaultencoding", 0, |cx, _| cx.str("utf-8")),
    NativeDef::exactly("get_int_max_str_digits", 0, |cx, _| {
        let digits = cx.int_max_str_digits.get();
        cx.int(digits as i64)
    }),
    NativeDef::exactly("getrecursionlimit", 0, |cx, _| {
        let limit = cx.recursion_limit.get();
        cx.int(i64::from(limit))
    }),
    NativeDef::any("getrefcount", getrefcount),
    NativeDef::any("getsizeof", size_function),
    NativeDef::any("intern", intern),
    NativeDef::any("set_int_max_str_digits", set_int_max_str_digits),
    NativeDef::any("setrecursionlimit", setrecursionlimit),
];

/// The module, with the script's arguments as `argv`.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>, argv: &[String]) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "sys", FUNCTIONS)?;
    let arguments = crate::list::empty(cx)?;
    for argument in argv {
        crate::list::append(cx, arguments.borrow(), cx.str(argument)?)?;
    }
    let (input, out) = (new_stream(cx, Stream::In)?, new_stream(cx, Stream::Out)?);
    let err = new_stream(cx, Stream::Err)?;
    let values = [
        ("argv", arguments),
        ("byteorder", cx.name("little")?),
        ("hexversion", cx.int(0x030d_00f0)?),
        ("maxsize", cx.int(i64::MAX)?),
        ("maxunicode", cx.int(0x0010_ffff)?),
        ("platform", cx.name("linux")?),
        ("stderr", err.clone()),
        ("stdin", input.clone()),
        ("stdout", out.clone()),
        ("__stderr__", err),
        ("__stdin__", input),
        ("__stdout__", out),
        ("version", cx.str(concat!("3.13.0 (Strata ", env!("CARGO_PKG_VERSION"), ")"))?),
        ("version_info", version::info(cx)?),
    ];
    let module = cx.name("sys")?;
    for (name, value) in values.into_iter().chain([("__name__", module.clone())]) {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict.borrow(), name.borrow(), value)?;
    }
    crate::module::new(cx, module, dict)
}

/// `sys._debugmallocstats()`: the heap's figures, to standard error.
fn debug_malloc_stats(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let mut text = String::new();
    if cx.heap().write_malloc_stats(&mut text).is_err() {
        return Err(cx.raise_no_memory(runtime_core::AllocError::System { bytes: 0 }));
    }
    let written = cx.console.err(text.as_bytes());
    written.map_err(|error| crate::builtins::io_error(cx, &error))?;
    Ok(cx.none())
}

/// The one argument of a function whose messages carry the module's name.
fn only<'a>(cx: &Cx<'_>, name: &str, args: &Args<'a>) -> Res<Borrowed<'a>> {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("sys.{name}() takes no keyword arguments")));
    }
    match args.positionals() {
        [op] => Ok(*op),
        more => {
            let count = more.len();
            Err(cx.type_error(format_args!(
                "sys.{name}() takes exactly one argument ({count} given)"
            )))
        }
    }
}

/// `sys.exc_info()`: type, value and traceback of the exception that is being handled.
fn exc_info(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let Some(exception) = cx.handled() else {
        return cx.tuple([cx.none(), cx.none(), cx.none()]);
    };
    let traceback = exception.borrow().view::<ExceptionObject>().and_then(|e| e.traceback.get());
    let traceback = traceback.unwrap_or_else(|| cx.none());
    let ty = Type::of(exception.borrow()).as_borrowed().owned();
    cx.tuple([ty, exception, traceback])
}

/// `sys.exit(code)`
fn exit(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let ty = cx.exc_type(Exc::SystemExit).as_borrowed().owned();
    let exception = crate::protocol::call(cx, ty.borrow(), args)?;
    Err(cx.set_raised(exception))
}

/// `sys.getrefcount(x)`: every object that no count can free has the same.
fn getrefcount(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let header = only(cx, "getrefcount", &args)?.header();
    let count = if header.is_immortal() { u32::MAX } else { header.count() };
    cx.int(i64::from(count))
}

/// `sys.getsizeof(x[, default])`: the default answers a `TypeError`.
fn size_function(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [op, default] = bind(cx, "getsizeof", &args, ["object", "default"], 1)?;
    let op = op.map_or_else(|| cx.none(), Borrowed::owned);
    match (getsizeof(cx, op.borrow()), default) {
        (Ok(size), _) => cx.int_of_size(size as i64),
        (Err(raised), Some(default)) => {
            crate::iter::caught(cx, raised, &[Exc::TypeError])?;
            Ok(default.owned())
        }
        (Err(raised), None) => Err(raised),
    }
}

/// `sys.intern(s)`
fn intern(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = only(cx, "intern", &args)?;
    if crate::string::is_exact(cx, op) {
        return cx.intern(op.owned(), Interning::Mortal);
    }
    let name = Type::of(op).name();
    Err(match op.is_a::<StrObject>() {
        true => cx.type_error(format_args!("can't intern {name}")),
        false => cx.type_error(format_args!("intern() argument must be str, not {name}")),
    })
}

/// An argument that is a C int.
///
/// # Errors
/// `TypeError`, `OverflowError`; what `__index__` raises.
pub fn c_int(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i32> {
    let int = crate::protocol::index(cx, op)?;
    let value = crate::int::to_i64(int.borrow());
    value.and_then(|value| i32::try_from(value).ok()).ok_or_else(|| too_large(cx))
}

fn too_large(cx: &Cx<'_>) -> Raised {
    cx.raise(Exc::OverflowError, format_args!("Python int too large to convert to C int"))
}

/// `sys.setrecursionlimit(n)`
fn setrecursionlimit(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = only(cx, "setrecursionlimit", &args)?;
    match c_int(cx, op)? {
        limit @ 1.. => {
            let depth = (cx.frame_depth.get())(cx);
            if depth >= limit.unsigned_abs() {
                return Err(cx.raise(
                    Exc::RecursionError,
                    format_args!(
                        "cannot set the recursion limit to {limit} at the recursion depth {depth}: \
                         the limit is too low"
                    ),
                ));
            }
            cx.recursion_limit.set(limit.unsigned_abs());
        }
        _ => {
            return Err(
                cx.value_error(format_args!("recursion limit must be greater or equal than 1"))
            );
        }
    }
    Ok(cx.none())
}

/// `sys.set_int_max_str_digits(n)`
fn set_int_max_str_digits(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    /// The lowest limit that may be set.
    const LEAST: i32 = 640;
    let [digits] = bind(cx, "set_int_max_str_digits", &args, ["maxdigits"], 1)?;
    let digits = digits.map_or_else(|| cx.none(), Borrowed::owned);
    match c_int(cx, digits.borrow())? {
        digits if digits == 0 || digits >= LEAST => {
            cx.int_max_str_digits.set(digits.unsigned_abs() as usize);
            Ok(cx.none())
        }
        _ => Err(cx.value_error(format_args!("maxdigits must be 0 or larger than {LEAST}"))),
    }
}

/// The object of a stream's method.
fn stream_of<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<&'a StreamObject> {
    this(cx, args)?.expect(cx)
}

/// `None`, as methods without a result give it.
fn nothing(cx: &Cx<'_>) -> Res<Ref> {
    Ok(cx.none())
}
