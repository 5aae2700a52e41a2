//! `SyntaxError` and what is derived from it: a message and the place in a source that it is about.
//!
//! ```text
//! SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset]))
//! ```

use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::exception::{self, ExceptionObject, extra_member};
use crate::string::{StrObject, text_of};
use crate::ty::GetSetDef;
use crate::view::Look;

/// Numbers of the words behind the common fields.
const MESSAGE: usize = 0;
const FILE: usize = 1;
const LINE: usize = 2;

/// Words of the place: those of the message and of the last attribute are not among them.
const PLACE: std::ops::RangeInclusive<usize> = 4..=6;

pub(crate) const MEMBERS: &[GetSetDef] = &[
    extra_member::<MESSAGE>("msg"),
    extra_member::<FILE>("filename"),
    extra_member::<LINE>("lineno"),
    extra_member::<3>("offset"),
    extra_member::<4>("text"),
    extra_member::<5>("end_lineno"),
    extra_member::<6>("end_offset"),
    extra_member::<7>("print_file_and_line"),
];

pub(crate) fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    exception::init(cx, op, args)?;
    if let Some(message) = args.get(0) {
        set(cx, op, MESSAGE, message)?;
    }
    let &[_, place] = args.positionals() else { return Ok(()) };
    let place = crate::protocol::to_tuple(cx, place)?;
    let items = crate::tuple::items_of(cx, place.borrow())?;
    let given = items.len();
    if !PLACE.contains(&given) {
        let (bound, count) =
            if given < *PLACE.start() { ("least", PLACE.start()) } else { ("most", PLACE.end()) };
        return Err(cx.type_error(format_args!(
            "function takes at {bound} {count} arguments ({given} given)"
        )));
    }
    for (index, &item) in items.iter().enumerate() {
        set(cx, op, FILE + index, item)?;
    }
    if given == 5 {
        return Err(
            cx.type_error(format_args!("end_offset must be provided when end_lineno is provided"))
        );
    }
    Ok(())
}

fn set(cx: &Cx<'_>, op: Borrowed<'_>, index: usize, value: Borrowed<'_>) -> Res<()> {
    if let Some(field) = op.expect::<ExceptionObject>(cx)?.extra().get(index) {
        field.set(Some(value.owned()));
    }
    Ok(())
}

fn get(cx: &Cx<'_>, op: Borrowed<'_>, index: usize) -> Res<Option<Ref>> {
    let field = op.expect::<ExceptionObject>(cx)?.extra().get(index);
    Ok(field.and_then(crate::field::Field::get))
}

/// `msg (file, line n)`, the file without its folder; what is not known is left out.
pub(crate) fn str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let message = get(cx, op, MESSAGE)?.unwrap_or_else(|| cx.none());
    let message = crate::protocol::str(cx, message.borrow())?;
    let file = get(cx, op, FILE)?.filter(|file| file.borrow().is_a::<StrObject>());
    let line = get(cx, op, LINE)?.filter(|line| crate::int::is_exact(cx, line.borrow()));
    let file = match &file {
        Some(file) => {
            let whole = text_of(cx, file.borrow())?.to_string();
            Some(whole.rsplit('/').next().unwrap_or_default().to_owned())
        }
        None => None,
    };
    let line = match &line {
        Some(line) => Some(crate::protocol::repr(cx, line.borrow())?),
        None => None,
    };
    let text = text_of(cx, message.borrow())?;
    let line = match &line {
        Some(line) => Some(text_of(cx, line.borrow())?),
        None => None,
    };
    match (file, line) {
        (Some(file), Some(line)) => cx.format(format_args!("{text} ({file}, line {line})")),
        (Some(file), None) => cx.format(format_args!("{text} ({file})")),
        (None, Some(line)) => cx.format(format_args!("{text} (line {line})")),
        (None, None) => Ok(message),
    }
}
