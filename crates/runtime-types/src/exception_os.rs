//! `OSError`: a number and words of the system, and the files that it was about.
//!
//! ```text
//! OSError(2, "No such file", "a")  ->  FileNotFoundError: [Errno 2] No such file: 'a'
//! ```
//!
//! The kinds of it (`FileNotFoundError`, ...) are classes of the module `_oserrors`, made when a
//! program first names one, or makes an `OSError` with a number that means one.
//! CPython: `Objects/exceptions.c`.

use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::exception::{ExceptionObject, extra_member};
use crate::field::Field;
use crate::int::IntObject;
use crate::string::text_of;
use crate::ty::{GetSetDef, Type};
use crate::view::Look;

/// `errno`, `strerror` and the names of files, in the words behind the common ones.
pub(crate) const MEMBERS: &[GetSetDef] = &[
    extra_member::<0>("errno"),
    extra_member::<1>("strerror"),
    extra_member::<2>("filename"),
    extra_member::<3>("filename2"),
];

/// `OSError(errno, strerror, filename, winerror, filename2)`: the class that the number means, when
/// `OSError` itself is asked for.
pub(crate) fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if std::ptr::eq(ty, cx.exc_type(crate::exception::Exc::OSError))
        && (2..=5).contains(&args.len())
        && let Some(number) = args.get(0).filter(|number| number.is_a::<IntObject>())
        && let Some(class) = class_of(cx, number)?
        && let Some(class) = class.borrow().view::<Type>()
    {
        return crate::exception::new(cx, class, args);
    }
    crate::exception::new(cx, ty, args)
}

/// The class for a number of the system.
fn class_of(cx: &mut Cx<'_>, number: Borrowed<'_>) -> Res<Option<Ref>> {
    let name = cx.name("_oserrors")?;
    let module = (cx.module_of.get())(cx, name.borrow())?;
    let classes = crate::protocol::get_attr_str(cx, module.borrow(), "CLASSES")?;
    crate::dict::get(cx, classes.borrow(), number)
}

pub(crate) fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    crate::exception::init(cx, op, args)?;
    if !(2..=5).contains(&args.len()) {
        return Ok(());
    }
    let this = op.expect::<ExceptionObject>(cx)?;
    let none = cx.none();
    let given = |index: usize| args.get(index).filter(|value| !value.is(none.borrow()));
    // The fourth is for another system.
    for (field, index) in this.extra().iter().zip([0, 1, 2, 4]) {
        let value = if index < 2 { args.get(index) } else { given(index) };
        field.set(value.map(Borrowed::owned));
    }
    if given(2).is_some()
        && let (Some(number), Some(words)) = (args.get(0), args.get(1))
    {
        let first = cx.tuple([number.owned(), words.owned()])?;
        this.args.set(Some(first));
    }
    Ok(())
}

pub(crate) fn str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<ExceptionObject>(cx)?;
    let fields: Vec<Option<Ref>> = this.extra().iter().map(Field::get).collect();
    let [number, words, first, second, ..] = fields.as_slice() else {
        return crate::exception::str(cx, op);
    };
    if first.is_none() && (number.is_none() || words.is_none()) {
        return crate::exception::str(cx, op);
    }
    let mut text = String::new();
    for (value, before) in [(number, "[Errno "), (words, "] ")] {
        let value = value.clone().unwrap_or_else(|| cx.none());
        let shown = crate::protocol::str(cx, value.borrow())?;
        text.push_str(before);
        text.push_str(&text_of(cx, shown.borrow())?.to_string());
    }
    for (value, before) in [(first, ": "), (second, " -> ")] {
        let Some(value) = value else { break };
        let shown = crate::protocol::repr(cx, value.borrow())?;
        text.push_str(before);
        text.push_str(&text_of(cx, shown.borrow())?.to_string());
    }
    cx.str(&text)
}
