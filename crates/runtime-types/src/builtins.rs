//! Built-in functions (placeholder of the next change).
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use runtime_gc::{Borrowed, Ref};
const FUNCTIONS: &[NativeDef] = &[
    NativeDef::any("print", print),
    NativeDef::exactly("len", 1, |cx, args| {
        let n = crate::protocol::len(cx, args.get(0).unwrap())?;
        cx.int(n as i64)
    }),
];
fn print(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let mut line = String::new();
    for (i, arg) in args.positionals().iter().enumerate() {
        if i > 0 {
            line.push(' ');
        }
        let text = crate::protocol::str(cx, *arg)?;
        line.push_str(&crate::string::text_of(cx, text.borrow())?.to_string());
    }
    line.push('\n');
    let _ = cx.console.out(line.as_bytes());
    Ok(cx.none())
}
/// Names.
pub fn install(cx: &mut Cx<'_>, dict: Borrowed<'_>) -> Res<()> {
    crate::module::add_functions(cx, dict, "builtins", FUNCTIONS)?;
    for (name, ty) in [
        ("range", cx.types.range),
        ("int", cx.types.int),
        ("str", cx.types.str),
        ("list", cx.types.list),
        ("tuple", cx.types.tuple),
        ("float", cx.types.float),
    ] {
        let name = cx.name(name)?;
        // SAFETY: types live.
        let ty = unsafe { Ref::new(ty.cast()) };
        crate::dict::set_name(cx, dict, name.borrow(), ty)?;
    }
    for &kind in crate::Exc::ALL {
        let name = cx.name(kind.name())?;
        let ty = cx.exc_type(kind).as_borrowed().owned();
        crate::dict::set_name(cx, dict, name.borrow(), ty)?;
    }
    Ok(())
}
/// `ascii(x)`
pub fn ascii(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    crate::protocol::repr(cx, op)
}
/// `dir(x)`
pub fn attribute_names(_cx: &mut Cx<'_>, _op: Borrowed<'_>) -> Vec<String> {
    Vec::new()
}
