//! Type objects, the behaviour half: what the objects of a type do.
//!
//! [`Type`] begins with the memory half of `runtime-core`, so one pointer serves both floors. A
//! built-in type is constant data, a [`TypeDef`]; each world stamps its own copy. Slots that a type
//! leaves empty are filled from its base when it is stamped, so calling one is a load and a jump.

use std::any::TypeId;
use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{Obj, TypeFlags, TypeObject, TypeSpec};
use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::buffer::BufferSlot;
use crate::class::ClassPart;
use crate::cx::{Cx, Res};
use crate::tuple::TupleObject;

/// `repr(x)`, `iter(x)`, `-x`, ...: one operand, one result.
pub type UnaryFn = fn(&mut Cx<'_>, Borrowed<'_>) -> Res;
/// `x + y`, ...: two operands; `NotImplemented` when the operands are not its business.
pub type BinaryFn = fn(&mut Cx<'_>, Borrowed<'_>, Borrowed<'_>) -> Res;
/// `pow(x, y, z)`; `z` is `None` for two operands.
pub type TernaryFn = fn(&mut Cx<'_>, Borrowed<'_>, Borrowed<'_>, Borrowed<'_>) -> Res;
/// `hash(x)`.
pub type HashFn = fn(&mut Cx<'_>, Borrowed<'_>) -> Res<i64>;
/// `x < y`, ...; `NotImplemented` when the operands are not its business.
pub type CompareFn = fn(&mut Cx<'_>, Borrowed<'_>, Borrowed<'_>, Compare) -> Res;
/// `bool(x)`.
pub type BoolFn = fn(&mut Cx<'_>, Borrowed<'_>) -> Res<bool>;
/// `len(x)`.
pub type LenFn = fn(&mut Cx<'_>, Borrowed<'_>) -> Res<usize>;
/// `next(x)`; `None` at the end.
pub type NextFn = fn(&mut Cx<'_>, Borrowed<'_>) -> Res<Option<Ref>>;
/// `y in x`.
pub type ContainsFn = fn(&mut Cx<'_>, Borrowed<'_>, Borrowed<'_>) -> Res<bool>;
/// `x[k] = v`, or `del x[k]` when there is no value; `x.n = v` likewise.
pub type AssignFn = fn(&mut Cx<'_>, Borrowed<'_>, Borrowed<'_>, Option<Borrowed<'_>>) -> Res<()>;
/// `x(...)`.
pub type CallFn = fn(&mut Cx<'_>, Borrowed<'_>, Args<'_>) -> Res;
/// `T.__new__(T, ...)`: the type asked for and the arguments.
pub type NewFn = fn(&mut Cx<'_>, &Type, Args<'_>) -> Res;
/// `x.__init__(...)`.
pub type InitFn = fn(&mut Cx<'_>, Borrowed<'_>, Args<'_>) -> Res<()>;
/// `d.__get__(x, T)`; no object when it is read from the type.
pub type DescrGetFn = fn(&mut Cx<'_>, Borrowed<'_>, Option<Borrowed<'_>>, &Type) -> Res;
/// `repr(x, spec)` as `format(x, spec)`.
pub type FormatFn = fn(&mut Cx<'_>, Borrowed<'_>, Borrowed<'_>) -> Res;

/// A rich comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Compare {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Compare {
    /// All six, in the order of their numbers.
    pub const ALL: [Self; 6] = [Self::Lt, Self::Le, Self::Eq, Self::Ne, Self::Gt, Self::Ge];

    /// The same question asked from the other side.
    #[must_use]
    pub const fn reflected(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            same => same,
        }
    }

    /// The operator as it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    /// What the comparison says of two values in this order.
    #[inline(always)]
    pub const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Lt => order.is_lt(),
            Self::Le => order.is_le(),
            Self::Eq => order.is_eq(),
            Self::Ne => order.is_ne(),
            Self::Gt => order.is_gt(),
            Self::Ge => order.is_ge(),
        }
    }
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    TrueDiv,
    /// `//`
    FloorDiv,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `<<`
    Lshift,
    /// `>>`
    Rshift,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `divmod`
    DivMod,
}

/// Number of binary operators.
pub const BINARY_COUNT: usize = 13;

impl Binary {
    /// All, in the order of their numbers.
    pub const ALL: [Self; BINARY_COUNT] = [
        Self::Add,
        Self::Sub,
        Self::Mul,
        Self::TrueDiv,
        Self::FloorDiv,
        Self::Mod,
        Self::Pow,
        Self::Lshift,
        Self::Rshift,
        Self::And,
        Self::Or,
        Self::Xor,
        Self::DivMod,
    ];

    /// The operator as error messages write it; in place with its `=`.
    pub const fn symbol(self, in_place: bool) -> &'static str {
        match (self, in_place) {
            (Self::Add, false) => "+",
            (Self::Add, true) => "+=",
            (Self::Sub, false) => "-",
            (Self::Sub, true) => "-=",
            (Self::Mul, false) => "*",
            (Self::Mul, true) => "*=",
            (Self::TrueDiv, false) => "/",
            (Self::TrueDiv, true) => "/=",
            (Self::FloorDiv, false) => "//",
            (Self::FloorDiv, true) => "//=",
            (Self::Mod, false) => "%",
            (Self::Mod, true) => "%=",
            (Self::Pow, false) => "** or pow()",
            (Self::Pow, true) => "**=",
            (Self::Lshift, false) => "<<",
            (Self::Lshift, true) => "<<=",
            (Self::Rshift, false) => ">>",
            (Self::Rshift, true) => ">>=",
            (Self::And, false) => "&",
            (Self::And, true) => "&=",
            (Self::Or, false) => "|",
            (Self::Or, true) => "|=",
            (Self::Xor, false) => "^",
            (Self::Xor, true) => "^=",
            (Self::DivMod, _) => "divmod()",
        }
    }
}

/// What the objects of a type do. An empty slot is one that the type's objects do not support.
#[derive(Clone, Copy)]
pub struct Slots {
    /// `repr(x)`
    pub repr: Option<UnaryFn>,
    /// `str(x)`
    pub str: Option<UnaryFn>,
    /// `format(x, spec)`
    pub format: Option<FormatFn>,
    /// `hash(x)`
    pub hash: Option<HashFn>,
    /// Comparisons
    pub compare: Option<CompareFn>,
    /// `x(...)`
    pub call: Option<CallFn>,
    /// `iter(x)`
    pub iter: Option<UnaryFn>,
    /// `next(x)`
    pub next: Option<NextFn>,
    /// `x.n`
    pub get_attr: Option<BinaryFn>,
    /// `x.n = v`, `del x.n`
    pub set_attr: Option<AssignFn>,
    /// Reading the object as an attribute of another
    pub descr_get: Option<DescrGetFn>,
    /// Writing or deleting it as an attribute of another: (descriptor, object, value)
    pub descr_set: Option<AssignFn>,
    /// `bool(x)`
    pub bool: Option<BoolFn>,
    /// Binary operators by [`Binary`]; called with the operands in their order, whichever of them is
    /// the slot's own
    pub binary: [Option<BinaryFn>; BINARY_COUNT],
    /// The in-place forms
    pub in_place: [Option<BinaryFn>; BINARY_COUNT],
    /// `pow` with three operands
    pub pow: Option<TernaryFn>,
    /// `-x`
    pub neg: Option<UnaryFn>,
    /// `+x`
    pub pos: Option<UnaryFn>,
    /// `~x`
    pub invert: Option<UnaryFn>,
    /// `abs(x)`
    pub abs: Option<UnaryFn>,
    /// `int(x)`
    pub int: Option<UnaryFn>,
    /// `float(x)`
    pub float: Option<UnaryFn>,
    /// `operator.index(x)`
    pub index: Option<UnaryFn>,
    /// `len(x)`
    pub len: Option<LenFn>,
    /// Sequence `x + y`, tried after the numbers' slots
    pub concat: Option<BinaryFn>,
    /// Sequence `x * n`
    pub repeat: Option<BinaryFn>,
    /// Sequence `x += y`
    pub concat_in_place: Option<BinaryFn>,
    /// Sequence `x *= n`
    pub repeat_in_place: Option<BinaryFn>,
    /// `y in x`
    pub contains: Option<ContainsFn>,
    /// `x[k]`
    pub subscript: Option<BinaryFn>,
    /// `x[k] = v`, `del x[k]`
    pub set_subscript: Option<AssignFn>,
    /// Lending the object's memory to others
    pub buffer: Option<BufferSlot>,
    /// `T(...)`, making the object
    pub new: Option<NewFn>,
    /// `T(...)`, filling it
    pub init: Option<InitFn>,
}

impl Slots {
    /// No slot filled; the base for `..` updates.
    pub const NONE: Self = Self {
        repr: None,
        str: None,
        format: None,
        hash: None,
        compare: None,
        call: None,
        iter: None,
        next: None,
        get_attr: None,
        set_attr: None,
        descr_get: None,
        descr_set: None,
        bool: None,
        binary: [None; BINARY_COUNT],
        in_place: [None; BINARY_COUNT],
        pow: None,
        neg: None,
        pos: None,
        invert: None,
        abs: None,
        int: None,
        float: None,
        index: None,
        len: None,
        concat: None,
        repeat: None,
        concat_in_place: None,
        repeat_in_place: None,
        contains: None,
        subscript: None,
        set_subscript: None,
        buffer: None,
        new: None,
        init: None,
    };

    /// The slots of a type over those of its base.
    ///
    /// `hash` and `compare` are inherited together or not at all, as in CPython: a type that says
    /// when objects are equal must say how they hash.
    #[must_use]
    pub fn over(self, base: &Self) -> Self {
        let mut both = [(self.binary, base.binary), (self.in_place, base.in_place)].map(
            |(mut own, inherited)| {
                for (slot, theirs) in own.iter_mut().zip(inherited) {
                    *slot = slot.or(theirs);
                }
                own
            },
        );
        let [binary, in_place] = &mut both;
        let own_equality = self.compare.is_some() || self.hash.is_some();
        Self {
            repr: self.repr.or(base.repr),
            str: self.str.or(base.str),
            format: self.format.or(base.format),
            hash: if own_equality { self.hash } else { base.hash },
            compare: if own_equality { self.compare.or(base.compare) } else { base.compare },
            call: self.call.or(base.call),
            iter: self.iter.or(base.iter),
            next: self.next.or(base.next),
            get_attr: self.get_attr.or(base.get_attr),
            set_attr: self.set_attr.or(base.set_attr),
            descr_get: self.descr_get.or(base.descr_get),
            descr_set: self.descr_set.or(base.descr_set),
            bool: self.bool.or(base.bool),
            binary: *binary,
            in_place: *in_place,
            pow: self.pow.or(base.pow),
            neg: self.neg.or(base.neg),
            pos: self.pos.or(base.pos),
            invert: self.invert.or(base.invert),
            abs: self.abs.or(base.abs),
            int: self.int.or(base.int),
            float: self.float.or(base.float),
            index: self.index.or(base.index),
            len: self.len.or(base.len),
            concat: self.concat.or(base.concat),
            repeat: self.repeat.or(base.repeat),
            concat_in_place: self.concat_in_place.or(base.concat_in_place),
            repeat_in_place: self.repeat_in_place.or(base.repeat_in_place),
            contains: self.contains.or(base.contains),
            subscript: self.subscript.or(base.subscript),
            set_subscript: self.set_subscript.or(base.set_subscript),
            buffer: self.buffer.or(base.buffer),
            new: self.new.or(base.new),
            init: self.init.or(base.init),
        }
    }

    /// The slot of a binary operator.
    #[inline(always)]
    pub fn binary(&self, op: Binary) -> Option<BinaryFn> {
        self.binary.get(op as usize).copied().flatten()
    }

    /// The slot of its in-place form.
    #[inline(always)]
    pub fn in_place(&self, op: Binary) -> Option<BinaryFn> {
        self.in_place.get(op as usize).copied().flatten()
    }

    /// `self` with the given binary slots filled; for constants.
    #[must_use]
    pub const fn with_binary<const N: usize>(mut self, slots: [(Binary, BinaryFn); N]) -> Self {
        let mut i = 0;
        while i < N {
            #[expect(clippy::indexing_slicing, reason = "const code; both indices are in bounds")]
            {
                self.binary[slots[i].0 as usize] = Some(slots[i].1);
            }
            i += 1;
        }
        self
    }

    /// `self` with the given in-place slots filled; for constants.
    #[must_use]
    pub const fn with_in_place<const N: usize>(mut self, slots: [(Binary, BinaryFn); N]) -> Self {
        let mut i = 0;
        while i < N {
            #[expect(clippy::indexing_slicing, reason = "const code; both indices are in bounds")]
            {
                self.in_place[slots[i].0 as usize] = Some(slots[i].1);
            }
            i += 1;
        }
        self
    }
}

/// Reads an attribute that is a field of the object: `exception.args`, `method.__self__`, ...
pub type GetterFn = fn(&mut Cx<'_>, Borrowed<'_>) -> Res;
/// Writes or deletes one.
pub type SetterFn = fn(&mut Cx<'_>, Borrowed<'_>, Option<Borrowed<'_>>) -> Res<()>;

/// An attribute that is computed or kept in a field.
///
/// In [`TypeDef::getset`] it becomes a `getset_descriptor`; in [`TypeDef::members`] a
/// `member_descriptor`, which CPython has where a word of its struct is the attribute.
#[derive(Clone, Copy)]
pub struct GetSetDef {
    /// Its name.
    pub name: &'static str,
    /// Reads it.
    pub get: GetterFn,
    /// Writes or deletes it; `None` for read-only ones.
    pub set: Option<SetterFn>,
}

impl GetSetDef {
    /// One that is only read.
    #[must_use]
    pub const fn read_only(name: &'static str, get: GetterFn) -> Self {
        Self { name, get, set: None }
    }

    /// One that is also written and deleted.
    #[must_use]
    pub const fn writable(name: &'static str, get: GetterFn, set: SetterFn) -> Self {
        Self { name, get, set: Some(set) }
    }
}

/// A built-in type as constant data.
#[derive(Clone, Copy)]
pub struct TypeDef {
    /// The memory half.
    pub spec: TypeSpec,
    /// The behaviour half.
    pub slots: Slots,
    /// Methods found on its objects.
    pub methods: &'static [NativeDef],
    /// Methods that are given the type itself first: `dict.fromkeys`, ...
    pub class_methods: &'static [NativeDef],
    /// Attributes that are members of CPython's struct.
    pub members: &'static [GetSetDef],
    /// Attributes with a getter.
    pub getset: &'static [GetSetDef],
    /// Its `__doc__`.
    pub doc: &'static str,
    /// The module that it belongs to.
    pub module: &'static str,
}

impl TypeDef {
    /// A type without slots or methods; the base for `..` updates.
    pub const EMPTY: Self = Self {
        spec: TypeSpec::LEAF,
        slots: Slots::NONE,
        methods: &[],
        class_methods: &[],
        members: &[],
        getset: &[],
        doc: "",
        module: "builtins",
    };
}

/// The slots of a live type.
///
/// A class may get other methods while its slots are being used, so they are never changed in place:
/// a new table takes over, and the old ones stay until the type dies.
pub struct LiveSlots(Cell<NonNull<Slots>>);

impl LiveSlots {
    /// # Safety
    /// The table lives as long as the type.
    pub(crate) const unsafe fn new(table: NonNull<Slots>) -> Self {
        Self(Cell::new(table))
    }

    /// # Safety
    /// As `new`; the table before this one lives on too.
    pub(crate) unsafe fn replace(&self, table: NonNull<Slots>) {
        self.0.set(table);
    }
}

impl std::ops::Deref for LiveSlots {
    type Target = Slots;

    #[inline(always)]
    fn deref(&self) -> &Slots {
        // SAFETY: the table lives as long as the type, and is not written to any more.
        unsafe { &*self.0.get().as_ptr() }
    }
}

/// A whole type object: the memory half, then what scripts see.
#[repr(C)]
pub struct Type {
    /// The half that `runtime-core` knows.
    pub mem: TypeObject,
    /// The type it was derived from, held by a class; none for `object`.
    pub base: Cell<Option<NonNull<Type>>>,
    /// The tuple of types that attributes are looked up on, this one first; a built-in type has its
    /// chain of bases instead.
    pub mro: Cell<Option<Obj>>,
    /// Its attributes by name, a dict.
    pub dict: Cell<Option<Obj>>,
    /// The module that defined it, as a name; `builtins` for most. Classes have it in their dict.
    pub module: &'static str,
    /// Its `__doc__`, likewise.
    pub doc: &'static str,
    /// What its objects do.
    pub slots: LiveSlots,
    /// The table that `slots` begins with.
    pub(crate) first_slots: Slots,
    /// What only classes have.
    pub(crate) class: ClassPart,
    /// The Rust type of its objects' payload, for a type of the embedding program.
    pub(crate) own: Cell<Option<TypeId>>,
}

impl Type {
    /// The whole type of a memory half.
    #[inline(always)]
    pub fn of_mem(mem: &TypeObject) -> &Self {
        // SAFETY: on this floor every type object is stamped as a whole `Type`, whose first field
        // is the memory half; its own pointer was made from the whole.
        unsafe { &*mem.as_ptr().cast::<Self>().as_ptr() }
    }

    /// Whether its objects have a dict of attributes, or can have one.
    pub fn has_instance_dict(&self) -> bool {
        self.mem.dict_offset != 0 || self.mem.flags().has(TypeFlags::MANAGED_DICT)
    }

    /// The type of an object.
    #[inline(always)]
    pub fn of(op: Borrowed<'_>) -> &Self {
        // SAFETY: as in `of_mem`; the pointer in the header was made from the whole type, which
        // outlives the object.
        unsafe { op.ty_ptr().cast::<Self>().as_ref() }
    }

    /// The name in messages: for some built-in types, as in CPython, with that of their module.
    pub fn name(&self) -> &str {
        self.mem.name()
    }

    /// The name that scripts see as `__name__`.
    pub fn short_name(&self) -> &str {
        let name = self.name();
        if self.is_class() {
            return name;
        }
        name.rsplit_once('.').map_or(name, |(_, short)| short)
    }

    /// The type as a pointer made from its whole block.
    #[inline(always)]
    pub fn as_ptr(&self) -> NonNull<Self> {
        self.mem.as_ptr().cast()
    }

    /// The type it was derived from.
    pub fn base(&self) -> Option<&Self> {
        // SAFETY: bases outlive the types derived from them.
        self.base.get().map(|base| unsafe { &*base.as_ptr() })
    }

    /// The types that attributes of a class are looked up on.
    #[inline(always)]
    pub(crate) fn mro(&self) -> Option<&TupleObject> {
        // SAFETY: a class owns its tuple, which is replaced only where nobody borrows it.
        self.mro.get().map(|mro| unsafe { mro.cast::<TupleObject>().as_ref() })
    }

    /// The type as an object.
    #[inline(always)]
    pub fn as_borrowed(&self) -> Borrowed<'_> {
        // SAFETY: a type object begins with an object header and is alive while borrowed.
        unsafe { Borrowed::new(self.as_obj()) }
    }

    /// The same, unprotected; made from the whole block.
    #[inline(always)]
    pub fn as_obj(&self) -> Obj {
        self.mem.as_ptr().cast()
    }

    /// The built-in type whose struct its objects begin with: itself, unless it is a class.
    #[inline(always)]
    pub fn native(&self) -> &Self {
        // SAFETY: built-in types live as long as the world.
        self.class.native.get().map_or(self, |native| unsafe { &*native.as_ptr() })
    }

    /// Whether it was made by a program.
    #[inline(always)]
    pub fn is_class(&self) -> bool {
        self.mem.flags().has(TypeFlags::HEAP)
    }

    /// Whether its objects are filled otherwise than those of `base`, of which it is derived: then
    /// `__new__` of `base` leaves keyword arguments to that `__init__`.
    pub fn inits_unlike(&self, base: &Self) -> bool {
        let (own, plain) = (self.slots.init, base.slots.init);
        !matches!((own, plain), (Some(a), Some(b)) if std::ptr::fn_addr_eq(a, b))
            && (own.is_some() || plain.is_some())
    }

    /// Whether its objects are made otherwise than those of `base`, of which it is derived: then
    /// `__init__` of `base` leaves keyword arguments to that `__new__`.
    pub fn news_unlike(&self, base: &Self) -> bool {
        let (own, plain) = (self.slots.new, base.slots.new);
        !matches!((own, plain), (Some(a), Some(b)) if std::ptr::fn_addr_eq(a, b))
            && (own.is_some() || plain.is_some())
    }

    /// Whether it is `other` or derived from it.
    pub fn is_subtype(&self, other: &Self) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if let Some(mro) = self.mro() {
            let other = other.as_borrowed();
            return mro.items().iter().any(|ty| ty.is(other));
        }
        let mut ty = Some(NonNull::from(self));
        while let Some(this) = ty {
            if std::ptr::eq(this.as_ptr(), other) {
                return true;
            }
            // SAFETY: bases outlive the types derived from them.
            ty = unsafe { this.as_ref() }.base.get();
        }
        false
    }
}
