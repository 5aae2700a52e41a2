//! `cmp_to_key`: objects that compare as a function says.

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, bind};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::late::Late;
use crate::native::{fixed, member, object};
use crate::protocol;
use crate::ty::{Compare, Slots, TypeDef};
use crate::view::{Layout, Look};

object! {
    /// What `cmp_to_key` gives, without an object; called with one it gives another that has it.
    KeyWrapperObject as KeyWrapper, "functools.KeyWrapper", 32 {
        compare: Field,
        object_: Field,
    } owns [compare, object_]
}

pub(crate) const KEY_WRAPPER: TypeDef = TypeDef {
    spec: fixed::<KeyWrapperObject>("functools.KeyWrapper", Layout::KeyWrapper),
    slots: Slots { call: Some(call), compare: Some(compare), ..Slots::NONE },
    members: &[member!(mut KeyWrapperObject, "obj", object_)],
    module: "functools",
    ..TypeDef::EMPTY
};

fn wrapper(cx: &Cx<'_>, compare: Option<Ref>, object: Option<Ref>) -> Res {
    let made = crate::class::new_object(cx, Late::KeyWrapper.ty(cx)?)?;
    let this = made.borrow().expect::<KeyWrapperObject>(cx)?;
    this.compare.set(compare);
    this.object_.set(object);
    Ok(made)
}

/// `cmp_to_key(mycmp)`
pub(super) fn cmp_to_key(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [compare] = bind(cx, "cmp_to_key", &args, ["mycmp"], 1)?;
    wrapper(cx, compare.map(Borrowed::owned), None)
}

fn call(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let [object] = bind(cx, "K", &args, ["obj"], 1)?;
    let compare = op.expect::<KeyWrapperObject>(cx)?.compare.get();
    wrapper(cx, compare, object.map(Borrowed::owned))
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<KeyWrapperObject>(), b.view::<KeyWrapperObject>()) else {
        return Err(cx.type_error(format_args!("other argument must be K instance")));
    };
    let (Some(left), Some(right), Some(compare)) =
        (x.object_.get(), y.object_.get(), x.compare.get())
    else {
        return Err(cx.raise(Exc::AttributeError, format_args!("object")));
    };
    let both = [left.borrow(), right.borrow()];
    let order = protocol::call(cx, compare.borrow(), Args::positional(&both))?;
    let zero = cx.int(0)?;
    protocol::compare(cx, order.borrow(), zero.borrow(), op)
}
