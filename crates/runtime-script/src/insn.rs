//! Instructions of the register machine.
//!
//! ```text
//! | op 8 | n 8 | a 16 | b 16 | c 16 |       one word of 8 bytes
//! ```
//!
//! Registers are the slots of a frame: first the local variables, then the variables taken over from
//! enclosing functions, then temporaries. An operand names one of three things:
//!
//! ```text
//! 00 + 14 bits   a local: borrowed while the instruction works; it may be unbound
//! 01 + 14 bits   a temporary: moved out by the instruction that uses it, so its slot is empty again
//! 1  + 15 bits   a constant of the code: borrowed
//! ```
//!
//! So a count changes only where the language makes a reference: `a + b` on two locals changes none.
//! A jump that compares, or takes from an iterator, has its target in the word behind it.

/// A place that an instruction reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operand(u16);

/// Bit of an operand that is a temporary.
const TEMP: u16 = 0x4000;
/// Bit of an operand that is a constant.
const CONST: u16 = 0x8000;
/// Most registers that a frame may have.
pub const MAX_REGISTERS: usize = 0x4000;
/// Most constants that operands of a code may name.
pub const MAX_CONSTS: usize = 0x8000;

impl Operand {
    /// The local variable in this register.
    pub const fn local(register: u16) -> Self {
        debug_assert!(register < TEMP);
        Self(register)
    }

    /// The temporary in this register.
    pub const fn temp(register: u16) -> Self {
        debug_assert!(register < TEMP);
        Self(register | TEMP)
    }

    /// The constant with this number.
    pub const fn constant(index: u16) -> Self {
        debug_assert!(index < CONST);
        Self(index | CONST)
    }

    /// The operand as an instruction holds it.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The operand in an instruction's field.
    #[inline(always)]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Whether it is a temporary.
    #[inline(always)]
    pub const fn is_temp(self) -> bool {
        self.0 & (TEMP | CONST) == TEMP
    }

    /// Whether it is a constant.
    #[inline(always)]
    pub const fn is_const(self) -> bool {
        self.0 & CONST != 0
    }

    /// Whether it is a local variable.
    pub const fn is_local(self) -> bool {
        self.0 & (TEMP | CONST) == 0
    }

    /// Number of the register, for locals and temporaries.
    #[inline(always)]
    pub const fn register(self) -> u16 {
        self.0 & (TEMP - 1)
    }

    /// Number of the constant.
    #[inline(always)]
    pub const fn const_index(self) -> u16 {
        self.0 & (CONST - 1)
    }
}

/// What an instruction does. `a`, `b`, `c` are its fields; `[x]` reads an operand, `x` alone is a
/// register, `x..` a run of temporaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Op {
    /// `a = [b]`, whatever `b` is
    Copy,
    /// empties register `a`
    Clear,
    /// raises for the unbound local `a`, or empties it (`del x`)
    DeleteLocal,
    /// `a = a constant`, number in `b` and `c` together
    LoadConst,
    /// `a = ` global name `b:c`
    LoadGlobal,
    /// global name `b:c` `= [a]`
    StoreGlobal,
    /// `del` global name `b:c`
    DeleteGlobal,
    /// `a = ` the name `b:c` of a class body: of its namespace, else global
    LoadNamed,
    /// name `b:c` of a class body `= [a]`
    StoreNamed,
    /// `del` name `b:c` of a class body
    DeleteNamed,
    /// turns register `a` into a cell with its value
    MakeCell,
    /// `a = ` value of the cell in register `b`
    LoadCell,
    /// `a = ` the name of the cell in register `b`: of the class body's namespace, else of the cell
    LoadNamedCell,
    /// cell in register `a` `= [b]`
    StoreCell,
    /// empties the cell in register `a`
    DeleteCell,
    /// `a = [b] op [c]`, the operator in `n`
    Binary,
    /// `a = [b] + [c]`
    Add,
    /// `a = [b] - [c]`
    Sub,
    /// `a = [b] * [c]`
    Mul,
    /// `a = [b] op= [c]`, the operator in `n`
    InPlace,
    /// `a = op [b]`, the operator in `n`
    Unary,
    /// `a = not [b]`
    Not,
    /// `a = [b] cmp [c]`, the comparison in `n`
    Compare,
    /// jumps to the next word's target when `([a] cmp [b]) == (c != 0)`, the comparison in `n`
    CompareJump,
    /// jumps to `b:c`
    Jump,
    /// jumps back to `b:c`; a safe point
    Loop,
    /// jumps to `b:c` when `[a]` is true
    JumpIfTrue,
    /// jumps to `b:c` when `[a]` is false
    JumpIfFalse,
    /// the same without using a temporary up
    KeepIfTrue,
    /// the same without using a temporary up
    KeepIfFalse,
    /// `a = (items b..b+c)`
    BuildTuple,
    /// `a = ([b],)`
    Tuple1,
    /// `a = ([b], [c])`
    Tuple2,
    /// `a = [items b..b+c]`
    BuildList,
    /// `a = {items b..b+c}`
    BuildSet,
    /// `a = {b: b+1, ...}`, `c` pairs
    BuildDict,
    /// `a = slice(b, b+1, b+2)`
    BuildSlice,
    /// `a = strs b..b+c joined`
    BuildString,
    /// appends `[b]` to the list in `a`
    ListAppend,
    /// adds the items of `[b]` to the list in `a`
    ListExtend,
    /// adds `[b]` to the set in `a`
    SetAdd,
    /// adds the items of `[b]` to the set in `a`
    SetUpdate,
    /// dict in `a`: `[b]: [c]`
    DictSet,
    /// adds the pairs of the mapping `[b]` to the dict in `a`
    DictUpdate,
    /// the same for `**` of a call: no key twice; the function is in register `c`
    DictMerge,
    /// `a = tuple([b])` of a list
    ListToTuple,
    /// `a = iter([b])`
    GetIter,
    /// `a = next(b)`, or empties `b` and jumps to the next word's target
    ForIter,
    /// registers `a..a+c` `= items of [b]`
    Unpack,
    /// registers `a..` `= items of [b]`, `n` before a list of the rest, `c` after
    UnpackRest,
    /// `a = [b].name c`
    GetAttr,
    /// `[a].name c = [b]`
    SetAttr,
    /// `del [a].name c`
    DelAttr,
    /// `a, a+1 = ` the method name `c` of `[b]` and its object, or what it is and nothing
    LoadMethod,
    /// `a = [b][[c]]`
    Subscript,
    /// `[a][[b]] = [c]`
    SetSubscript,
    /// `del [a][[b]]`
    DelSubscript,
    /// `a = b(b+1, b+2...)`, `c` arguments behind function and object
    Call,
    /// the same; the last arguments have the names in the tuple constant of the next word
    CallNames,
    /// `a = b(*b+2, **b+3)`; there is no `b+3` when `n` is 0
    CallSpread,
    /// `a = function of code constant b`; its parts are in `c..`, `n` says which
    MakeFunction,
    /// `a = class` of the body function in `b`, its name, its bases, and its keywords when `n` is 1
    BuildClass,
    /// returns `[a]`
    Return,
    /// returns a generator that goes on behind this instruction, with the frame's registers
    MakeGenerator,
    /// hands `[b]` out of the generator; `a = ` what is sent in. `c` is one more than the register
    /// where the outermost handler around keeps what was handled before, or 0
    Yield,
    /// `yield from`: sends `a` to the iterator in `b` and hands out what it gives, until it ends with
    /// `a`; then `b` is empty. `c` as for `Yield`
    Delegate,
    /// registers `a..a+4` `= ` the exit and the enter method of `[b]`, each with its object
    LoadContext,
    /// moves the exit method in `b, b+1` to `a, a+1`; three `None` behind it
    ExitPlain,
    /// copies the exit method in `b, b+1` to `a, a+1`; the exception `c`, its type first and its
    /// traceback last, behind it
    ExitRaised,
    /// raises: `n` operands, `[a]` from `[b]`; none re-raises what is handled
    Raise,
    /// raises the exception in register `a` again, as it is
    Reraise,
    /// `a = ` what was handled; now `b` is
    PushHandled,
    /// what was handled before, in `a`, is again
    PopHandled,
    /// jumps to the next word's target unless exception `a` matches `[b]`
    MatchException,
    /// raises `AssertionError` with `[a]`, or without when `n` is 0
    RaiseAssertion,
    /// `a = format([b], [c])`, converted as `n` says
    Format,
    /// `a = import name b:c`
    Import,
    /// `a = from [b] import name c`
    ImportFrom,
    /// shows the value `[b]`, as sessions do
    Display,
    /// raises unless local `a` is bound
    Check,
    /// data of the instruction before
    Data,
}

/// One instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Insn {
    /// What it does.
    pub op: Op,
    /// A small number.
    pub n: u8,
    /// First field: mostly the register that gets the result.
    pub a: u16,
    /// Second field.
    pub b: u16,
    /// Third field.
    pub c: u16,
}

const _: () = assert!(size_of::<Insn>() == 8);

impl Insn {
    /// An instruction with three fields.
    pub const fn new(op: Op, a: u16, b: u16, c: u16) -> Self {
        Self { op, n: 0, a, b, c }
    }

    /// The same with a small number.
    pub const fn with(op: Op, n: u8, a: u16, b: u16, c: u16) -> Self {
        Self { op, n, a, b, c }
    }

    /// An instruction with one field and a wide number.
    pub const fn wide(op: Op, a: u16, wide: u32) -> Self {
        Self { op, n: 0, a, b: wide as u16, c: (wide >> 16) as u16 }
    }

    /// The wide number in `b` and `c`.
    #[inline(always)]
    pub const fn wide_value(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }
}

/// How a value is converted before it is formatted.
pub mod conversion {
    /// Not at all.
    pub const NONE: u8 = 0;
    /// `!s`
    pub const STR: u8 = 1;
    /// `!r`
    pub const REPR: u8 = 2;
    /// `!a`
    pub const ASCII: u8 = 3;
}

/// Parts of a function that `MakeFunction` finds in its temporaries, in this order.
pub mod parts {
    /// A tuple of defaults of positional parameters.
    pub const DEFAULTS: u8 = 1;
    /// A dict of defaults of keyword-only parameters.
    pub const KW_DEFAULTS: u8 = 2;
    /// A dict of annotations.
    pub const ANNOTATIONS: u8 = 4;
    /// A tuple of cells.
    pub const CLOSURE: u8 = 8;
}

/// Comparisons of `Compare` and `CompareJump` beyond the six rich ones.
pub mod test {
    /// `is`
    pub const IS: u8 = 6;
    /// `is not`
    pub const IS_NOT: u8 = 7;
    /// `in`
    pub const IN: u8 = 8;
    /// `not in`
    pub const NOT_IN: u8 = 9;
}
