//! How an uncaught exception is shown: CPython 3.13's `traceback` module, writing to no terminal.
//!
//! ```text
//! Traceback (most recent call last):            chain     oldest exception first
//!   File "shop.py", line 9, in <module>         frames    outermost first
//!     total = price(cart) * 2                   excerpt   the failing lines, dedented
//!             ~~~~~^^^^^^                       carets    `~` operands, `^` what failed
//!   [Previous line repeated 5 more times]       folding   from the fourth frame alike
//! KeyError: 'apple'                             type, message, suggestion
//! remember to restock                           notes
//! ```
//!
//! Plain text in, plain text out: nothing here knows a runtime object, so nothing here can run a
//! script's code. Time is linear in what is given: frames that repeat are laid out once, and a
//! chain is a list, however long. CPython: `Lib/traceback.py`, `Python/traceback.c`.

mod carets;
mod excerpt;
mod spot;
mod stdlib;
mod suggest;
mod text;
mod wide;

use std::collections::HashSet;
use std::fmt::{self, Write};
use std::hash::Hash;

use ruff_text_size::TextRange;

use crate::syntax::Source;
use excerpt::Excerpts;

pub use spot::SyntaxSpot;
pub use stdlib::stdlib_module;
pub use suggest::{hint, suggest};

/// One frame of a traceback.
#[derive(Debug, Clone)]
pub struct FrameLine<'a> {
    /// The file's name, as its code object has it.
    pub file: &'a str,
    /// The function's own name, not qualified: `f`, `<module>`, `<lambda>`.
    pub function: &'a str,
    /// The file's text; without it no line is shown below the frame's.
    pub source: Option<&'a Source>,
    /// Byte offsets of the failing expression; without it only the first line is shown.
    pub range: Option<TextRange>,
    /// The line that is named, 1-based: the one on which `range` begins.
    pub line: u32,
}

/// What `str()` of the exception gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The text; empty counts as none.
    Text(String),
    /// The empty text.
    None,
    /// `__str__` raised.
    Failed,
}

/// How an exception led to the next one of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It is the next one's `__cause__`.
    Cause,
    /// It is the next one's `__context__`.
    Context,
}

/// One exception of a chain.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// The type's qualified name, behind its module's unless that is `__main__` or `builtins`.
    pub type_name: &'a str,
    /// What `str()` gave.
    pub message: Message,
    /// `__notes__`, each through `str()`; a note may have several lines.
    pub notes: Vec<String>,
    /// The traceback, outermost frame first.
    pub frames: Vec<FrameLine<'a>>,
    /// What this exception is to the next of the list; not looked at in the last.
    pub link: Link,
    /// What follows the message at once, as [`hint`] makes it.
    pub suggestion: Option<String>,
    /// The place of a `SyntaxError`, which then is shown instead of `message`.
    pub syntax: Option<SyntaxSpot<'a>>,
}

/// Frames alike that are shown before the others are counted.
const SHOWN_ALIKE: usize = 3;
/// Innermost frames that an exception nobody could raise is shown with.
const IGNORED_FRAMES: usize = 1000;

/// Writes `chain`, oldest exception first and the raised one last.
///
/// - Shape: whole lines; byte for byte what CPython 3.13 puts on a standard error that is a file.
/// - Errors: those of `out`.
/// - Source: CPython 3.13 `traceback.print_exception`.
pub fn render(out: &mut dyn Write, chain: &[Shown<'_>]) -> fmt::Result {
    let mut excerpts = Excerpts::default();
    let mut link = None;
    for shown in chain {
        match link {
            None => {}
            Some(Link::Cause) => out.write_str(
                "\nThe above exception was the direct cause of the following exception:\n\n",
            )?,
            Some(Link::Context) => out.write_str(
                "\nDuring handling of the above exception, another exception occurred:\n\n",
            )?,
        }
        link = Some(shown.link);
        write_frames(out, &shown.frames, |frame| excerpts.of(frame))?;
        match &shown.syntax {
            Some(spot) => spot.write(out, shown.type_name)?,
            None => write_message(out, shown)?,
        }
        for note in &shown.notes {
            writeln!(out, "{note}")?;
        }
    }
    Ok(())
}

/// Writes an exception that could not be raised: one from `__del__`, a weak reference's callback
/// or the collector's. `what` is the text after `Exception ignored in: `.
///
/// - Shape: the innermost 1000 frames with their lines and no carets; no chain, notes, suggestion
///   or syntax error's place.
/// - Errors: those of `out`.
/// - Source: CPython 3.13 `sys.unraisablehook`.
pub fn render_ignored(out: &mut dyn Write, what: &str, shown: &Shown<'_>) -> fmt::Result {
    writeln!(out, "Exception ignored in: {what}")?;
    let skipped = shown.frames.len().saturating_sub(IGNORED_FRAMES);
    let frames = shown.frames.get(skipped..).unwrap_or_default();
    write_frames(out, frames, excerpt::plain)?;
    let message = match &shown.message {
        Message::Text(text) => text,
        Message::None => "",
        Message::Failed => "<exception str() failed>",
    };
    writeln!(out, "{}: {message}", shown.type_name)
}

/// The exceptions that are shown for `raised`, oldest first, each with its link to the next.
///
/// `cause` gives `__cause__`; `context` gives `__context__`, or nothing where it is suppressed.
/// An exception that came up before ends the chain, so a cycle is shown once around.
pub fn chain_of<E: Copy + Eq + Hash>(
    raised: E,
    cause: impl Fn(E) -> Option<E>,
    context: impl Fn(E) -> Option<E>,
) -> Vec<(E, Link)> {
    let mut seen = HashSet::from([raised]);
    let mut chain = vec![(raised, Link::Context)];
    let mut last = raised;
    loop {
        let older = match cause(last) {
            Some(cause) if seen.insert(cause) => (cause, Link::Cause),
            _ => match context(last) {
                Some(context) if seen.insert(context) => (context, Link::Context),
                _ => break,
            },
        };
        chain.push(older);
        last = older.0;
    }
    chain.reverse();
    chain
}

/// The header and the frames, those alike folded; `excerpt` gives what stands below a frame.
fn write_frames<'a>(
    out: &mut dyn Write,
    frames: &[FrameLine<'a>],
    mut excerpt: impl FnMut(&FrameLine<'a>) -> String,
) -> fmt::Result {
    if frames.is_empty() {
        return Ok(());
    }
    out.write_str("Traceback (most recent call last):\n")?;
    for alike in
        frames.chunk_by(|a, b| (a.file, a.line, a.function) == (b.file, b.line, b.function))
    {
        for frame in alike.iter().take(SHOWN_ALIKE) {
            let file = if frame.file.starts_with("<stdin>-") { "<stdin>" } else { frame.file };
            writeln!(out, "  File \"{file}\", line {}, in {}", frame.line, frame.function)?;
            out.write_str(&excerpt(frame))?;
        }
        match alike.len().saturating_sub(SHOWN_ALIKE) {
            0 => {}
            1 => out.write_str("  [Previous line repeated 1 more time]\n")?,
            more => writeln!(out, "  [Previous line repeated {more} more times]")?,
        }
    }
    Ok(())
}

/// The line with the type, the message and the suggestion.
fn write_message(out: &mut dyn Write, shown: &Shown<'_>) -> fmt::Result {
    let message = match &shown.message {
        Message::Text(text) => text,
        Message::None => "",
        Message::Failed => "<exception str() failed>",
    };
    let suggestion = shown.suggestion.as_deref().unwrap_or("");
    let colon = if message.is_empty() && suggestion.is_empty() { "" } else { ": " };
    writeln!(out, "{}{colon}{message}{suggestion}", shown.type_name)
}
