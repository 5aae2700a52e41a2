//! `int` and `bool`: whole numbers of any size, in 30-bit digits inside the object.
//!
//! ```text
//! arith      + - * // % << >> & | ^ and what compares: one digit here, 64 bits here, the rest in
//!            kernel::integer
//! power      ** / and divmod        boolean   bool
//! compute    the way into the kernel: limits, polls, errors
//! text       repr, format           new       int(x), int(text, base)
//! methods    bit_length, to_bytes, ...
//! ```

mod arith;
mod boolean;
mod bytes;
mod compute;
mod methods;
mod new;
mod power;
mod text;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{
    ALIGNMENT, AllocError, Floor, Obj, Object, SMALL_MAX, TypeFlags, TypeSpec, type_of,
};
use runtime_gc::{Borrowed, Ref};

use crate::cx::{OrRaise, Res};
use crate::kernel::integer::{Int, IntRef};
use crate::ty::{Binary, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// Bits of a digit, and the digit that is one too large.
pub const DIGIT_BITS: u32 = 30;
const BASE: u64 = 1 << DIGIT_BITS;

/// The header of an int; its digits follow, least significant first.
///
/// The tag holds the sign in its low two bits (0 positive, 1 zero, 2 negative) and the number of
/// digits above the low three, as CPython's `lv_tag`. Its third bit is [`WIDE`].
#[repr(C)]
pub struct IntObject {
    object: Object,
    tag: Cell<usize>,
    digits: [Cell<u32>; 0],
}

const _: () = assert!(size_of::<IntObject>() == 24);

// SAFETY: only `int`, `bool` and subclasses carry the number; what changes is a cell.
unsafe impl View for IntObject {
    const LAYOUT: u16 = Layout::Int as u16;
    const NAME: &'static str = "int";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "int",
        basic_size: size_of::<IntObject>(),
        item_size: size_of::<u32>(),
        flags: TypeFlags::INT.with(TypeFlags::BASE).with(TypeFlags::INERT),
        layout: Layout::Int as u16,
        floor: Floor::World,
        tp_dealloc: free,
        tp_free: free,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(text::repr),
        format: Some(text::format),
        hash: Some(arith::hash),
        compare: Some(arith::compare),
        bool: Some(|cx, op| Ok(!op.expect::<IntObject>(cx)?.is_zero())),
        pow: Some(power::pow_mod),
        neg: Some(arith::neg),
        pos: Some(arith::whole),
        invert: Some(arith::invert),
        abs: Some(arith::abs),
        int: Some(arith::whole),
        float: Some(arith::to_float),
        index: Some(arith::whole),
        new: Some(new::new),
        ..Slots::NONE
    }
    .with_binary([
        (Binary::Add, arith::add),
        (Binary::Sub, arith::sub),
        (Binary::Mul, arith::mul),
        (Binary::TrueDiv, power::true_div),
        (Binary::FloorDiv, arith::floordiv),
        (Binary::Mod, arith::modulo),
        (Binary::Pow, power::pow),
        (Binary::Lshift, arith::lshift),
        (Binary::Rshift, arith::rshift),
        (Binary::And, arith::and),
        (Binary::Or, arith::or),
        (Binary::Xor, arith::xor),
        (Binary::DivMod, power::divmod),
    ]),
    methods: methods::METHODS,
    members: &[],
    getset: methods::GETSET,
    doc: "int([x]) -> integer\nint(x, base=10) -> integer",
    class_methods: methods::CLASS,
    module: "builtins",
};

pub(crate) const BOOL: TypeDef = TypeDef {
    spec: TypeSpec { name: "bool", flags: TypeFlags::INT, ..DEF.spec },
    slots: Slots { repr: Some(boolean::repr), new: Some(boolean::new), ..Slots::NONE }.with_binary(
        [(Binary::And, boolean::and), (Binary::Or, boolean::or), (Binary::Xor, boolean::xor)],
    ),
    doc: "bool(object=False, /) -> bool",
    ..TypeDef::EMPTY
};

pub use arith::hash_of;
pub use arith::{
    add_fast, and_fast, compare_fast, floordiv_fast, lshift_fast, modulo_fast, mul_fast, or_fast,
    rshift_fast, sub_fast, xor_fast,
};
pub(crate) use arith::{float_of, whole};
pub use boolean::truth_of;
pub use bytes::{ByteLayout, order_and_sign, read_bytes, to_bytes_layout, write_bytes};
pub(crate) use compute::{compute, compute_or, raise_int};
pub use methods::round;
pub use new::{from_object, from_text};
pub(crate) use new::{raise_shown, to_c, with_ascii};
pub use text::decimal;

impl IntObject {
    /// Number of digits; 0 for zero.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.tag.get() >> 3
    }

    /// Whether it has no digits: zero has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is zero.
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.tag.get() == 1
    }

    /// Whether it is below zero.
    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.tag.get() & 3 == 2
    }

    /// The digits of its magnitude.
    #[inline]
    pub fn digits(&self) -> &[u32] {
        // SAFETY: `len` digits follow the header, written before the int was shown, never changed.
        unsafe { std::slice::from_raw_parts((&raw const self.digits).cast(), self.len()) }
    }

    /// The value for the kernel.
    #[inline]
    pub fn kernel(&self) -> IntRef<'_> {
        IntRef::new(self.is_negative(), self.digits())
    }

    /// The value, when it has at most one digit: the usual case.
    #[inline(always)]
    pub fn compact(&self) -> Option<i64> {
        let tag = self.tag.get();
        if tag < 2 << 3 {
            // SAFETY: every int has room for one digit, which is 0 in zero.
            let digit = unsafe { *(&raw const self.digits).cast::<u32>() };
            Some(i64::from(digit) * (1 - (tag & 3) as i64))
        } else {
            None
        }
    }

    /// The value, when it fits.
    pub fn to_i64(&self) -> Option<i64> {
        if let Some(value) = self.compact() {
            return Some(value);
        }
        let mut magnitude: u64 = 0;
        for &digit in self.digits().iter().rev() {
            if magnitude >> (64 - DIGIT_BITS) != 0 {
                return None;
            }
            magnitude = magnitude << DIGIT_BITS | u64::from(digit);
        }
        if self.is_negative() {
            0i64.checked_sub_unsigned(magnitude)
        } else {
            i64::try_from(magnitude).ok()
        }
    }
}

/// Bytes of an int with this many digits; zero has room for one too.
const fn size(digits: usize) -> usize {
    let digits = if digits == 0 { 1 } else { digits };
    size_of::<IntObject>() + digits * size_of::<u32>()
}

/// In the tag of an int of one digit whose block was asked for with room for two. CPython asks so where
/// a C integer or an operation on single digits becomes an int (`PyLong_FromLong`), and for the digit
/// alone where a size or a longer number does (`PyLong_FromSsize_t`, `_PyLong_New`).
const WIDE: usize = 4;

/// Ints of one and of two digits have blocks of one class.
const SHORT: usize = size(2);
const _: () = assert!(size(1).next_multiple_of(ALIGNMENT) == SHORT.next_multiple_of(ALIGNMENT));

/// Most digits of an int whose block is small.
const SMALL_DIGITS: usize = (SMALL_MAX - size_of::<IntObject>()) / size_of::<u32>();

/// # Safety
/// The last reference to the int has just gone.
pub(crate) unsafe fn free(op: Obj) {
    // SAFETY: per contract the int is intact, and its size the one that it was allocated with.
    unsafe {
        let tag = op.cast::<IntObject>().as_ref().tag.get();
        let ty = type_of(op);
        if tag >> 3 > SMALL_DIGITS || !ty.as_ref().free_small::<false>(op) {
            free_long(op, tag);
        }
    }
}

/// The long way of [`free`].
///
/// # Safety
/// As there.
#[cold]
#[inline(never)]
unsafe fn free_long(op: Obj, tag: usize) {
    let size = if tag & WIDE == 0 { size(tag >> 3) } else { SHORT };
    // SAFETY: per contract.
    unsafe { type_of(op).as_ref().free_object(op, size) }
}

/// A new int of one to three digits, whatever its value; for shared ints and the paths below. `wide` is
/// [`WIDE`] or 0.
#[inline(always)]
fn alloc_small(ty: &Type, value: i64, wide: usize) -> Result<Obj, AllocError> {
    let magnitude = value.unsigned_abs();
    let digits = match magnitude {
        0 => 0,
        1..BASE => 1,
        _ if magnitude >> (2 * DIGIT_BITS) == 0 => 2,
        _ => 3,
    };
    let wide = if digits == 1 { wide } else { 0 };
    let op = ty.mem.alloc_sized::<false>(if wide == 0 { size(digits) } else { SHORT })?;
    let sign = if value < 0 { 2 } else { usize::from(value == 0) };
    // SAFETY: the block has room for the header and the digits.
    unsafe {
        let p = op.cast::<IntObject>().as_ptr();
        (&raw mut (*p).tag).write(Cell::new(digits << 3 | sign | wide));
        let at = (&raw mut (*p).digits).cast::<u32>();
        at.write((magnitude & (BASE - 1)) as u32);
        if digits > 1 {
            at.add(1).write((magnitude >> DIGIT_BITS & (BASE - 1)) as u32);
            if digits > 2 {
                at.add(2).write((magnitude >> (2 * DIGIT_BITS)) as u32);
            }
        }
    }
    ty.mem.filled(op);
    Ok(op)
}

/// One of the ints and bools that are made once, at start-up.
pub(crate) fn shared(world: &World, ty: NonNull<Type>, value: i64) -> Result<Obj, AllocError> {
    alloc_small(world.ty(ty), value, 0)
}

impl World {
    /// An int of this value.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline(always)]
    pub fn int(&self, value: i64) -> Res {
        match self.small_int(value) {
            Some(shared) => Ok(shared),
            None => self.new_int::<WIDE>(value),
        }
    }

    /// The same for what CPython makes of a size or of a longer number: an int of one digit asks for a
    /// block of that.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn int_of_size(&self, value: i64) -> Res {
        match self.small_int(value) {
            Some(shared) => Ok(shared),
            None => self.new_int::<0>(value),
        }
    }

    /// An int of this value, which is none of the shared ones.
    #[inline(never)]
    fn new_int<const ROOM: usize>(&self, value: i64) -> Res {
        let magnitude = value.unsigned_abs();
        // Zero is a shared int, so the sign is 0 or 2.
        let sign = (value as u64 >> 62 & 2) as usize;
        let short = || {
            // SAFETY: the type is alive, its pointer made from its whole block; an int has no head.
            unsafe { self.heap().object_short::<false>(self.types.int.cast(), SHORT) }
        };
        if magnitude < BASE {
            if let Some(op) = short() {
                // SAFETY: the block has room for the header and two digits; its one reference is ours.
                unsafe {
                    let p = op.cast::<IntObject>().as_ptr();
                    (&raw mut (*p).tag).write(Cell::new(1 << 3 | sign | ROOM));
                    (&raw mut (*p).digits).cast::<u32>().write(magnitude as u32);
                    return Ok(Ref::steal(op));
                }
            }
        } else if magnitude >> (2 * DIGIT_BITS) == 0
            && let Some(op) = short()
        {
            // SAFETY: as above.
            unsafe {
                let p = op.cast::<IntObject>().as_ptr();
                (&raw mut (*p).tag).write(Cell::new(2 << 3 | sign));
                let at = (&raw mut (*p).digits).cast::<u32>();
                at.write((magnitude & (BASE - 1)) as u32);
                at.add(1).write((magnitude >> DIGIT_BITS) as u32);
                return Ok(Ref::steal(op));
            }
        }
        self.new_int_long(value, ROOM)
    }

    #[cold]
    #[inline(never)]
    fn new_int_long(&self, value: i64, room: usize) -> Res {
        let op = alloc_small(self.ty(self.types.int), value, room).or_raise(self)?;
        // SAFETY: the allocation's one reference is ours.
        Ok(unsafe { Ref::steal(op) })
    }
}

impl World {
    /// An int of the kernel's value.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn int_from(&self, value: &Int) -> Res {
        if let Some(value) = value.as_ref().to_i64() {
            return self.int_of_size(value);
        }
        self.int_of_type(self.ty(self.types.int), value.as_ref())
    }

    /// A new int of this type, `int` or derived from it.
    pub(crate) fn int_of_type(&self, ty: &Type, value: IntRef<'_>) -> Res {
        self.int_above(ty, 0, value)
    }

    /// The same with so many zero digits (far fewer than an address can count) below those of `value`, which is not zero then.
    fn int_above(&self, ty: &Type, zeros: usize, value: IntRef<'_>) -> Res {
        let digits = value.digits();
        debug_assert!(zeros == 0 || !digits.is_empty(), "{zeros} digits of zero");
        let len = digits.len() + zeros;
        let op = if ty.is_class() {
            // SAFETY: the type is alive, and its objects have room for one digit at least.
            unsafe { (ty.mem.tp_alloc)(ty.mem.as_ptr(), len.max(1)) }
        } else {
            ty.mem.alloc_sized::<false>(size(len))
        };
        let op = op.or_raise(self)?;
        let sign = if value.is_zero() { 1 } else { 2 * usize::from(value.is_negative()) };
        // SAFETY: the block has room for the header and the digits, one at least; the digits are
        // elsewhere. The allocation's one reference is ours.
        unsafe {
            let p = op.cast::<IntObject>().as_ptr();
            (&raw mut (*p).tag).write(Cell::new(len << 3 | sign));
            let at = (&raw mut (*p).digits).cast::<u32>();
            at.write_bytes(0, zeros.max(1));
            std::ptr::copy_nonoverlapping(digits.as_ptr(), at.add(zeros), digits.len());
            ty.mem.filled(op);
            let made = Ref::steal(op);
            crate::class::track_instance(&made);
            Ok(made)
        }
    }
}

/// Whether an object is exactly an `int`, not a bool or of another subclass.
#[inline(always)]
pub fn is_exact(world: &World, op: Borrowed<'_>) -> bool {
    std::ptr::eq(Type::of(op), world.types.int.as_ptr())
}

/// The value of an int, when the object is one and it fits.
pub fn to_i64(op: Borrowed<'_>) -> Option<i64> {
    op.view::<IntObject>()?.to_i64()
}
