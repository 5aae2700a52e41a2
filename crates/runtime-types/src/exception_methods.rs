//! The methods of every exception.

use runtime_gc::Borrowed;

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::exception::{ExceptionObject, set_traceback};
use crate::string::StrObject;
use crate::ty::Type;
use crate::view::Look;

pub(crate) const METHODS: &[NativeDef] = &[
    NativeDef::exactly("with_traceback", 1, with_traceback),
    NativeDef::exactly("add_note", 1, add_note),
];

fn with_traceback(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [this, traceback] = both(cx, args)?;
    set_traceback(cx, this, Some(traceback))?;
    Ok(this.owned())
}

fn add_note(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [this, note] = both(cx, args)?;
    if !note.is_a::<StrObject>() {
        let name = Type::of(note).name();
        return Err(cx.type_error(format_args!("note must be a str, not '{name}'")));
    }
    let name = cx.name("__notes__")?;
    let dict = crate::protocol::instance_dict(cx, this)?;
    let notes = match crate::dict::get(cx, dict.borrow(), name.borrow())? {
        Some(notes) => notes,
        None => {
            let notes = crate::list::empty(cx)?;
            crate::dict::set(cx, dict.borrow(), name.borrow(), notes.borrow())?;
            notes
        }
    };
    crate::list::append(cx, notes.borrow(), note.owned())?;
    Ok(cx.none())
}

fn both<'a>(cx: &Cx<'_>, args: Args<'a>) -> Res<[Borrowed<'a>; 2]> {
    match args.positionals() {
        [this, other] if this.is_a::<ExceptionObject>() => Ok([*this, *other]),
        _ => Err(cx.type_error(format_args!("descriptor requires a 'BaseException' object"))),
    }
}
