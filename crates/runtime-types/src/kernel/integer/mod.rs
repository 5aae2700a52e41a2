//! Integers without bound: sign and magnitude, in CPython's 30-bit digits.
//!
//! ```text
//!   -(2**60 + 7)   negative: true    digits: [ 7, 0, 1 ]      little end first, each < 2**30
//!   0              negative: false   digits: [ ]              the top digit is never zero
//! ```
//!
//! Operands are borrowed ([`IntRef`]), results owned ([`Int`]), inline up to four digits. Small sizes
//! go through plain digit loops; from a few dozen digits num-bigint multiplies blocks of at most
//! [`BLOCK`] digits. Everything larger, and all division, is put together here out of such products
//! (Karatsuba, Burnikel and Ziegler), so that the [`Work`](super::Work) is asked often enough.

mod add;
mod bits;
mod bytes;
mod decimal;
mod div;
mod mag;
mod mul;
mod number;
mod parse;
mod power;
mod real;
mod roots;

use smallvec::SmallVec;

use super::{NoMemory, Stop};

pub use add::{add, compare, sub};
pub use bits::{and, bit_count, invert, or, shl, shl_upper, shr, xor};
pub use bytes::{from_bytes, signed_bits, to_bytes};
pub use decimal::{MAX_STR_DIGITS, STR_DIGITS_THRESHOLD, write_decimal, write_radix};
pub use div::{divmod, floordiv, modulo};
pub use mul::mul;
pub use number::{HASH_MODULUS, hash, round_tens};
pub use parse::{fold_numeric, parse};
pub use power::{pow, pow_mod};
pub use real::{compare_float, from_float, to_float, true_div};
pub(crate) use real::{nearest, split};
pub use roots::{gcd, inverse, isqrt};

/// Bits in a digit, as in CPython on 64-bit machines.
pub const DIGIT_BITS: u32 = 30;
/// The greatest digit.
pub const DIGIT_MASK: u32 = (1 << DIGIT_BITS) - 1;
/// Digits in the largest block that one library call is given: 150 kbit, about a millisecond.
pub const BLOCK: usize = 5000;

/// Digits of a magnitude; four fit without the heap.
pub type Digits = SmallVec<[u32; 4]>;

/// A borrowed integer: the sign, and the magnitude's digits, little end first.
#[derive(Debug, Clone, Copy)]
pub struct IntRef<'a> {
    negative: bool,
    digits: &'a [u32],
}

impl<'a> IntRef<'a> {
    /// Zero.
    pub const ZERO: IntRef<'static> = IntRef { negative: false, digits: &[] };
    /// One.
    pub const ONE: IntRef<'static> = IntRef { negative: false, digits: &[1] };

    /// The integer of that sign and magnitude. Zero digits on top are left out, and the sign of zero
    /// with them. Cost: one look at the top digit.
    ///
    /// Each digit must be below `2**30`; otherwise results are meaningless, though never unsafe.
    #[must_use]
    pub fn new(negative: bool, digits: &'a [u32]) -> Self {
        debug_assert!(digits.iter().all(|&digit| digit <= DIGIT_MASK), "a digit has 30 bits");
        let digits = mag::trimmed(digits);
        Self { negative: negative && !digits.is_empty(), digits }
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.negative
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.digits.is_empty()
    }

    /// Whether the lowest bit is set; the same for `-n` as for `n`.
    #[must_use]
    pub fn is_odd(self) -> bool {
        self.digits.first().is_some_and(|low| low & 1 == 1)
    }

    /// The magnitude's digits, normalised.
    #[must_use]
    pub fn digits(self) -> &'a [u32] {
        self.digits
    }

    /// Its absolute value.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { negative: false, digits: self.digits }
    }

    /// Its negation.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { negative: !self.negative && !self.digits.is_empty(), digits: self.digits }
    }

    /// Bits of the magnitude: `int.bit_length()`.
    #[must_use]
    pub fn bit_length(self) -> u64 {
        mag::bits(self.digits)
    }

    /// The value, when 64 bits with a sign hold it.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        let magnitude = mag::to_u64(self.digits)?;
        if self.negative {
            0_i64.checked_sub_unsigned(magnitude)
        } else {
            magnitude.try_into().ok()
        }
    }

    /// The value, when it is not negative and 64 bits hold it.
    #[must_use]
    pub fn to_u64(self) -> Option<u64> {
        if self.negative { None } else { mag::to_u64(self.digits) }
    }

    /// A copy that owns its digits.
    ///
    /// # Errors
    /// `NoMemory`, only beyond four digits.
    pub fn to_int(self) -> Result<Int, NoMemory> {
        Ok(Int { negative: self.negative, digits: mag::copy(self.digits)? })
    }
}

/// Equal when the values are; a pass over the digits.
impl PartialEq for IntRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.negative == other.negative && self.digits == other.digits
    }
}

impl Eq for IntRef<'_> {}

/// An owned integer. It has no `Clone`: a copy may fail, see [`IntRef::to_int`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Int {
    negative: bool,
    digits: Digits,
}

impl Int {
    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self::default()
    }

    pub(super) fn new(negative: bool, mut digits: Digits) -> Self {
        mag::trim(&mut digits);
        Self { negative: negative && !digits.is_empty(), digits }
    }

    /// `value` as an integer; needs no memory.
    #[must_use]
    pub fn from_i64(value: i64) -> Self {
        Self { negative: value < 0, digits: mag::from_u64(value.unsigned_abs()) }
    }

    /// `value` as an integer; needs no memory.
    #[must_use]
    pub fn from_u64(value: u64) -> Self {
        Self { negative: false, digits: mag::from_u64(value) }
    }

    /// A view of it.
    #[must_use]
    pub fn as_ref(&self) -> IntRef<'_> {
        IntRef { negative: self.negative, digits: &self.digits }
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The magnitude's digits, normalised.
    #[must_use]
    pub fn digits(&self) -> &[u32] {
        &self.digits
    }

    /// The same magnitude with the other sign; no copy.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { negative: !self.negative && !self.digits.is_empty(), digits: self.digits }
    }
}

/// Why an integer operation gave no result. `Display` gives CPython's text where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IntError {
    /// Memory was refused: `MemoryError`.
    NoMemory,
    /// The poll said stop.
    Stopped(Stop),
    /// The result would have at least `bits` bits, more than the limit: `MemoryError`, untried.
    TooLarge {
        /// A lower bound on the result's bits; saturates.
        bits: u64,
    },
    /// A shift by a negative count: `ValueError`.
    NegativeShift,
    /// The divisor is zero: `ZeroDivisionError`, whose text depends on the operator.
    ZeroDivision,
    /// The modulus of `pow` is zero: `ValueError`.
    ZeroModulus,
    /// No inverse exists: `ValueError`.
    NotInvertible,
    /// An exponent that must not be negative is: the caller takes the float path.
    NegativeExponent,
    /// The square root of a negative number: `ValueError`.
    NegativeRoot,
    /// The integer exceeds every float: `OverflowError`.
    TooLargeForFloat,
    /// The quotient exceeds every float: `OverflowError`.
    QuotientTooLarge,
    /// A float without an integer: not a number (`ValueError`).
    FromNan,
    /// A float without an integer: an infinity (`OverflowError`).
    FromInfinity,
    /// The value does not fit the bytes: `OverflowError`.
    BytesTooFew,
    /// A negative value for unsigned bytes: `OverflowError`.
    NegativeToUnsigned,
    /// More decimal digits than the limit: `ValueError`.
    TooManyDigits {
        /// The limit that was exceeded.
        limit: usize,
        /// Digits in the text that was to be read; none when an integer was to be written.
        found: Option<usize>,
    },
    /// The text is no integer of that base: `ValueError`, whose text shows the repr of the input.
    InvalidLiteral {
        /// The base that was asked for; 0 when the prefix was to tell.
        base: u32,
    },
    /// A base other than 0 and 2 to 36: `ValueError`.
    BadBase,
}

impl std::fmt::Display for IntError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match *self {
            Self::NoMemory => "out of memory",
            Self::Stopped(stop) => return stop.fmt(f),
            Self::TooLarge { bits } => return write!(f, "the result would have {bits} bits"),
            Self::NegativeShift => "negative shift count",
            Self::ZeroDivision => "integer division or modulo by zero",
            Self::ZeroModulus => "pow() 3rd argument cannot be 0",
            Self::NotInvertible => "base is not invertible for the given modulus",
            Self::NegativeExponent => "the exponent is negative",
            Self::NegativeRoot => "isqrt() argument must be nonnegative",
            Self::TooLargeForFloat => "int too large to convert to float",
            Self::QuotientTooLarge => "integer division result too large for a float",
            Self::FromNan => "cannot convert float NaN to integer",
            Self::FromInfinity => "cannot convert float infinity to integer",
            Self::BytesTooFew => "int too big to convert",
            Self::NegativeToUnsigned => "can't convert negative int to unsigned",
            Self::TooManyDigits { limit, found } => {
                write!(f, "Exceeds the limit ({limit} digits) for integer string conversion")?;
                if let Some(found) = found {
                    write!(f, ": value has {found} digits")?;
                }
                "; use sys.set_int_max_str_digits() to increase the limit"
            }
            Self::InvalidLiteral { base } => {
                return write!(f, "invalid literal for int() with base {base}");
            }
            Self::BadBase => "int() base must be >= 2 and <= 36, or 0",
        };
        f.write_str(text)
    }
}

impl std::error::Error for IntError {}

impl From<NoMemory> for IntError {
    fn from(_: NoMemory) -> Self {
        Self::NoMemory
    }
}

impl From<Stop> for IntError {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}
