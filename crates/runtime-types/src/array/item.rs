//! The kinds of items that arrays have: from bytes to an object and back.

use runtime_gc::Borrowed;

use crate::buffer::Format;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::memoryview::Value;
use crate::string::StrObject;
use crate::ty::Type;
use crate::view::Look;

/// The letters of all kinds.
pub(super) const CODES: &str = "bBuwhHiIlLqQfd";

/// A kind of item, by its letter in native form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind(u8);

/// How an item is written: its bytes, of which the kind's size counts.
pub(super) type Bytes = [u8; 8];

impl Kind {
    /// The kind of a letter, which is one.
    pub(super) const fn of(code: u8) -> Self {
        Self(code)
    }

    /// The kind of a letter that a program gives.
    pub(super) fn parse(code: u32) -> Option<Self> {
        let code = u8::try_from(code).ok()?;
        CODES.as_bytes().contains(&code).then_some(Self(code))
    }

    pub(super) const fn code(self) -> u8 {
        self.0
    }

    /// Bytes of an item.
    pub(super) const fn size(self) -> usize {
        match self.0 {
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'u' | b'w' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
            _ => 1,
        }
    }

    /// Whether items are characters.
    pub(super) const fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }

    /// What views call the items.
    pub(super) fn format(self) -> Format {
        if self.is_text() {
            return Format::CHARACTERS;
        }
        Format::parse(&[self.0]).unwrap_or(Format::BYTES)
    }

    /// An item as an object.
    pub(super) fn object(self, cx: &Cx<'_>, bytes: &[u8]) -> Res {
        if self.is_text() {
            let mut raw = [0; 4];
            raw.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            let code = u32::from_ne_bytes(raw);
            if code > 0x10_ffff {
                return Err(cx.value_error(format_args!(
                    "character U+{code:x} is not in range [U+0000; U+10ffff]"
                )));
            }
            return cx.str_from_code(code);
        }
        Value::of_bytes(bytes, self.format()).object(cx)
    }

    /// An object as an item. Runs the object's code.
    ///
    /// # Errors
    /// `TypeError` and `OverflowError` for objects that the kind has no place for; those of their
    /// code.
    pub(super) fn pack(self, cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res<Bytes> {
        match self.0 {
            b'u' | b'w' => self.pack_text(cx, value),
            b'f' => {
                let value = real(cx, value)?;
                Ok(u64::from((value as f32).to_bits()).to_ne_bytes())
            }
            b'd' => Ok(real(cx, value)?.to_bits().to_ne_bytes()),
            _ => self.pack_int(cx, value),
        }
    }

    fn pack_text(self, cx: &Cx<'_>, value: Borrowed<'_>) -> Res<Bytes> {
        match value.view::<StrObject>().map(|str| (str.len(), str.text().get(0))) {
            Some((1, Some(code))) => Ok(u64::from(code).to_ne_bytes()),
            _ => Err(cx.type_error(format_args!("array item must be unicode character"))),
        }
    }

    fn pack_int(self, cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res<Bytes> {
        let int = crate::protocol::index(cx, value)?;
        let int = int.borrow().expect::<IntObject>(cx)?;
        let wide = match int.to_i64() {
            Some(value) => i128::from(value),
            None => match int.kernel().to_u64() {
                Some(value) => i128::from(value),
                None if int.is_negative() => i128::MIN,
                None => i128::MAX,
            },
        };
        for (least, most, name) in self.ranges() {
            if wide < *least || wide > *most {
                return Err(out_of_range(cx, name, wide < *least));
            }
        }
        Ok((wide as u64).to_ne_bytes())
    }

    /// The ranges that an integer has to be in, from the widest to the kind's own, and what CPython
    /// calls them.
    const fn ranges(self) -> &'static [(i128, i128, Words)] {
        const LONG: (i128, i128, Words) = (
            i64::MIN as i128,
            i64::MAX as i128,
            Words::Both("Python int too large to convert to C long"),
        );
        const INT: (i128, i128, Words) =
            (i32::MIN as i128, i32::MAX as i128, Words::Named("signed integer"));
        const SHORT: (i128, i128, Words) =
            (i16::MIN as i128, i16::MAX as i128, Words::Named("signed short integer"));
        const UNSIGNED_LONG: (i128, i128, Words) = (
            0,
            u64::MAX as i128,
            Words::Each(
                "can't convert negative value to unsigned int",
                "Python int too large to convert to C unsigned long",
            ),
        );
        match self.0 {
            b'b' => {
                const { &[LONG, SHORT, (i8::MIN as i128, i8::MAX as i128, Words::Named("signed char"))] }
            }
            b'B' => const { &[LONG, (0, u8::MAX as i128, Words::Named("unsigned byte integer"))] },
            b'h' => const { &[LONG, SHORT] },
            b'H' => const { &[LONG, INT, (0, u16::MAX as i128, Words::Named("unsigned short"))] },
            b'i' => const { &[LONG, INT] },
            b'I' => const { &[UNSIGNED_LONG, (0, u32::MAX as i128, Words::Named("unsigned int"))] },
            b'l' => const { &[LONG] },
            b'L' => const { &[UNSIGNED_LONG] },
            b'q' => {
                const { &[(i64::MIN as i128, i64::MAX as i128, Words::Both("int too big to convert"))] }
            }
            _ => {
                const {
                    &[(
                        0,
                        u64::MAX as i128,
                        Words::Each(
                            "can't convert negative int to unsigned",
                            "int too big to convert",
                        ),
                    )]
                }
            }
        }
    }
}

/// What is said of an integer outside a range.
#[derive(Clone, Copy)]
enum Words {
    /// `... is less than minimum`, `... is greater than maximum`
    Named(&'static str),
    /// The same on both sides.
    Both(&'static str),
    /// One for each side.
    Each(&'static str, &'static str),
}

fn out_of_range(cx: &Cx<'_>, words: &Words, below: bool) -> Raised {
    let raise = |text: std::fmt::Arguments<'_>| cx.raise(Exc::OverflowError, text);
    match (*words, below) {
        (Words::Named(name), true) => raise(format_args!("{name} is less than minimum")),
        (Words::Named(name), false) => raise(format_args!("{name} is greater than maximum")),
        (Words::Both(text), _) | (Words::Each(text, _), true) | (Words::Each(_, text), false) => {
            raise(format_args!("{text}"))
        }
    }
}

/// CPython: `PyFloat_AsDouble`.
fn real(cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res<f64> {
    let slots = &Type::of(value).slots;
    if !value.is_a::<FloatObject>() && slots.float.is_none() && slots.index.is_none() {
        let name = Type::of(value).name();
        return Err(cx.type_error(format_args!("must be real number, not {name}")));
    }
    if let Some(float) = value.view::<FloatObject>() {
        return Ok(float.value());
    }
    let float = crate::float::from_object(cx, value)?;
    Ok(float.borrow().expect::<FloatObject>(cx)?.value())
}
