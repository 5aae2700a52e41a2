//! Floats: decimal text in and out, Python's arithmetic where it differs from the machine's.
//!
//! ```text
//!   f64 --digits--> Decimal { digits, point } --text--> Layout { whole . tail e+NN } --> Out
//!       <--parse--  text
//! ```
//!
//! Digits come from three sources: zmij for the shortest that reads back, the standard library for
//! any exact precision (correctly rounded, ties to even, no heap), and exact expansions for rounding to
//! tens. Layout is CPython's `format_float_short`.

mod arith;
mod digits;
mod hex;
mod parse;
mod text;

pub use arith::{
    FloatError, as_integer_ratio, divmod, floordiv, hash, modulo, pow, round_digits,
    round_half_even,
};
pub use digits::Decimal;
pub use hex::{from_hex, write_hex};
pub use parse::parse;
pub use text::{Layout, Style, write_repr};
