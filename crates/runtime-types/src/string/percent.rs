//! `format % values`: the kernel walks the format, this fetches what it asks for.

use std::ops::Range;

use runtime_core::AllocError;
use runtime_gc::{Borrowed, Ref};

use super::build::Assembly;
use super::{StrObject, Text, shared, text_of};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::kernel::percent::{
    self, Arguments, Codes, Conversion, ConversionKind, PercentError, Piece, Pieces,
};
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// `a % b` for a string on the left.
pub(super) fn modulo(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let Some(format) = a.view::<StrObject>() else { return Ok(cx.not_implemented()) };
    let text = format.text();
    let mut values = Values::new(cx, b, text);
    let done = match text {
        Text::Ascii(units) | Text::Latin1(units) => run(&mut values, units),
        Text::Ucs2(units) => run(&mut values, units),
        Text::Ucs4(units) => run(&mut values, units),
    };
    match done {
        // Without a conversion it is the format itself, even where that is of a class.
        Ok(_) if !text.chars().any(|c| c == u32::from(b'%')) => Ok(a.owned()),
        Ok(made) => Ok(made),
        Err(failure) => Err(failure.raise(values.cx)),
    }
}

/// Why the walk ended: an exception that is set, or an error of the format.
enum Failure {
    Raised(Raised),
    Format(PercentError),
}

impl From<PercentError> for Failure {
    fn from(error: PercentError) -> Self {
        Self::Format(error)
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Self {
        Self::Raised(raised)
    }
}

impl Failure {
    fn raise(self, world: &World) -> Raised {
        match self {
            Self::Raised(raised) => raised,
            Self::Format(error) => raise_percent(world, error),
        }
    }
}

/// An error of a format as an exception.
pub(crate) fn raise_percent(world: &World, error: PercentError) -> Raised {
    let kind = match error {
        PercentError::NoMemory => {
            return world.raise_no_memory(AllocError::System { bytes: 0 });
        }
        PercentError::Int(error) => return crate::int::raise_int(world, error),
        PercentError::PrecisionTooLarge | PercentError::NotACodePoint => Exc::OverflowError,
        _ => Exc::ValueError,
    };
    world.raise(kind, format_args!("{error}"))
}

/// The right operand, as it is used up.
struct Values<'c, 'w, 'a> {
    cx: &'c mut Cx<'w>,
    format: Text<'a>,
    operand: Borrowed<'a>,
    /// The items of a tuple; otherwise there is one value.
    items: Option<&'a [Borrowed<'a>]>,
    used: usize,
    /// Whether keys may be looked up in the operand; then nothing need be used up.
    mapping: bool,
    /// Whether a key was looked up, so that the values are what was found, here until it is taken.
    keyed: bool,
    found: Option<Ref>,
}

impl<'c, 'w, 'a> Values<'c, 'w, 'a> {
    fn new(cx: &'c mut Cx<'w>, operand: Borrowed<'a>, format: Text<'a>) -> Self {
        let items = operand.view::<TupleObject>().map(TupleObject::items);
        let mapping = Type::of(operand).slots.subscript.is_some()
            && items.is_none()
            && !operand.is_a::<StrObject>();
        Self { cx, format, operand, items, used: 0, mapping, keyed: false, found: None }
    }

    fn next(&mut self) -> Res {
        let value = match (self.keyed, self.items) {
            (true, _) => self.found.take(),
            (false, Some(items)) => items.get(self.used).map(|item| item.owned()),
            (false, None) if self.used == 0 => Some(self.operand.owned()),
            (false, None) => None,
        };
        self.used += 1;
        value.ok_or_else(|| {
            self.cx.type_error(format_args!("not enough arguments for format string"))
        })
    }

    fn all_used(&self) -> bool {
        self.mapping || self.used >= self.items.map_or(1, <[_]>::len)
    }

    /// The value of a `*`.
    fn star(&mut self, bits: u32) -> Res<isize> {
        let value = self.next()?;
        if !value.borrow().is_a::<IntObject>() {
            return Err(self.cx.type_error(format_args!("* wants int")));
        }
        crate::int::to_c(self.cx, value.borrow(), bits)
    }
}

impl Arguments for Values<'_, '_, '_> {
    type Error = Failure;

    fn open_key(&mut self) -> Result<(), Failure> {
        if self.mapping {
            return Ok(());
        }
        Err(self.cx.type_error(format_args!("format requires a mapping")).into())
    }

    fn key(&mut self, key: Range<usize>) -> Result<(), Failure> {
        let key = self.cx.str_from(self.format.slice(key.start, key.end))?;
        let value = crate::protocol::subscript(self.cx, self.operand, key.borrow())?;
        self.keyed = true;
        self.found = Some(value);
        Ok(())
    }

    fn star_width(&mut self) -> Result<isize, Failure> {
        Ok(self.star(64)?)
    }

    fn star_precision(&mut self) -> Result<i32, Failure> {
        Ok(self.star(32)? as i32)
    }
}

fn run<F: Codes + ?Sized>(values: &mut Values<'_, '_, '_>, format: &F) -> Result<Ref, Failure> {
    let world = values.cx.world();
    let mut out = Assembly::new(world);
    let mut pieces = Pieces::new(format);
    while let Some(piece) = pieces.next_piece(values)? {
        match piece {
            Piece::Literal(range) => {
                out.push_text(values.format.slice(range.start, range.end))?;
            }
            Piece::Conversion(conversion) => {
                let value = values.next()?;
                convert(values.cx, &conversion, value.borrow(), &mut out)?;
            }
        }
    }
    if !values.all_used() {
        let text = format_args!("not all arguments converted during string formatting");
        return Err(values.cx.type_error(text).into());
    }
    Ok(out.finish()?)
}

fn convert(
    cx: &mut Cx<'_>,
    conversion: &Conversion,
    value: Borrowed<'_>,
    out: &mut Assembly<'_>,
) -> Result<(), Failure> {
    match conversion.kind()? {
        ConversionKind::Str => {
            let mut text = crate::protocol::str(cx, value)?;
            if value.is_a::<IntObject>() {
                text = shared(cx, text);
            }
            write_text(cx, conversion, text, out)?;
        }
        ConversionKind::Repr => {
            let text = crate::protocol::repr(cx, value)?;
            write_text(cx, conversion, text, out)?;
        }
        ConversionKind::Ascii => {
            let text = super::ascii(cx, value)?;
            write_text(cx, conversion, text, out)?;
        }
        ConversionKind::Char => write_char(cx, conversion, value, out)?,
        ConversionKind::Decimal | ConversionKind::Radix => {
            let int = whole(cx, conversion, value)?;
            let int = int.borrow().expect::<IntObject>(cx)?;
            let max_digits = cx.int_max_str_digits.get();
            let builder = out.builder()?;
            crate::int::compute_or(
                cx,
                |work| percent::write_int(conversion, int.kernel(), max_digits, builder, work),
                |error| raise_percent(cx, error),
            )?;
        }
        ConversionKind::Float => {
            let value = real(cx, value)?;
            percent::write_float(conversion, value, out.builder()?)?;
        }
    }
    Ok(())
}

/// Adds a text, cut and padded.
fn write_text(cx: &Cx<'_>, conversion: &Conversion, str: Ref, out: &mut Assembly<'_>) -> Res<()> {
    let text = text_of(cx, str.borrow())?;
    let layout = conversion.text_layout(text.len());
    if layout.left == 0 && layout.right == 0 && layout.shown == text.len() {
        return out.push(str);
    }
    let builder = out.builder()?;
    builder.push_fill(u32::from(b' '), layout.left).or_raise(cx)?;
    builder.push_text(text.slice(0, layout.shown)).or_raise(cx)?;
    builder.push_fill(u32::from(b' '), layout.right).or_raise(cx)
}

fn write_char(
    cx: &mut Cx<'_>,
    conversion: &Conversion,
    value: Borrowed<'_>,
    out: &mut Assembly<'_>,
) -> Result<(), Failure> {
    let required = |cx: &Cx<'_>| cx.type_error(format_args!("%c requires int or char"));
    if let Some(str) = value.view::<StrObject>() {
        if str.len() != 1 {
            return Err(required(cx).into());
        }
        let whole = Conversion { precision: None, ..*conversion };
        return Ok(write_text(cx, &whole, value.owned(), out)?);
    }
    if !value.is_a::<IntObject>() && Type::of(value).slots.index.is_none() {
        return Err(required(cx).into());
    }
    let int = crate::protocol::index(cx, value)?;
    let int = int.borrow().expect::<IntObject>(cx)?;
    percent::write_char(conversion, int.kernel(), out.builder()?)?;
    Ok(())
}

/// The integer that `%d`, `%x` and their like want.
pub(crate) fn whole(cx: &mut Cx<'_>, conversion: &Conversion, value: Borrowed<'_>) -> Res {
    if value.is_a::<IntObject>() {
        return Ok(value.owned());
    }
    let slots = &Type::of(value).slots;
    let radix = conversion.kind() == Ok(ConversionKind::Radix);
    let made = match (slots.int.is_some(), slots.index.is_some()) {
        (_, true) if radix => Some(crate::protocol::index(cx, value)),
        (true, _) | (_, true) if !radix => Some(crate::int::from_object(cx, value)),
        _ => None,
    };
    match made {
        Some(Ok(int)) => return Ok(int),
        // What the conversion says of a wrong type is not what is shown.
        Some(Err(raised)) => crate::iter::caught(cx, raised, &[Exc::TypeError])?,
        None => {}
    }
    let wanted = if radix { "an integer" } else { "a real number" };
    let code = char::from_u32(conversion.code).unwrap_or(char::REPLACEMENT_CHARACTER);
    let name = Type::of(value).name();
    Err(cx.type_error(format_args!("%{code} format: {wanted} is required, not {name}")))
}

/// The float that `%f` and its like want. CPython: `PyFloat_AsDouble`.
fn real(cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res<f64> {
    if let Some(float) = value.view::<FloatObject>() {
        return Ok(float.value());
    }
    let slots = &Type::of(value).slots;
    if slots.float.is_none() && slots.index.is_none() {
        let name = Type::of(value).name();
        return Err(cx.type_error(format_args!("must be real number, not {name}")));
    }
    let float = crate::float::from_object(cx, value)?;
    Ok(float.borrow().expect::<FloatObject>(cx)?.value())
}
