//! `format % values` for bytes: the kernel walks the format, this fetches what it asks for.

use std::ops::Range;

use runtime_core::HeapVec;
use runtime_gc::{Borrowed, Ref};

use super::{BytesObject, Flavor, operators::push, scratch};
use crate::buffer::{Buffer, is_bytes_like};
use crate::bytearray::ByteArrayObject;
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::iter::caught;
use crate::kernel::percent::{
    self, Arguments, Conversion, ConversionKind, PercentError, Piece, Pieces,
};
use crate::kernel::{NoMemory, Out};
use crate::string::{StrObject, raise_percent};
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;

/// `a % b` for bytes of this flavor on the left.
pub(crate) fn modulo(cx: &mut Cx<'_>, flavor: Flavor, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let is = match flavor {
        Flavor::Bytes => a.is_a::<BytesObject>(),
        Flavor::Array => a.is_a::<ByteArrayObject>(),
    };
    if !is {
        return Ok(cx.not_implemented());
    }
    // The format stays as it is, whatever the values' code does to a bytearray.
    let format = match Flavor::of(a) {
        Flavor::Bytes => a.owned(),
        Flavor::Array => {
            let bytes = super::data(cx, a)?;
            cx.bytes(bytes)?
        }
    };
    let format = format.borrow().expect::<BytesObject>(cx)?.bytes();
    let mut values = Values::new(cx, b, format);
    match run(&mut values, format) {
        Ok(bytes) => Flavor::of(a).make(values.cx, &bytes),
        Err(Failure::Raised(raised)) => Err(raised),
        Err(Failure::Format(error)) => Err(raise_percent(values.cx, error)),
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

/// The right operand, as it is used up.
struct Values<'c, 'w, 'a> {
    cx: &'c mut Cx<'w>,
    format: &'a [u8],
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
    fn new(cx: &'c mut Cx<'w>, operand: Borrowed<'a>, format: &'a [u8]) -> Self {
        let items = operand.view::<TupleObject>().map(TupleObject::items);
        let text = operand.is_a::<BytesObject>()
            || operand.is_a::<ByteArrayObject>()
            || operand.is_a::<StrObject>();
        let mapping = Type::of(operand).slots.subscript.is_some() && items.is_none() && !text;
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
        let key = self.cx.bytes(self.format.get(key).unwrap_or_default())?;
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

fn run(values: &mut Values<'_, '_, '_>, format: &[u8]) -> Result<HeapVec<u8>, Failure> {
    let mut out = scratch(values.cx);
    let mut pieces = Pieces::new(format);
    while let Some(piece) = pieces.next_piece(values)? {
        match piece {
            Piece::Literal(range) => {
                push(values.cx, &mut out, format.get(range).unwrap_or_default())?;
            }
            Piece::Conversion(conversion) => {
                let value = values.next()?;
                convert(values.cx, &conversion, value.borrow(), &mut out)?;
            }
        }
    }
    if !values.all_used() {
        let text = format_args!("not all arguments converted during bytes formatting");
        return Err(values.cx.type_error(text).into());
    }
    Ok(out)
}

fn convert(
    cx: &mut Cx<'_>,
    conversion: &Conversion,
    value: Borrowed<'_>,
    out: &mut HeapVec<u8>,
) -> Result<(), Failure> {
    // `%b` is bytes' own; `%r` is another name of `%a`.
    if conversion.code == u32::from(b'b') {
        return Ok(write_value(cx, conversion, value, out)?);
    }
    match conversion.kind()? {
        ConversionKind::Str => write_value(cx, conversion, value, out)?,
        ConversionKind::Repr | ConversionKind::Ascii => {
            let text = crate::string::ascii(cx, value)?;
            let text = crate::string::text_of(cx, text.borrow())?;
            write_padded(cx, conversion, text.as_ascii().unwrap_or_default(), out)?;
        }
        ConversionKind::Char => {
            let byte = character(cx, value)?;
            let whole = Conversion { precision: None, ..*conversion };
            write_padded(cx, &whole, &[byte], out)?;
        }
        ConversionKind::Decimal | ConversionKind::Radix => {
            // In messages `%i` is a `%d`.
            let code =
                if conversion.code == u32::from(b'i') { b'd'.into() } else { conversion.code };
            let named = Conversion { code, ..*conversion };
            let int = crate::string::whole(cx, &named, value)?;
            let int = int.borrow().expect::<IntObject>(cx)?;
            let max_digits = cx.int_max_str_digits.get();
            let mut text = Ascii(out);
            crate::int::compute_or(
                cx,
                |work| percent::write_int(conversion, int.kernel(), max_digits, &mut text, work),
                |error| raise_percent(cx, error),
            )?;
        }
        ConversionKind::Float => {
            let value = real(cx, value)?;
            percent::write_float(conversion, value, &mut Ascii(out))?;
        }
    }
    Ok(())
}

/// Bytes as a sink of the kernel's text, which is ASCII.
struct Ascii<'o>(&'o mut HeapVec<u8>);

impl Out for Ascii<'_> {
    fn push_str(&mut self, text: &str) -> Result<(), NoMemory> {
        self.0.extend_from_slice(text.as_bytes()).map_err(|_| NoMemory)
    }

    fn reserve(&mut self, chars: usize) -> Result<(), NoMemory> {
        self.0.reserve(chars).map_err(|_| NoMemory)
    }
}

/// Adds bytes, cut and padded.
fn write_padded(
    cx: &Cx<'_>,
    conversion: &Conversion,
    bytes: &[u8],
    out: &mut HeapVec<u8>,
) -> Res<()> {
    let layout = conversion.text_layout(bytes.len());
    out.reserve(layout.left.saturating_add(layout.shown).saturating_add(layout.right))
        .or_raise(cx)?;
    (0..layout.left).try_for_each(|_| out.push(b' ')).or_raise(cx)?;
    push(cx, out, bytes.get(..layout.shown).unwrap_or_default())?;
    (0..layout.right).try_for_each(|_| out.push(b' ')).or_raise(cx)
}

/// `%s` and `%b`: bytes, what lends its memory, what has `__bytes__`.
fn write_value(
    cx: &mut Cx<'_>,
    conversion: &Conversion,
    value: Borrowed<'_>,
    out: &mut HeapVec<u8>,
) -> Res<()> {
    let name = cx.name("__bytes__")?;
    let has_method = crate::iter::special(cx, value, name.borrow())?.is_some();
    if !is_bytes_like(value) && !has_method {
        let name = Type::of(value).name();
        return Err(cx.type_error(format_args!(
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{name}'"
        )));
    }
    if has_method && !value.is_a::<BytesObject>() {
        let bytes = super::to_bytes(cx, value)?;
        let bytes = bytes.borrow().expect::<BytesObject>(cx)?.bytes();
        return write_padded(cx, conversion, bytes, out);
    }
    let buffer = Buffer::get_any(cx.world(), value)?;
    let bytes = cx.bytes_with(buffer.len(), |out| buffer.copy_to(out))?;
    write_padded(cx, conversion, bytes.borrow().expect::<BytesObject>(cx)?.bytes(), out)
}

/// The byte of `%c`.
fn character(cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res<u8> {
    if value.is_a::<BytesObject>() || value.is_a::<ByteArrayObject>() {
        if let [byte] = super::data(cx, value)? {
            return Ok(*byte);
        }
    } else if value.is_a::<IntObject>() || Type::of(value).slots.index.is_some() {
        match crate::protocol::index(cx, value) {
            Ok(int) => {
                let byte = crate::int::to_i64(int.borrow()).and_then(|int| u8::try_from(int).ok());
                return byte.ok_or_else(|| {
                    cx.raise(Exc::OverflowError, format_args!("%c arg not in range(256)"))
                });
            }
            Err(raised) => caught(cx, raised, &[Exc::TypeError])?,
        }
    }
    Err(cx.type_error(format_args!("%c requires an integer in range(256) or a single byte")))
}

/// The float that `%f` and its like want.
fn real(cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res<f64> {
    if let Some(float) = value.view::<FloatObject>() {
        return Ok(float.value());
    }
    let slots = &Type::of(value).slots;
    if slots.float.is_some() || slots.index.is_some() {
        match crate::float::from_object(cx, value) {
            Ok(float) => return Ok(float.borrow().expect::<FloatObject>(cx)?.value()),
            // Whatever kept it from being one, that is what is said.
            Err(raised) => drop(cx.take_raised(raised)),
        }
    }
    let name = Type::of(value).name();
    Err(cx.type_error(format_args!("float argument required, not {name}")))
}
