//! What went wrong, as a value: it owns no object, so it may outlive the runtime.
//!
//! An exception that reaches Rust is taken out of the runtime, its type and its words are copied, and
//! the object dies. Only inside a method of an own type the object is put aside until the method
//! returns, so that an error that is passed on is the same exception, traceback included.

use std::borrow::Cow;
use std::fmt;

use runtime_core::StampError;
use runtime_gc::Ref as Counted;
use runtime_script::syntax::Fault;
use runtime_types::exception::ExceptionObject;
use runtime_types::string::{StrObject, text_of};
use runtime_types::tuple::TupleObject;
use runtime_types::ty::Type;
use runtime_types::{Cx, Exc, Look, Raised, Res, protocol};

use super::runtime::Runtime;

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An exception was raised.
    Raised(Exception),
    /// A handle of another runtime was given.
    Foreign,
    /// An object is not what it was asked to be.
    Kind {
        /// The type that was wanted.
        wanted: &'static str,
        /// The type that the object has.
        found: String,
    },
    /// A slot or a buffer was to be filled that does not lie in the object it was said to lie in.
    NotInside,
    /// A script was not run: a syntax error or a refusal.
    Fault(Fault),
    /// A runtime, or a type in it, could not be set up.
    Start(StampError),
}

/// An exception: its type and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    kind: Cow<'static, str>,
    message: String,
    /// The built-in type that it is, or is derived from.
    built_in: Exc,
    /// Number of the object that was put aside, when one was.
    kept: Option<u64>,
}

impl Exception {
    /// The name of its type: `ValueError`, or that of a script's own class.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `str()` of it.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The built-in type that it is, or that its class is derived from.
    pub fn built_in(&self) -> Exc {
        self.built_in
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => f.write_str(&self.kind),
            message => write!(f, "{}: {message}", self.kind),
        }
    }
}

impl Error {
    /// An exception of a built-in type, to be returned from a method of an own type.
    pub fn new(kind: Exc, message: impl Into<String>) -> Self {
        let (kind, built_in) = (Cow::Borrowed(kind.name()), kind);
        Self::Raised(Exception { kind, message: message.into(), built_in, kept: None })
    }

    /// `TypeError`
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new(Exc::TypeError, message)
    }

    /// `ValueError`
    pub fn value_error(message: impl Into<String>) -> Self {
        Self::new(Exc::ValueError, message)
    }

    /// The exception, when it is one.
    pub fn exception(&self) -> Option<&Exception> {
        match self {
            Self::Raised(exception) => Some(exception),
            _ => None,
        }
    }

    /// Whether it is an exception of this built-in type, or of one derived from it.
    pub fn is(&self, kind: Exc) -> bool {
        let Self::Raised(exception) = self else {
            return kind == Exc::MemoryError && matches!(self, Self::Start(StampError::Alloc(_)));
        };
        let mut at = exception.built_in;
        while at != kind && at.base() != at {
            at = at.base();
        }
        at == kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raised(exception) => exception.fmt(f),
            Self::Foreign => f.write_str("the object belongs to another runtime"),
            Self::Kind { wanted, found } => write!(f, "a {wanted} is wanted, not a {found}"),
            Self::NotInside => f.write_str("the field does not lie in the object"),
            Self::Fault(fault) => fault.fmt(f),
            Self::Start(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<StampError> for Error {
    fn from(error: StampError) -> Self {
        Self::Start(error)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Runtime {
    /// Turns an outcome of the runtime into one of ours.
    #[inline]
    pub(super) fn lift<T>(&self, outcome: Res<T>) -> Result<T, Error> {
        match outcome {
            Ok(value) => Ok(value),
            Err(raised) => Err(self.error(raised)),
        }
    }

    #[cold]
    fn error(&self, raised: Raised) -> Error {
        let cx = &mut self.cx();
        let exception = cx.take_raised(raised);
        let (kind, built_in) = kind_of(cx, &exception);
        let message = message_of(cx, &exception);
        let kept = self.attached().keep(exception);
        Error::Raised(Exception { kind, message, built_in, kept })
    }

    /// Sets the exception that an error of a method stands for.
    #[cold]
    pub(super) fn raise(&self, error: &Error) -> Raised {
        let cx = &self.cx();
        let exception = match error {
            Error::Raised(exception) => exception,
            Error::Foreign | Error::NotInside => {
                return cx.raise(Exc::SystemError, format_args!("{error}"));
            }
            Error::Kind { .. } => return cx.type_error(format_args!("{error}")),
            Error::Fault(fault) => return cx.raise(Exc::ImportError, format_args!("{fault}")),
            Error::Start(StampError::Alloc(refusal)) => return cx.raise_no_memory(*refusal),
            Error::Start(other) => return cx.raise(Exc::SystemError, format_args!("{other}")),
        };
        if let Some(kept) = exception.kept.and_then(|number| self.attached().kept(number)) {
            return cx.restore_raised(kept);
        }
        if exception.built_in == Exc::MemoryError && exception.message.is_empty() {
            let refusal = cx.last_refusal.get();
            return cx.raise_no_memory(refusal.unwrap_or(runtime_core::AllocError::TooLarge));
        }
        cx.raise(exception.built_in, format_args!("{}", exception.message))
    }
}

/// The name of an exception's type, and the built-in type behind it.
fn kind_of(cx: &Cx<'_>, exception: &Counted) -> (Cow<'static, str>, Exc) {
    let ty = Type::of(exception.borrow());
    let mut at = Some(ty);
    while let Some(this) = at {
        if let Some(kind) = Exc::ALL.iter().find(|kind| std::ptr::eq(cx.exc_type(**kind), this)) {
            let is_it = std::ptr::eq(this, ty);
            let name = if is_it { kind.name().into() } else { Cow::Owned(ty.name().to_owned()) };
            return (name, *kind);
        }
        at = this.base();
    }
    (Cow::Owned(ty.name().to_owned()), Exc::BaseException)
}

/// What an exception says. One text alone is read where it lies, which takes no memory of the
/// runtime's.
fn message_of(cx: &mut Cx<'_>, exception: &Counted) -> String {
    let op = exception.borrow();
    let args = op.view::<ExceptionObject>().and_then(|view| view.args.get());
    let plain = !Type::of(op).is_class() && !Type::of(op).is_subtype(cx.exc_type(Exc::KeyError));
    if let Some(args) = args.filter(|_| plain)
        && let Some(args) = args.borrow().view::<TupleObject>()
    {
        match args.items() {
            [] => return String::new(),
            [text] => {
                if let Some(text) = text.view::<StrObject>() {
                    return text.text().to_string();
                }
            }
            _ => {}
        }
    }
    match protocol::str(cx, op).and_then(|text| Ok(text_of(cx, text.borrow())?.to_string())) {
        Ok(text) => text,
        Err(raised) => {
            drop(cx.take_raised(raised));
            "<exception str() failed>".to_owned()
        }
    }
}
