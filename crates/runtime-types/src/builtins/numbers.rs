//! Built-in functions about numbers and characters.

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, bind, unexpected_keyword};
use crate::bytearray::ByteArrayObject;
use crate::bytes::BytesObject;
use crate::cx::{Cx, Res};
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::iter::special;
use crate::list::{this, two};
use crate::protocol;
use crate::string::StrObject;
use crate::ty::{Binary, Type};
use crate::view::Look;

/// `abs(x)`
pub(super) fn abs(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    match Type::of(op).slots.abs {
        Some(slot) => slot(cx, op),
        None => {
            let name = Type::of(op).name();
            Err(cx.type_error(format_args!("bad operand type for abs(): '{name}'")))
        }
    }
}

/// `bin`, `oct` and `hex`, by the format that writes the same.
pub(super) fn in_base(cx: &mut Cx<'_>, args: Args<'_>, spec: &str) -> Res {
    let op = this(cx, &args)?;
    let int = protocol::index(cx, op)?;
    let spec = cx.str(spec)?;
    match cx.ty(cx.types.int).slots.format {
        Some(format) => format(cx, int.borrow(), spec.borrow()),
        None => protocol::repr(cx, int.borrow()),
    }
}

/// `chr(i)`
pub(super) fn chr(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let code = protocol::index(cx, op)?;
    match crate::int::to_i64(code.borrow()) {
        Some(code @ 0..=0x10_ffff) => cx.str_from_code(code as u32),
        _ => Err(cx.value_error(format_args!("chr() arg not in range(0x110000)"))),
    }
}

/// `ord(c)`
pub(super) fn ord(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    if op.is_a::<BytesObject>() || op.is_a::<ByteArrayObject>() {
        let bytes = crate::bytes::data(cx, op)?;
        return match bytes {
            [byte] => cx.int(i64::from(*byte)),
            _ => Err(cx.type_error(format_args!(
                "ord() expected a character, but string of length {} found",
                bytes.len()
            ))),
        };
    }
    let Some(str) = op.view::<StrObject>() else {
        let name = Type::of(op).name();
        return Err(
            cx.type_error(format_args!("ord() expected string of length 1, but {name} found"))
        );
    };
    match (str.len(), str.text().get(0)) {
        (1, Some(code)) => cx.int(i64::from(code)),
        (len, _) => Err(cx.type_error(format_args!(
            "ord() expected a character, but string of length {len} found"
        ))),
    }
}

/// `divmod(x, y)`
pub(super) fn divmod(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (a, b) = two(cx, &args)?;
    protocol::binary(cx, Binary::DivMod, a, b)
}

/// `pow(base, exp, mod=None)`
pub(super) fn pow(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [base, exp, modulus] = bind(cx, "pow", &args, ["base", "exp", "mod"], 2)?;
    let none = cx.none();
    let or_none = |arg: Option<Borrowed<'_>>| arg.map_or_else(|| cx.none(), Borrowed::owned);
    let (base, exp) = (or_none(base), or_none(exp));
    protocol::power(cx, base.borrow(), exp.borrow(), modulus.unwrap_or(none.borrow()))
}

/// `round(number, ndigits=None)`
pub(super) fn round(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [number, digits] = bind(cx, "round", &args, ["number", "ndigits"], 1)?;
    let number = number.map_or_else(|| cx.none(), Borrowed::owned);
    let name = cx.name("__round__")?;
    let Some(method) = special(cx, number.borrow(), name.borrow())? else {
        let name = Type::of(number.borrow()).name();
        return Err(cx.type_error(format_args!("type {name} doesn't define __round__ method")));
    };
    match digits.filter(|digits| !cx.is_none(*digits)) {
        Some(digits) => protocol::call(cx, method.borrow(), Args::positional(&[digits])),
        None => protocol::call(cx, method.borrow(), Args::NONE),
    }
}

/// `sum(xs, start=0)`
pub(super) fn sum(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let Some(items) = args.get(0) else {
        return Err(
            cx.type_error(format_args!("sum() takes at least 1 positional argument (0 given)"))
        );
    };
    let count = args.values().len();
    if count > 2 {
        return Err(cx.type_error(format_args!("sum() takes at most 2 arguments ({count} given)")));
    }
    let mut start = args.get(1);
    for (name, value) in args.keywords() {
        let name = crate::string::text_of(cx, name)?;
        if !name.eq_str("start") {
            return Err(unexpected_keyword(cx, "sum", name, &["start"]));
        }
        start = Some(value);
    }
    let iterator = protocol::iter(cx, items)?;
    let start = match start {
        None => cx.int(0)?,
        Some(start) if start.is_a::<StrObject>() => {
            return Err(
                cx.type_error(format_args!("sum() can't sum strings [use ''.join(seq) instead]"))
            );
        }
        Some(start) if start.is_a::<BytesObject>() || start.is_a::<ByteArrayObject>() => {
            let name = if start.is_a::<BytesObject>() { "bytes" } else { "bytearray" };
            return Err(
                cx.type_error(format_args!("sum() can't sum {name} [use b''.join(seq) instead]"))
            );
        }
        Some(start) => start.owned(),
    };
    add_up(cx, &iterator, start)
}

/// Adds all items up: whole numbers in a machine word while they fit, floats with the error that
/// rounding made carried along, everything else by `+`.
fn add_up(cx: &mut Cx<'_>, iterator: &Ref, start: Ref) -> Res {
    let mut total = start;
    if total.borrow().ty_ptr() == cx.types.int.cast()
        && let Some(mut sum) = crate::int::to_i64(total.borrow())
    {
        loop {
            let Some(item) = protocol::next(cx, iterator.borrow())? else {
                return cx.int_of_size(sum);
            };
            let ty = item.borrow().ty_ptr();
            let whole = ty == cx.types.int.cast() || ty == cx.types.bool.cast();
            let next = whole.then(|| crate::int::to_i64(item.borrow())).flatten();
            if let Some(next) = next.and_then(|item| sum.checked_add(item)) {
                sum = next;
                continue;
            }
            let so_far = cx.int(sum)?;
            total = protocol::binary(cx, Binary::Add, so_far.borrow(), item.borrow())?;
            break;
        }
    }
    if total.borrow().ty_ptr() == cx.types.float.cast()
        && let Some(first) = total.borrow().view::<FloatObject>()
    {
        let mut sum = Compensated { sum: first.value(), error: 0.0 };
        loop {
            let Some(item) = protocol::next(cx, iterator.borrow())? else {
                return cx.float(sum.value());
            };
            if item.borrow().ty_ptr() == cx.types.float.cast()
                && let Some(item) = item.borrow().view::<FloatObject>()
            {
                sum.add(item.value());
                continue;
            }
            if let Some(int) = item.borrow().view::<IntObject>().and_then(IntObject::to_i64) {
                sum.sum += int as f64;
                continue;
            }
            let so_far = cx.float(sum.value())?;
            total = protocol::binary(cx, Binary::Add, so_far.borrow(), item.borrow())?;
            break;
        }
    }
    while let Some(item) = protocol::next(cx, iterator.borrow())? {
        total = protocol::binary(cx, Binary::Add, total.borrow(), item.borrow())?;
    }
    Ok(total)
}

/// A sum of floats and what rounding took from it (Neumaier's form of Kahan's summation).
struct Compensated {
    sum: f64,
    error: f64,
}

impl Compensated {
    fn add(&mut self, x: f64) {
        let sum = self.sum + x;
        self.error +=
            if self.sum.abs() >= x.abs() { (self.sum - sum) + x } else { (x - sum) + self.sum };
        self.sum = sum;
    }

    fn value(&self) -> f64 {
        // An infinite sum has no error that could be added to it.
        if self.error != 0.0 && self.error.is_finite() { self.sum + self.error } else { self.sum }
    }
}
