//! One item of a view: from memory to an object and back.

use runtime_gc::Borrowed;

use crate::buffer::Format;
use crate::bytes::BytesObject;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::kernel::integer::Int;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// An item as a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Int(i128),
    Float(f64),
    Bool(bool),
    /// One of format `c`.
    Byte(u8),
    /// One of a format that views do not read.
    Unknown(Format),
}

impl Value {
    /// Reads an item.
    ///
    /// # Safety
    /// An item of the format lies at `item`, in memory that is lent.
    pub(super) unsafe fn read(item: *const u8, format: Format) -> Self {
        let mut raw = [0_u8; 8];
        let size = format.item_size().min(raw.len());
        // SAFETY: per contract.
        unsafe { std::ptr::copy_nonoverlapping(item, raw.as_mut_ptr(), size) };
        let unsigned = u64::from_ne_bytes(raw);
        match format.code() {
            b'c' => Self::Byte(unsigned as u8),
            b'?' => Self::Bool(unsigned != 0),
            b'b' => Self::Int(i128::from(unsigned as i8)),
            b'h' => Self::Int(i128::from(unsigned as i16)),
            b'i' => Self::Int(i128::from(unsigned as i32)),
            b'l' | b'q' | b'n' => Self::Int(i128::from(unsigned.cast_signed())),
            b'e' => Self::Float(from_half(unsigned as u16)),
            b'f' => Self::Float(f64::from(f32::from_bits(unsigned as u32))),
            b'd' => Self::Float(f64::from_bits(unsigned)),
            b'w' => Self::Unknown(format),
            _ => Self::Int(i128::from(unsigned)),
        }
    }

    /// Reads an item from as many bytes as its format has.
    pub(crate) fn of_bytes(bytes: &[u8], format: Format) -> Self {
        if bytes.len() < format.item_size() {
            return Self::Int(0);
        }
        // SAFETY: an item of the format lies in the bytes.
        unsafe { Self::read(bytes.as_ptr(), format) }
    }

    /// The item as an object.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn object(self, world: &World) -> Res {
        match self {
            Self::Int(value) => match i64::try_from(value) {
                Ok(value) => world.int(value),
                Err(_) => world.int_from(&Int::from_u64(value as u64)),
            },
            Self::Float(value) => world.float(value),
            Self::Bool(value) => Ok(world.bool(value)),
            Self::Byte(value) => Ok(world.one_byte(value)),
            Self::Unknown(format) => Err(unknown(world, format)),
        }
    }

    /// Whether the objects of two items would be equal.
    pub(super) fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Byte(a), Self::Byte(b)) => a == b,
            (Self::Byte(_) | Self::Unknown(_), _) | (_, Self::Byte(_) | Self::Unknown(_)) => false,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Float(float), other) | (other, Self::Float(float)) => {
                let whole = float.fract() == 0.0 && float.abs() < 1e30;
                whole && other.whole() == Some(float as i128)
            }
            (a, b) => a.whole() == b.whole(),
        }
    }

    fn whole(self) -> Option<i128> {
        match self {
            Self::Int(value) => Some(value),
            Self::Bool(value) => Some(i128::from(value)),
            Self::Float(_) | Self::Byte(_) | Self::Unknown(_) => None,
        }
    }
}

/// The bytes of an object as an item of a format, as many as an item has. Runs the object's code.
///
/// # Errors
/// `TypeError` and `ValueError` for objects that the format has no place for; those of their code.
pub(super) fn pack(cx: &mut Cx<'_>, value: Borrowed<'_>, format: Format) -> Res<[u8; 8]> {
    match format.code() {
        b'w' => Err(unknown(cx, format)),
        b'c' => match value.view::<BytesObject>().map(BytesObject::bytes) {
            Some([byte]) => Ok(u64::from(*byte).to_ne_bytes()),
            Some(_) => Err(wrong_value(cx, format)),
            None => Err(wrong_type(cx, format)),
        },
        b'?' => {
            let truth = crate::protocol::truth(cx, value)?;
            Ok(u64::from(truth).to_ne_bytes())
        }
        b'e' | b'f' | b'd' => {
            let value = real(cx, value).map_err(|raised| in_our_words(cx, raised, format))?;
            match format.code() {
                b'd' => Ok(value.to_bits().to_ne_bytes()),
                b'f' => Ok(u64::from((value as f32).to_bits()).to_ne_bytes()),
                _ => match to_half(value) {
                    Some(half) => Ok(u64::from(half).to_ne_bytes()),
                    None => Err(wrong_value(cx, format)),
                },
            }
        }
        code => {
            let int = crate::protocol::index(cx, value)
                .map_err(|raised| in_our_words(cx, raised, format))?;
            let int = int.borrow().expect::<IntObject>(cx)?;
            let wide = match int.to_i64() {
                Some(value) => Some(i128::from(value)),
                None => int.kernel().to_u64().map(i128::from),
            };
            let (least, most) = limits(code);
            match wide.filter(|value| (least..=most).contains(value)) {
                Some(value) => Ok((value as u64).to_ne_bytes()),
                None => Err(wrong_value(cx, format)),
            }
        }
    }
}

/// The least and the greatest integer of a format.
fn limits(code: u8) -> (i128, i128) {
    match code {
        b'b' => (i8::MIN.into(), i8::MAX.into()),
        b'B' => (0, u8::MAX.into()),
        b'h' => (i16::MIN.into(), i16::MAX.into()),
        b'H' => (0, u16::MAX.into()),
        b'i' => (i32::MIN.into(), i32::MAX.into()),
        b'I' => (0, u32::MAX.into()),
        b'l' | b'q' | b'n' => (i64::MIN.into(), i64::MAX.into()),
        // An address may be given as a negative number.
        b'P' => (i64::MIN.into(), u64::MAX.into()),
        _ => (0, u64::MAX.into()),
    }
}

/// CPython: `PyFloat_AsDouble`.
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

/// What a conversion raised, in the words of views when it says that the object is no such number.
fn in_our_words(cx: &Cx<'_>, raised: Raised, format: Format) -> Raised {
    let exception = cx.take_raised(raised);
    let is = |kind: Exc| Type::of(exception.borrow()).is_subtype(cx.exc_type(kind));
    if is(Exc::TypeError) {
        return wrong_type(cx, format);
    }
    if is(Exc::OverflowError) || is(Exc::ValueError) {
        return wrong_value(cx, format);
    }
    cx.restore_raised(exception)
}

fn unknown(world: &World, format: Format) -> Raised {
    let text = format.text();
    let text = text.as_str();
    let kind = Exc::NotImplementedError;
    world.raise(kind, format_args!("memoryview: format {text} not supported"))
}

fn wrong_type(cx: &World, format: Format) -> Raised {
    let code = char::from(format.code());
    cx.type_error(format_args!("memoryview: invalid type for format '{code}'"))
}

fn wrong_value(cx: &World, format: Format) -> Raised {
    let code = char::from(format.code());
    cx.value_error(format_args!("memoryview: invalid value for format '{code}'"))
}

/// A half-precision float: 1 bit of sign, 5 of exponent, 10 of fraction.
pub(super) fn from_half(half: u16) -> f64 {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(half >> 10 & 0x1f), f64::from(half & 0x3ff));
    sign * match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    }
}

/// The nearest half-precision float, ties to even; none when it is too large. CPython:
/// `PyFloat_Pack2`.
pub(super) fn to_half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    if value.is_nan() {
        return Some(sign | 0x7e00);
    }
    if value.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1023;
    if exponent < -25 {
        return Some(sign);
    }
    if exponent > 15 {
        return None;
    }
    // The fraction in units of the last place of the result, and the exponent's field.
    let magnitude = value.abs();
    let (units, field) = if exponent < -14 {
        (magnitude * 2_f64.powi(24), 0)
    } else {
        (magnitude * 2_f64.powi(10 - exponent) - 1024.0, exponent + 15)
    };
    // A fraction that is rounded up to the next power of two moves the exponent by itself.
    let rounded = units.round_ties_even() as i32 + (field << 10);
    u16::try_from(rounded).ok().filter(|&half| half < 0x7c00).map(|half| sign | half)
}
