//! `code`: what a function's body was compiled to.
//!
//! Everything a code owns lies in the heap: instructions, constants, names, the table of handlers.
//! Positions are byte ranges of the source, one for each instruction.

use std::cell::Cell;

use ruff_text_size::TextRange;
use runtime_core::{Floor, HeapVec, Obj, Object, TypeSpec, type_of};
use runtime_gc::{Borrowed, Ref};
use runtime_types::args::NativeDef;
use runtime_types::ty::{GetSetDef, Slots, TypeDef};
use runtime_types::{Cx, Layout, Look, OrRaise, Res, View, World};

use crate::insn::Insn;
use crate::interp::{Machine, layout};

/// A global name that a code uses, with what was found for it last.
///
/// Valid while the versions of the two namespaces' key tables are the same: a value may change, a key
/// may not come or go. `place` is the entry in the globals, or, when `built_in` is set, in the
/// builtins.
pub struct GlobalName {
    /// The name, an interned str.
    pub name: Ref,
    /// Version of the globals' key table, 0 for none.
    pub globals: Cell<u32>,
    /// Version of the builtins' key table.
    pub builtins: Cell<u32>,
    /// Place of the value.
    pub place: Cell<u32>,
}

/// A range of instructions whose exceptions go to a handler.
#[derive(Debug, Clone, Copy)]
pub struct Handler {
    /// First instruction of the range.
    pub start: u32,
    /// Behind the last.
    pub end: u32,
    /// Where it goes on.
    pub target: u32,
    /// First register that is emptied on the way.
    pub depth: u16,
    /// Register that gets the exception.
    pub exception: u16,
}

/// Facts about a code's parameters.
#[derive(Debug, Clone, Copy, Default)]
pub struct Params {
    /// Positional parameters, the positional-only ones included.
    pub positional: u16,
    /// How many of them are positional-only.
    pub positional_only: u16,
    /// Keyword-only parameters.
    pub keyword_only: u16,
    /// Whether there is `*args`.
    pub var_args: bool,
    /// Whether there is `**kwargs`.
    pub var_keywords: bool,
}

impl Params {
    /// Registers that hold arguments when the body begins.
    pub const fn registers(self) -> u16 {
        self.positional + self.keyword_only + self.var_args as u16 + self.var_keywords as u16
    }

    /// Whether only positional parameters exist, so that arguments can be moved as they are.
    pub const fn is_simple(self) -> bool {
        self.keyword_only == 0 && !self.var_args && !self.var_keywords
    }
}

/// What a code is made of.
pub struct CodeParts {
    /// Name of the function, `<module>`, `<lambda>`, ...
    pub name: Ref,
    /// The name with those of the scopes around it.
    pub qualname: Ref,
    /// Number of the source in the interpreter's list.
    pub source: u32,
    /// Line of the `def`.
    pub first_line: u32,
    /// Its parameters.
    pub params: Params,
    /// Whether the namespace is a dict and not registers: a module's body.
    pub is_module: bool,
    /// Whether the namespace is the dict in the first register: a class body.
    pub is_class: bool,
    /// Whether the first constant is a docstring.
    pub has_docstring: bool,
    /// Registers of local variables, those that are cells included.
    pub locals: u16,
    /// Registers of variables of enclosing functions, behind the locals.
    pub free: u16,
    /// All registers.
    pub registers: u16,
    /// The instructions.
    pub insns: HeapVec<Insn>,
    /// Their places in the source.
    pub positions: HeapVec<TextRange>,
    /// Constants, owned.
    pub consts: HeapVec<Ref>,
    /// Attribute and import names, owned.
    pub names: HeapVec<Ref>,
    /// Global names, owned.
    pub globals: HeapVec<GlobalName>,
    /// Names of locals and free variables by register, owned.
    pub variables: HeapVec<Ref>,
    /// Handlers, innermost first.
    pub handlers: HeapVec<Handler>,
}

impl CodeParts {
    /// Bytes of the arrays that a code owns.
    fn array_bytes(&self) -> usize {
        self.insns.bytes()
            + self.positions.bytes()
            + self.consts.bytes()
            + self.names.bytes()
            + self.globals.bytes()
            + self.variables.bytes()
            + self.handlers.bytes()
    }
}

/// A code object.
#[repr(C)]
pub struct CodeObject {
    object: Object,
    /// What it is made of; never changes.
    pub parts: CodeParts,
}

// SAFETY: only `code` carries the number; what changes is in cells.
unsafe impl View for CodeObject {
    const LAYOUT: u16 = layout::CODE;
    const NAME: &'static str = "code";
}

/// The type `code`.
pub const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "code",
        basic_size: size_of::<CodeObject>(),
        layout: layout::CODE,
        floor: Floor::Interp,
        tp_dealloc: dealloc,
        ..TypeSpec::LEAF
    },
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: &[NativeDef::exactly("__sizeof__", 0, |cx, args| {
        let op = runtime_types::list::this(cx, &args)?;
        let size = size_of::<CodeObject>() + code(cx, op)?.array_bytes();
        cx.int_of_size(size as i64)
    })],
    members: &[
        GetSetDef::read_only("co_filename", |cx, op| {
            let source = code(cx, op)?.source;
            let name = Machine::of(cx).source_name(source);
            cx.str(&name)
        }),
        GetSetDef::read_only("co_nlocals", |cx, op| cx.int(i64::from(code(cx, op)?.locals))),
        GetSetDef {
            name: "co_argcount",
            get: |cx, op| cx.int(i64::from(code(cx, op)?.params.positional)),
            set: None,
        },
        GetSetDef {
            name: "co_posonlyargcount",
            get: |cx, op| cx.int(i64::from(code(cx, op)?.params.positional_only)),
            set: None,
        },
        GetSetDef {
            name: "co_kwonlyargcount",
            get: |cx, op| cx.int(i64::from(code(cx, op)?.params.keyword_only)),
            set: None,
        },
        GetSetDef {
            name: "co_firstlineno",
            get: |cx, op| cx.int(i64::from(code(cx, op)?.first_line)),
            set: None,
        },
        GetSetDef { name: "co_name", get: |cx, op| Ok(code(cx, op)?.name.clone()), set: None },
        GetSetDef {
            name: "co_qualname",
            get: |cx, op| Ok(code(cx, op)?.qualname.clone()),
            set: None,
        },
    ],
    getset: &[
        GetSetDef {
            name: "co_freevars",
            get: |cx, op| {
                let parts = code(cx, op)?;
                let (first, count) = (usize::from(parts.locals), usize::from(parts.free));
                cx.tuple_from(borrow_all(
                    parts.variables.get(first..first + count).unwrap_or_default(),
                ))
            },
            set: None,
        },
        GetSetDef {
            name: "co_varnames",
            get: |cx, op| {
                let parts = code(cx, op)?;
                let count = usize::from(parts.locals);
                cx.tuple_from(borrow_all(parts.variables.get(..count).unwrap_or_default()))
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

fn code<'a>(cx: &Cx<'_>, op: Borrowed<'a>) -> Res<&'a CodeParts> {
    Ok(&op.expect::<CodeObject>(cx)?.parts)
}

/// Owned references as borrowed ones.
pub fn borrow_all(objects: &[Ref]) -> &[Borrowed<'_>] {
    // SAFETY: both are transparent wrappers of an object pointer, and the owner keeps the objects
    // alive as long as the slice is borrowed.
    unsafe { std::slice::from_raw_parts(objects.as_ptr().cast(), objects.len()) }
}

impl CodeObject {
    /// The constant with this number.
    pub fn constant(&self, index: usize) -> Option<Borrowed<'_>> {
        borrow_all(&self.parts.consts).get(index).copied()
    }

    /// The attribute name with this number.
    #[inline]
    pub fn name(&self, index: u16) -> Option<Borrowed<'_>> {
        borrow_all(&self.parts.names).get(usize::from(index)).copied()
    }

    /// The name of the variable in a register.
    pub fn variable(&self, register: usize) -> Option<Borrowed<'_>> {
        borrow_all(&self.parts.variables).get(register).copied()
    }

    /// The docstring of a function: its first constant, when the compiler put one there.
    pub fn docstring(&self) -> Option<Ref> {
        if self.parts.has_docstring { self.constant(0).map(Borrowed::owned) } else { None }
    }

    /// The place in the source of an instruction.
    pub fn position(&self, index: usize) -> TextRange {
        self.parts.positions.get(index).copied().unwrap_or_default()
    }

    /// The innermost handler for an exception of this instruction.
    pub fn handler(&self, index: u32) -> Option<Handler> {
        self.parts.handlers.iter().find(|h| h.start <= index && index < h.end).copied()
    }
}

/// A code object of these parts.
///
/// # Errors
/// `MemoryError`; the parts are released.
pub fn new(world: &World, ty: &runtime_types::ty::Type, parts: CodeParts) -> Res {
    let op = ty.mem.alloc_uninit(size_of::<CodeObject>()).or_raise(world)?;
    // SAFETY: the block holds a `CodeObject` whose header is written; the parts are now.
    unsafe {
        (&raw mut (*op.cast::<CodeObject>().as_ptr()).parts).write(parts);
        Ok(Ref::steal(op))
    }
}

/// # Safety
/// The last reference to the code has just gone.
unsafe fn dealloc(op: Obj) {
    // SAFETY: per contract the parts are whole and used no more; they release what they own.
    unsafe {
        (&raw mut (*op.cast::<CodeObject>().as_ptr()).parts).drop_in_place();
        type_of(op).as_ref().free_object(op, size_of::<CodeObject>());
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let parts = code(cx, op)?;
    let (name, line) = (parts.name.clone(), parts.first_line);
    let file = Machine::of(cx).source_name(parts.source);
    let text = runtime_types::string::text_of(cx, name.borrow())?;
    let addr = op.as_obj().addr();
    cx.format(format_args!("<code object {text} at {addr:#x}, file \"{file}\", line {line}>"))
}

const _: () = assert!(layout::CODE >= Layout::FIRST_ABOVE);
