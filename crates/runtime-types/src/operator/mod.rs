//! The module `operator`: the operators of the language as functions, and functions that read items,
//! attributes and methods.

mod getters;

use runtime_gc::Borrowed;

use crate::args::{Args, NativeDef, NativeFn, bind};
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::late::{Late, add_types, finish_module};
use crate::list::{this, two};
use crate::protocol::{self, Unary};
use crate::ty::{Binary, Compare, Type};
use crate::view::Look;

pub(crate) use getters::{ATTR_GETTER, ITEM_GETTER, METHOD_CALLER};

macro_rules! binary {
    ($op:ident) => {
        |cx, args| {
            let (a, b) = two(cx, &args)?;
            protocol::binary(cx, Binary::$op, a, b)
        }
    };
}

macro_rules! in_place {
    ($op:ident) => {
        |cx, args| {
            let (a, b) = two(cx, &args)?;
            protocol::in_place(cx, Binary::$op, a, b)
        }
    };
}

macro_rules! compare {
    ($op:ident) => {
        |cx, args| {
            let (a, b) = two(cx, &args)?;
            protocol::compare(cx, a, b, Compare::$op)
        }
    };
}

macro_rules! unary {
    ($op:ident) => {
        |cx, args| {
            let op = this(cx, &args)?;
            protocol::unary(cx, Unary::$op, op)
        }
    };
}

const ADD: NativeFn = binary!(Add);
const SUB: NativeFn = binary!(Sub);
const MUL: NativeFn = binary!(Mul);
const TRUE_DIV: NativeFn = binary!(TrueDiv);
const FLOOR_DIV: NativeFn = binary!(FloorDiv);
const MOD: NativeFn = binary!(Mod);
const POW: NativeFn = binary!(Pow);
const LSHIFT: NativeFn = binary!(Lshift);
const RSHIFT: NativeFn = binary!(Rshift);
const AND: NativeFn = binary!(And);
const OR: NativeFn = binary!(Or);
const XOR: NativeFn = binary!(Xor);
const INVERT: NativeFn = unary!(Invert);

/// The functions. Most have a second name, with underscores around the first.
const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("abs", 1, abs),
    NativeDef::exactly("add", 2, ADD),
    NativeDef::exactly("and_", 2, AND),
    NativeDef::any("call", call),
    NativeDef::exactly("concat", 2, |cx, args| concat(cx, args, false)),
    NativeDef::exactly("contains", 2, |cx, args| {
        let (a, b) = two(cx, &args)?;
        let there = protocol::contains(cx, a, b)?;
        Ok(cx.bool(there))
    }),
    NativeDef::exactly("countOf", 2, count_of),
    NativeDef::exactly("delitem", 2, |cx, args| {
        let (a, b) = two(cx, &args)?;
        protocol::set_subscript(cx, a, b, None)?;
        Ok(cx.none())
    }),
    NativeDef::exactly("eq", 2, compare!(Eq)),
    NativeDef::exactly("floordiv", 2, FLOOR_DIV),
    NativeDef::exactly("ge", 2, compare!(Ge)),
    NativeDef::exactly("getitem", 2, |cx, args| {
        let (a, b) = two(cx, &args)?;
        protocol::subscript(cx, a, b)
    }),
    NativeDef::exactly("gt", 2, compare!(Gt)),
    NativeDef::exactly("iadd", 2, in_place!(Add)),
    NativeDef::exactly("iand", 2, in_place!(And)),
    NativeDef::exactly("iconcat", 2, |cx, args| concat(cx, args, true)),
    NativeDef::exactly("ifloordiv", 2, in_place!(FloorDiv)),
    NativeDef::exactly("ilshift", 2, in_place!(Lshift)),
    NativeDef::exactly("imod", 2, in_place!(Mod)),
    NativeDef::exactly("imul", 2, in_place!(Mul)),
    NativeDef::exactly("index", 1, |cx, args| {
        let op = this(cx, &args)?;
        let index = protocol::index(cx, op)?;
        // An int and nothing derived from it, as CPython's `PyNumber_Index` makes it.
        crate::int::whole(cx, index.borrow())
    }),
    NativeDef::exactly("indexOf", 2, index_of),
    NativeDef::exactly("inv", 1, INVERT),
    NativeDef::exactly("invert", 1, INVERT),
    NativeDef::exactly("ior", 2, in_place!(Or)),
    NativeDef::exactly("ipow", 2, in_place!(Pow)),
    NativeDef::exactly("irshift", 2, in_place!(Rshift)),
    NativeDef::exactly("is_", 2, |cx, args| {
        let (a, b) = two(cx, &args)?;
        Ok(cx.bool(a.is(b)))
    }),
    NativeDef::exactly("is_not", 2, |cx, args| {
        let (a, b) = two(cx, &args)?;
        Ok(cx.bool(!a.is(b)))
    }),
    NativeDef::exactly("isub", 2, in_place!(Sub)),
    NativeDef::exactly("itruediv", 2, in_place!(TrueDiv)),
    NativeDef::exactly("ixor", 2, in_place!(Xor)),
    NativeDef::exactly("le", 2, compare!(Le)),
    NativeDef::between("length_hint", 1, 2, length_hint),
    NativeDef::exactly("lshift", 2, LSHIFT),
    NativeDef::exactly("lt", 2, compare!(Lt)),
    NativeDef::exactly("mod", 2, MOD),
    NativeDef::exactly("mul", 2, MUL),
    NativeDef::exactly("ne", 2, compare!(Ne)),
    NativeDef::exactly("neg", 1, unary!(Neg)),
    NativeDef::exactly("not_", 1, |cx, args| {
        let op = this(cx, &args)?;
        let truth = protocol::truth(cx, op)?;
        Ok(cx.bool(!truth))
    }),
    NativeDef::exactly("or_", 2, OR),
    NativeDef::exactly("pos", 1, unary!(Pos)),
    NativeDef::exactly("pow", 2, POW),
    NativeDef::exactly("rshift", 2, RSHIFT),
    NativeDef::exactly("setitem", 3, |cx, args| {
        let (a, b) = two(cx, &args)?;
        protocol::set_subscript(cx, a, b, args.get(2))?;
        Ok(cx.none())
    }),
    NativeDef::exactly("sub", 2, SUB),
    NativeDef::exactly("truediv", 2, TRUE_DIV),
    NativeDef::exactly("truth", 1, |cx, args| {
        let op = this(cx, &args)?;
        let truth = protocol::truth(cx, op)?;
        Ok(cx.bool(truth))
    }),
    NativeDef::exactly("xor", 2, XOR),
];

/// Functions that have no second name with underscores.
const PLAIN: &[&str] = &["countOf", "indexOf", "is_", "is_not", "length_hint", "truth"];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "_operator", FUNCTIONS)?;
    for def in FUNCTIONS.iter().filter(|def| !PLAIN.contains(&def.name)) {
        let (name, other) = (cx.name(def.name)?, def.name.trim_end_matches('_'));
        let other = cx.name(&format!("__{other}__"))?;
        if let Some(function) = crate::dict::get(cx, dict.borrow(), name.borrow())? {
            crate::dict::set_name(cx, dict.borrow(), other.borrow(), function)?;
        }
    }
    add_types(cx, dict.borrow(), &[Late::AttrGetter, Late::ItemGetter, Late::MethodCaller])?;
    finish_module(cx, "operator", dict)
}

fn abs(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    match Type::of(op).slots.abs {
        Some(abs) => abs(cx, op),
        None => {
            let name = Type::of(op).name();
            Err(cx.type_error(format_args!("bad operand type for abs(): '{name}'")))
        }
    }
}

/// `call(f, ...)`
fn call(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    match args.get(0) {
        Some(function) => protocol::call(cx, function, args.rest()),
        None => Err(cx.type_error(format_args!("call expected at least 1 argument, got 0"))),
    }
}

/// `a + b`, or `a += b`, of sequences.
fn concat(cx: &mut Cx<'_>, args: Args<'_>, in_place: bool) -> Res {
    let (a, b) = two(cx, &args)?;
    let slots = &Type::of(a).slots;
    let is_sequence = |op: Borrowed<'_>| {
        let ty = Type::of(op);
        ty.slots.concat.is_some() || (ty.is_class() && ty.slots.subscript.is_some())
    };
    if slots.concat.is_none() && !(is_sequence(a) && is_sequence(b)) {
        let name = Type::of(a).name();
        return Err(cx.type_error(format_args!("'{name}' object can't be concatenated")));
    }
    match in_place {
        true => protocol::in_place(cx, Binary::Add, a, b),
        false => match slots.concat {
            Some(concat) => concat(cx, a, b),
            None => protocol::binary(cx, Binary::Add, a, b),
        },
    }
}

/// `iter(x)` in the words of a search.
fn search(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    protocol::iter(cx, op).map_err(|raised| not_iterable(cx, op, raised))
}

fn not_iterable(cx: &Cx<'_>, op: Borrowed<'_>, raised: Raised) -> Raised {
    match crate::iter::caught(cx, raised, &[Exc::TypeError]) {
        Ok(()) => {
            let name = Type::of(op).name();
            cx.type_error(format_args!("argument of type '{name}' is not iterable"))
        }
        Err(raised) => raised,
    }
}

fn count_of(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (a, b) = two(cx, &args)?;
    let iterator = search(cx, a)?;
    let mut count = 0;
    while let Some(item) = protocol::next(cx, iterator.borrow())? {
        count += i64::from(protocol::equal(cx, item.borrow(), b)?);
    }
    cx.int(count)
}

fn index_of(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (a, b) = two(cx, &args)?;
    let iterator = search(cx, a)?;
    let mut at = 0;
    while let Some(item) = protocol::next(cx, iterator.borrow())? {
        if protocol::equal(cx, item.borrow(), b)? {
            return cx.int(at);
        }
        at += 1;
    }
    Err(cx.value_error(format_args!("sequence.index(x): x not in sequence")))
}

/// `length_hint(x, default=0)`
fn length_hint(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [op, default] = bind(cx, "length_hint", &args, ["obj", "default"], 1)?;
    let default = match default {
        None => cx.int(0)?,
        Some(default) if default.is_a::<IntObject>() => default.owned(),
        Some(other) => {
            let name = Type::of(other).name();
            return Err(
                cx.type_error(format_args!("'{name}' object cannot be interpreted as an integer"))
            );
        }
    };
    let none = cx.none();
    match crate::iter::guess(cx, op.unwrap_or(none.borrow()))? {
        Some(hint) => cx.int(hint as i64),
        None => Ok(default),
    }
}
