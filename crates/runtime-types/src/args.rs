//! Calls into native code: the arguments of one, and how a native function is declared.

use std::fmt::{self, Write as _};

use runtime_gc::Borrowed;

use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::kernel::suggest::suggest;
use crate::string::Text;

/// The arguments of one call: positional values, then the values of keywords, and their names.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Borrowed<'a>],
    names: &'a [Borrowed<'a>],
}

impl<'a> Args<'a> {
    /// No arguments.
    pub const NONE: Args<'static> = Args { values: &[], names: &[] };

    /// Positional arguments only.
    pub const fn positional(values: &'a [Borrowed<'a>]) -> Self {
        Self { values, names: &[] }
    }

    /// `values` ends with the values of the keywords `names`, in their order. Names are strs.
    pub const fn with_names(values: &'a [Borrowed<'a>], names: &'a [Borrowed<'a>]) -> Self {
        debug_assert!(names.len() <= values.len());
        Self { values, names }
    }

    /// The positional arguments.
    #[inline]
    pub fn positionals(&self) -> &'a [Borrowed<'a>] {
        let count = self.values.len().saturating_sub(self.names.len());
        self.values.get(..count).unwrap_or_default()
    }

    /// Names and values of the keyword arguments.
    pub fn keywords(&self) -> impl Iterator<Item = (Borrowed<'a>, Borrowed<'a>)> + use<'a> {
        let count = self.values.len().saturating_sub(self.names.len());
        let values = self.values.get(count..).unwrap_or_default();
        self.names.iter().copied().zip(values.iter().copied())
    }

    /// All values, those of keywords last.
    pub const fn values(&self) -> &'a [Borrowed<'a>] {
        self.values
    }

    /// The keywords' names.
    pub const fn names(&self) -> &'a [Borrowed<'a>] {
        self.names
    }

    /// The positional argument at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Borrowed<'a>> {
        self.positionals().get(index).copied()
    }

    /// Number of positional arguments.
    pub fn len(&self) -> usize {
        self.values.len().saturating_sub(self.names.len())
    }

    /// Whether there is no argument at all.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The same without the first positional argument: a method's arguments without `self`.
    #[must_use]
    pub fn rest(&self) -> Self {
        match self.values {
            [_, rest @ ..] if !self.positionals().is_empty() => {
                Self { values: rest, names: self.names }
            }
            _ => *self,
        }
    }
}

/// Native code that scripts can call. For methods the first argument is the object.
pub type NativeFn = fn(&mut Cx<'_>, Args<'_>) -> Res;

/// How many arguments a native function takes, and in which of CPython's words it complains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// The function looks for itself.
    Any,
    /// `f() takes no arguments (1 given)`, `f() takes exactly one argument (0 given)`.
    Exactly(u8),
    /// `f expected at least 1 argument, got 0`, `f expected at most 2 arguments, got 3`.
    Between(u8, u8),
}

/// One native function or method, as constant data.
#[derive(Clone, Copy)]
pub struct NativeDef {
    /// The name that scripts see.
    pub name: &'static str,
    /// Arguments it takes, the object of a method not counted. No keywords unless `Any`.
    pub arity: Arity,
    /// What it does.
    pub call: NativeFn,
}

impl NativeDef {
    /// A function that checks its own arguments.
    pub const fn any(name: &'static str, call: NativeFn) -> Self {
        Self { name, arity: Arity::Any, call }
    }

    /// A function of exactly `n` positional arguments.
    pub const fn exactly(name: &'static str, n: u8, call: NativeFn) -> Self {
        Self { name, arity: Arity::Exactly(n), call }
    }

    /// A function of `min` to `max` positional arguments.
    pub const fn between(name: &'static str, min: u8, max: u8, call: NativeFn) -> Self {
        Self { name, arity: Arity::Between(min, max), call }
    }

    /// Whether these arguments are as many as it takes, with no keywords among them.
    #[inline]
    pub fn takes(&self, args: &Args<'_>) -> bool {
        self.takes_after(args, 0)
    }

    #[inline]
    fn takes_after(&self, args: &Args<'_>, skip: usize) -> bool {
        let given = args.len().saturating_sub(skip);
        match self.arity {
            Arity::Any => true,
            Arity::Exactly(n) => given == usize::from(n) && args.names().is_empty(),
            Arity::Between(min, max) => {
                (usize::from(min)..=usize::from(max)).contains(&given) && args.names().is_empty()
            }
        }
    }

    /// Checks the arguments that follow `skip` leading ones, in CPython's words. `owner` gives the
    /// name of the type for methods.
    ///
    /// # Errors
    /// `TypeError`.
    #[inline]
    pub fn check<'o>(
        &self,
        cx: &Cx<'_>,
        args: &Args<'_>,
        skip: usize,
        owner: impl FnOnce() -> Option<&'o str>,
    ) -> Res<()> {
        if self.takes_after(args, skip) { Ok(()) } else { self.refuse(cx, args, skip, owner()) }
    }

    #[cold]
    fn refuse(&self, cx: &Cx<'_>, args: &Args<'_>, skip: usize, owner: Option<&str>) -> Res<()> {
        let given = args.len().saturating_sub(skip);
        let (dot, owner_name) = if owner.is_some() { (".", owner.unwrap_or("")) } else { ("", "") };
        let name = self.name;
        if !args.names().is_empty() {
            return Err(
                cx.type_error(format_args!("{owner_name}{dot}{name}() takes no keyword arguments"))
            );
        }
        match self.arity {
            Arity::Exactly(n) if given != usize::from(n) => Err(match n {
                0 => cx.type_error(format_args!(
                    "{owner_name}{dot}{name}() takes no arguments ({given} given)"
                )),
                1 => cx.type_error(format_args!(
                    "{owner_name}{dot}{name}() takes exactly one argument ({given} given)"
                )),
                _ => cx.type_error(format_args!("{name} expected {n} arguments, got {given}")),
            }),
            Arity::Between(min, _) if given < usize::from(min) => {
                Err(self.count_error(cx, "at least", min, given))
            }
            Arity::Between(_, max) if given > usize::from(max) => {
                Err(self.count_error(cx, "at most", max, given))
            }
            _ => Ok(()),
        }
    }

    fn count_error(&self, cx: &Cx<'_>, bound: &str, n: u8, given: usize) -> Raised {
        let plural = if n == 1 { "" } else { "s" };
        cx.raise(
            Exc::TypeError,
            format_args!("{} expected {bound} {n} argument{plural}, got {given}", self.name),
        )
    }
}

/// Arguments of a native function that takes keywords, matched to its parameters.
///
/// `N` parameters by name, the first `required` of which must be given. Gives them as `Option`s in
/// the order of the names.
///
/// # Errors
/// `TypeError` in the words of CPython's argument parser.
pub fn bind<'a, const N: usize>(
    cx: &Cx<'_>,
    function: &str,
    args: &Args<'a>,
    params: [&str; N],
    required: usize,
) -> Res<[Option<Borrowed<'a>>; N]> {
    bind_named(cx, function, args, params, required, N)
}

/// [`bind`] for a function whose parameters behind the first `positional` are given by name only.
///
/// # Errors
/// `TypeError` in the words of CPython's argument parser.
pub fn bind_named<'a, const N: usize>(
    cx: &Cx<'_>,
    function: &str,
    args: &Args<'a>,
    params: [&str; N],
    required: usize,
    positional: usize,
) -> Res<[Option<Borrowed<'a>>; N]> {
    let mut bound = [None; N];
    let given = args.values().len();
    if given > N {
        let plural = if N == 1 { "" } else { "s" };
        let kind = if args.positionals().is_empty() { "keyword " } else { "" };
        return Err(cx.type_error(format_args!(
            "{function}() takes at most {N} {kind}argument{plural} ({given} given)"
        )));
    }
    if args.len() > positional {
        return Err(too_many_positional(cx, function, args.len(), required, positional));
    }
    for (slot, value) in bound.iter_mut().zip(args.positionals()) {
        *slot = Some(*value);
    }
    let (mut unexpected, mut twice) = (None, None);
    for (name, value) in args.keywords() {
        let text = crate::string::text_of(cx, name)?;
        let Some(index) = params.iter().position(|param| text.eq_str(param)) else {
            unexpected = unexpected.or(Some(text));
            continue;
        };
        let Some(slot) = bound.get_mut(index) else { continue };
        if slot.replace(value).is_some() {
            twice = twice.or(Some((index, text)));
        }
    }
    for (index, param) in params.iter().enumerate().take(required) {
        if bound.get(index).is_some_and(Option::is_none) {
            return Err(cx.type_error(format_args!(
                "{function}() missing required argument '{param}' (pos {})",
                index + 1
            )));
        }
    }
    if let Some((index, text)) = twice {
        return Err(cx.type_error(format_args!(
            "argument for {function}() given by name ('{text}') and position ({})",
            index + 1
        )));
    }
    if let Some(text) = unexpected {
        return Err(unexpected_keyword(cx, function, text, &params));
    }
    Ok(bound)
}

#[cold]
fn too_many_positional(
    cx: &Cx<'_>,
    function: &str,
    given: usize,
    required: usize,
    most: usize,
) -> Raised {
    if most == 0 {
        return cx.type_error(format_args!("{function}() takes no positional arguments"));
    }
    let bound = if required == most { "exactly" } else { "at most" };
    let plural = if most == 1 { "" } else { "s" };
    cx.type_error(format_args!(
        "{function}() takes {bound} {most} positional argument{plural} ({given} given)"
    ))
}

/// The error for a keyword that a native function does not know, with the one that was meant.
#[cold]
pub fn unexpected_keyword(
    cx: &Cx<'_>,
    function: &str,
    keyword: Text<'_>,
    params: &[&str],
) -> Raised {
    let mut short = Short { bytes: [0; 128], len: 0 };
    let meant = match write!(short, "{keyword}") {
        Ok(()) => short.text().and_then(|wrong| suggest(wrong, params.iter().copied())),
        // Too long for any parameter to be near.
        Err(fmt::Error) => None,
    };
    match meant {
        Some(meant) => cx.type_error(format_args!(
            "{function}() got an unexpected keyword argument '{keyword}'. Did you mean '{meant}'?"
        )),
        None => cx.type_error(format_args!(
            "{function}() got an unexpected keyword argument '{keyword}'"
        )),
    }
}

/// A text of few bytes that needs no memory.
struct Short {
    bytes: [u8; 128],
    len: usize,
}

impl Short {
    fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes.get(..self.len)?).ok()
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
