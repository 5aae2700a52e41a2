//! Native code as objects: built-in functions, the methods of built-in types, their getters, and
//! bound methods.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{Floor, Obj, Object, TypeFlags, TypeSpec, type_of};
use runtime_gc::{Borrowed, Container, EXHAUSTED, Ref, dealloc, release, track, traversal};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::documentation::{self, Part};
use crate::exception::Exc;
use crate::field::Field;
use crate::kernel::hash::hash_bytes;
use crate::string::{StrObject, text_of};
use crate::ty::{Compare, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// A built-in function, or a method of a built-in type bound to an object: 72 bytes with the
/// collector head, as CPython's.
#[repr(C)]
pub struct NativeObject {
    object: Object,
    def: Cell<&'static NativeDef>,
    /// The object that a method is bound to; a function's module otherwise.
    this: Field,
    /// Whether `this` is passed as the first argument.
    bound: Cell<bool>,
    module: Field,
    weak_refs: Cell<usize>,
}

/// A method of a built-in type, as it lies in the type's dict: 72 bytes.
#[repr(C)]
pub struct MethodDescriptorObject {
    object: Object,
    owner: Cell<NonNull<Type>>,
    def: Cell<&'static NativeDef>,
    /// Whether it is given the type first, not the object.
    of_type: Cell<bool>,
    _reserved: [Cell<usize>; 2],
}

/// An attribute of a built-in type with a getter: 64 bytes.
#[repr(C)]
pub struct GetSetObject {
    object: Object,
    /// The type whose attribute it is.
    owner: Field,
    def: Cell<&'static GetSetDef>,
    _reserved: [Cell<usize>; 2],
}

/// A function bound to an object: 64 bytes.
#[repr(C)]
pub struct MethodObject {
    object: Object,
    /// The function.
    pub function: Field,
    /// The object that is passed first.
    pub this: Field,
    weak_refs: Cell<usize>,
    _reserved: Cell<usize>,
}

const _: () = assert!(size_of::<NativeObject>() == 56);
const _: () = assert!(size_of::<MethodDescriptorObject>() == 56);
const _: () = assert!(size_of::<GetSetObject>() == 48);
const _: () = assert!(size_of::<MethodObject>() == 48);

macro_rules! view {
    ($ty:ty, $layout:ident, $name:literal) => {
        // SAFETY: only the type of that name carries the number; fields that change are cells.
        unsafe impl View for $ty {
            const LAYOUT: u16 = Layout::$layout as u16;
            const NAME: &'static str = $name;
        }
    };
}

view!(NativeObject, Native, "builtin_function_or_method");
view!(MethodDescriptorObject, MethodDescriptor, "method_descriptor");
view!(GetSetObject, GetSet, "getset_descriptor");
view!(MethodObject, Method, "method");

/// Takes the references of an object with fixed fields out, in the order given.
pub(crate) fn release_fields<const N: usize>(
    fields: [&Field; N],
    cursor: &mut usize,
) -> Option<Obj> {
    for field in fields.into_iter().skip(*cursor) {
        *cursor += 1;
        if let Some(value) = field.take() {
            if *cursor == N {
                *cursor = EXHAUSTED;
            }
            return Some(value.into_raw());
        }
    }
    None
}

/// Frees an object of fixed size that has no free list.
///
/// # Safety
/// `op` is dead and owns nothing.
pub(crate) unsafe fn free_fixed(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        let ty = type_of(op).as_ref();
        ty.free_object(op, ty.basic_size);
    }
}

macro_rules! container {
    ($ty:ty, |$this:ident| [$($field:expr),*]) => {
        // SAFETY: both walk the same fields in the same order.
        unsafe impl runtime_gc::Container for $ty {
            unsafe fn traverse(op: runtime_core::Obj, visit: &mut impl FnMut(runtime_core::Obj)) {
                // SAFETY: per contract.
                let $this = unsafe { op.cast::<Self>().as_ref() };
                $(if let Some(value) = $field.peek() { visit(value); })*
                let _ = ($this, visit);
            }

            unsafe fn release_next(op: runtime_core::Obj, cursor: &mut usize) -> Option<runtime_core::Obj> {
                // SAFETY: per contract.
                let $this = unsafe { op.cast::<Self>().as_ref() };
                let _ = $this;
                crate::native::release_fields([$(&$field),*], cursor)
            }

            unsafe fn free(op: runtime_core::Obj) {
                // SAFETY: per contract.
                unsafe { crate::native::free_fixed(op) }
            }
        }
    };
}
pub(crate) use container;

/// An attribute that is a field of `$ty`, as `None` while that is empty; with `mut` it can be written,
/// and emptied by deleting it.
macro_rules! member {
    ($ty:ty, $name:literal, $field:ident) => {
        crate::ty::GetSetDef::read_only($name, |cx, op| {
            let value = op.expect::<$ty>(cx)?.$field.get();
            Ok(value.unwrap_or_else(|| cx.none()))
        })
    };
    (mut $ty:ty, $name:literal, $field:ident) => {
        crate::ty::GetSetDef {
            set: Some(|cx, op, value| {
                op.expect::<$ty>(cx)?.$field.set(value.map(runtime_gc::Borrowed::owned));
                Ok(())
            }),
            ..crate::native::member!($ty, $name, $field)
        }
    };
}
pub(crate) use member;

/// Declares a collectable object: its struct (a header, then fields that are cells and whole when
/// zero), what it owns in the order of its death, and what else it gives back then.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident as $layout:ident, $text:literal, $size:literal {
        $($(#[$fdoc:meta])* $field:ident: $fty:ty,)*
    } owns [$($own:ident),*] $(frees [$($free:ident),*])?) => {
        $(#[$doc])*
        #[repr(C)]
        pub(crate) struct $name {
            object: runtime_core::Object,
            $($(#[$fdoc])* $field: $fty,)*
        }

        const _: () = assert!(size_of::<$name>() == $size, "as large as CPython's");

        // SAFETY: only the type of that name carries the number; the fields are cells.
        unsafe impl crate::view::View for $name {
            const LAYOUT: u16 = crate::view::Layout::$layout as u16;
            const NAME: &'static str = $text;
        }

        // SAFETY: both walk the same fields in the same order.
        unsafe impl runtime_gc::Container for $name {
            unsafe fn traverse(op: runtime_core::Obj, visit: &mut impl FnMut(runtime_core::Obj)) {
                // SAFETY: per contract.
                let this = unsafe { op.cast::<Self>().as_ref() };
                $(if let Some(value) = this.$own.peek() { visit(value); })*
                let _ = (this, visit);
            }

            unsafe fn release_next(
                op: runtime_core::Obj,
                cursor: &mut usize,
            ) -> Option<runtime_core::Obj> {
                // SAFETY: per contract.
                let this = unsafe { op.cast::<Self>().as_ref() };
                let next = crate::native::release_fields([$(&this.$own),*], cursor);
                $(if next.is_none() {
                    // SAFETY: per contract; a type outlives its objects, and its heap the type.
                    unsafe {
                        let heap = runtime_core::type_of(op).as_ref().heap();
                        $(this.$free.free(heap);)*
                    }
                })?
                next
            }

            unsafe fn free(op: runtime_core::Obj) {
                // SAFETY: per contract.
                unsafe { crate::native::free_fixed(op) }
            }
        }
    };
}
pub(crate) use object;

container!(NativeObject, |this| [this.this, this.module]);
container!(MethodDescriptorObject, |this| []);
container!(GetSetObject, |this| [this.owner]);
container!(MethodObject, |this| [this.function, this.this]);

/// The memory half of a collectable type of fixed size.
pub(crate) const fn fixed<C: Container>(name: &'static str, layout: Layout) -> TypeSpec {
    TypeSpec {
        name,
        basic_size: size_of::<C>(),
        flags: TypeFlags::GC,
        layout: layout as u16,
        floor: Floor::World,
        tp_dealloc: dealloc::<C>,
        tp_free: free_fixed,
        tp_release: Some(release::<C>),
        tp_traverse: Some(traversal::<C>()),
        ..TypeSpec::LEAF
    }
}

pub(crate) const FUNCTION: TypeDef = TypeDef {
    spec: TypeSpec {
        weak_list_offset: std::mem::offset_of!(NativeObject, weak_refs) as isize,
        ..fixed::<NativeObject>("builtin_function_or_method", Layout::Native)
    },
    slots: Slots {
        repr: Some(function_repr),
        call: Some(call_function),
        hash: Some(hash_function),
        compare: Some(compare_functions),
        ..Slots::NONE
    },
    members: &[member!(mut NativeObject, "__module__", module)],
    getset: &[
        GetSetDef {
            name: "__name__",
            get: |cx, op| {
                let name = op.expect::<NativeObject>(cx)?.def.get().name;
                cx.name(name)
            },
            set: None,
        },
        GetSetDef { name: "__qualname__", get: function_qualname, set: None },
        GetSetDef {
            name: "__self__",
            get: |cx, op| {
                let this = op.expect::<NativeObject>(cx)?;
                match (this.this.get(), this.module.get()) {
                    (Some(of), _) => Ok(of),
                    // A function of a module is shown as bound to it.
                    (None, Some(name)) => (cx.module_of.get())(cx, name.borrow()),
                    (None, None) => Ok(cx.none()),
                }
            },
            set: None,
        },
        GetSetDef { name: "__doc__", get: |cx, op| function_told(cx, op, Part::Text), set: None },
        GetSetDef {
            name: "__text_signature__",
            get: |cx, op| function_told(cx, op, Part::Signature),
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

/// What a function says of itself, or of the method that is bound.
fn function_told(cx: &mut Cx<'_>, op: Borrowed<'_>, part: Part) -> Res {
    let this = op.expect::<NativeObject>(cx)?;
    let name = this.def.get().name;
    if let Some(of) = this.this.get().filter(|_| this.bound.get() || name == "__new__") {
        let ty = of.borrow().view::<Type>().unwrap_or_else(|| Type::of(of.borrow()));
        return documentation::of_attribute(cx, ty, name, part);
    }
    let module = this.module.get().unwrap_or_else(|| cx.none());
    match module.borrow().view::<StrObject>() {
        Some(module) => documentation::of_function(cx, &module.text().to_string(), name, part),
        None => documentation::of_function(cx, "builtins", name, part),
    }
}

fn method_told(cx: &mut Cx<'_>, op: Borrowed<'_>, part: Part) -> Res {
    let this = op.expect::<MethodDescriptorObject>(cx)?;
    documentation::of_attribute(cx, this.owner(), this.def().name, part)
}

pub(crate) const METHOD_DESCRIPTOR: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::METHOD),
        ..fixed::<MethodDescriptorObject>("method_descriptor", Layout::MethodDescriptor)
    },
    slots: Slots {
        repr: Some(descriptor_repr),
        call: Some(call_descriptor),
        descr_get: Some(bind_descriptor),
        ..Slots::NONE
    },
    members: DESCRIPTOR_MEMBERS,
    getset: DESCRIPTOR_GETSET,
    ..TypeDef::EMPTY
};

/// Of methods that are given the type first: the same struct.
pub(crate) const CLASS_METHOD_DESCRIPTOR: TypeDef = TypeDef {
    spec: fixed::<MethodDescriptorObject>("classmethod_descriptor", Layout::MethodDescriptor),
    slots: Slots {
        repr: Some(descriptor_repr),
        call: Some(call_class_descriptor),
        descr_get: Some(bind_class_descriptor),
        ..Slots::NONE
    },
    members: DESCRIPTOR_MEMBERS,
    getset: DESCRIPTOR_GETSET,
    ..TypeDef::EMPTY
};

const DESCRIPTOR_MEMBERS: &[GetSetDef] = &[
    GetSetDef::read_only("__objclass__", |cx, op| {
        Ok(op.expect::<MethodDescriptorObject>(cx)?.owner().as_borrowed().owned())
    }),
    GetSetDef::read_only("__name__", |cx, op| {
        let name = op.expect::<MethodDescriptorObject>(cx)?.def.get().name;
        cx.name(name)
    }),
];

const DESCRIPTOR_GETSET: &[GetSetDef] = &[
    GetSetDef::read_only("__doc__", |cx, op| method_told(cx, op, Part::Text)),
    GetSetDef::read_only("__qualname__", |cx, op| {
        let this = op.expect::<MethodDescriptorObject>(cx)?;
        cx.format(format_args!("{}.{}", this.owner().short_name(), this.def().name))
    }),
    GetSetDef::read_only("__text_signature__", |cx, op| method_told(cx, op, Part::Signature)),
];

pub(crate) const GETSET: TypeDef = TypeDef {
    spec: fixed::<GetSetObject>("getset_descriptor", Layout::GetSet),
    slots: Slots {
        repr: Some(getset_repr),
        descr_get: Some(read_getset),
        descr_set: Some(write_getset),
        ..Slots::NONE
    },
    members: &[
        member!(GetSetObject, "__objclass__", owner),
        GetSetDef::read_only("__name__", |cx, op| {
            let name = op.expect::<GetSetObject>(cx)?.def.get().name;
            cx.name(name)
        }),
    ],
    getset: &[
        GetSetDef {
            name: "__qualname__",
            get: |cx, op| {
                let this = op.expect::<GetSetObject>(cx)?;
                let owner = this.owner.get().unwrap_or_else(|| cx.none());
                let owner = owner.borrow().view::<Type>().map_or("?", Type::short_name);
                cx.format(format_args!("{owner}.{}", this.def.get().name))
            },
            set: None,
        },
        GetSetDef {
            name: "__doc__",
            get: |cx, op| {
                let this = op.expect::<GetSetObject>(cx)?;
                let owner = this.owner.get().unwrap_or_else(|| cx.none());
                match owner.borrow().view::<Type>() {
                    Some(ty) => {
                        documentation::of_attribute(cx, ty, this.def.get().name, Part::Text)
                    }
                    None => Ok(cx.none()),
                }
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

pub(crate) const METHOD: TypeDef = TypeDef {
    spec: TypeSpec {
        weak_list_offset: std::mem::offset_of!(MethodObject, weak_refs) as isize,
        ..fixed::<MethodObject>("method", Layout::Method)
    },
    slots: Slots {
        call: Some(call_method),
        repr: Some(method_repr),
        hash: Some(hash_method),
        compare: Some(compare_methods),
        get_attr: Some(method_attribute),
        new: Some(new_method),
        ..Slots::NONE
    },
    members: &[
        member!(MethodObject, "__func__", function),
        member!(MethodObject, "__self__", this),
    ],
    getset: &[GetSetDef {
        name: "__doc__",
        get: |cx, op| match op.expect::<MethodObject>(cx)?.function.get() {
            Some(function) => crate::protocol::nested(cx, "", |cx| {
                crate::protocol::get_attr_str(cx, function.borrow(), "__doc__")
            }),
            None => Ok(cx.none()),
        },
        set: None,
    }],
    ..TypeDef::EMPTY
};

impl NativeObject {
    /// What it does.
    pub fn def(&self) -> &'static NativeDef {
        self.def.get()
    }

    /// The type whose `__new__` it is.
    pub(crate) fn type_of_new(&self) -> Option<&Type> {
        if !std::ptr::eq(self.def.get(), &NEW) {
            return None;
        }
        let of = self.this.peek()?;
        // SAFETY: `__new__` of a built-in type is bound to the type, which lives as long as the world.
        Some(unsafe { &*of.cast::<Type>().as_ptr() })
    }
}

/// `f.__qualname__`: methods have their type's name in front.
fn function_qualname(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<NativeObject>(cx)?;
    let name = this.def.get().name;
    let Some(of) = this.this.get().filter(|_| this.bound.get()) else { return cx.name(name) };
    let ty = of.borrow().view::<Type>().unwrap_or_else(|| Type::of(of.borrow()));
    let qualname = crate::protocol::get_attr_str(cx, ty.as_borrowed(), "__qualname__")?;
    cx.format(format_args!("{}.{name}", text_of(cx, qualname.borrow())?))
}

/// `T.__new__` of a built-in type: bound to the type, it gets the class that is asked for.
static NEW: NativeDef = NativeDef::any("__new__", call_new);

/// `T.__new__` as it lies in the dict of a built-in type.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_function(world: &World, ty: &Type) -> Res {
    make(world, &NEW, Some(ty.as_borrowed().owned()), None)
}

/// `T.__new__(C, ...)`: `C` must be `T` or derived from it, without another native base in between.
/// CPython: `tp_new_wrapper`.
fn call_new(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let Some(ty) = args.get(0).and_then(|ty| ty.view::<Type>()) else {
        return Err(cx.type_error(format_args!("__new__ needs a type")));
    };
    let name = ty.name();
    let Some(class) = args.get(1) else {
        return Err(cx.type_error(format_args!("{name}.__new__(): not enough arguments")));
    };
    let Some(class) = class.view::<Type>() else {
        let got = Type::of(class).name();
        return Err(
            cx.type_error(format_args!("{name}.__new__(X): X is not a type object ({got})"))
        );
    };
    if !class.is_subtype(ty) {
        let class = class.name();
        return Err(cx.type_error(format_args!(
            "{name}.__new__({class}): {class} is not a subtype of {name}"
        )));
    }
    let native = class.native();
    let same = match (native.slots.new, ty.slots.new) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    };
    if !same {
        let (class, native) = (class.name(), native.name());
        return Err(cx.type_error(format_args!(
            "{name}.__new__({class}) is not safe, use {native}.__new__()"
        )));
    }
    match ty.slots.new {
        Some(new) => new(cx, class, args.rest().rest()),
        None => Err(cx.type_error(format_args!("cannot create '{name}' instances"))),
    }
}

impl MethodDescriptorObject {
    /// What it does.
    pub fn def(&self) -> &'static NativeDef {
        self.def.get()
    }

    /// Whether it is given the object itself first, not the object's type.
    pub fn takes_object(&self) -> bool {
        !self.of_type.get()
    }

    /// The type whose method it is.
    pub fn owner(&self) -> &Type {
        // SAFETY: a built-in type outlives its dict, which owns the descriptor; a program that keeps
        // the descriptor longer still runs inside the world that owns the type.
        unsafe { self.owner.get().as_ref() }
    }
}

/// A built-in function, with the name of its module.
///
/// # Errors
/// `MemoryError`.
pub fn function(world: &World, def: &'static NativeDef, module: Option<Ref>) -> Res {
    make(world, def, None, module)
}

fn make(world: &World, def: &'static NativeDef, this: Option<Ref>, module: Option<Ref>) -> Res {
    let op = world.ty(world.types.native).mem.alloc_sized::<true>(size_of::<NativeObject>());
    let op = op.or_raise(world)?;
    let bound = this.is_some();
    // SAFETY: the block holds a `NativeObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<NativeObject>().as_ptr();
        (&raw mut (*p).def).write(Cell::new(def));
        (&raw mut (*p).this).write(Field::new(this));
        (&raw mut (*p).bound).write(Cell::new(bound));
        (&raw mut (*p).module).write(Field::new(module));
        (&raw mut (*p).weak_refs).write(Cell::new(0));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// A method of a built-in type.
pub(crate) fn method_descriptor(
    world: &World,
    owner: NonNull<Type>,
    def: &'static NativeDef,
) -> Res {
    descriptor(world, owner, def, false)
}

/// A method of a built-in type that is given the type first.
pub(crate) fn class_method_descriptor(
    world: &World,
    owner: NonNull<Type>,
    def: &'static NativeDef,
) -> Res {
    descriptor(world, owner, def, true)
}

fn descriptor(world: &World, owner: NonNull<Type>, def: &'static NativeDef, of_type: bool) -> Res {
    let size = size_of::<MethodDescriptorObject>();
    let types = &world.types;
    let ty = if of_type { types.class_method_descriptor } else { types.method_descriptor };
    let op = world.ty(ty).mem.alloc_sized::<true>(size).or_raise(world)?;
    // SAFETY: as in `make`.
    unsafe {
        let p = op.cast::<MethodDescriptorObject>().as_ptr();
        (&raw mut (*p).owner).write(Cell::new(owner));
        (&raw mut (*p).def).write(Cell::new(def));
        (&raw mut (*p).of_type).write(Cell::new(of_type));
        (&raw mut (*p)._reserved).write([const { Cell::new(0) }; 2]);
        track(op);
        Ok(Ref::steal(op))
    }
}

/// A getter of a type.
pub(crate) fn getset(world: &World, owner: Ref, def: &'static GetSetDef) -> Res {
    let size = size_of::<GetSetObject>();
    let op = world.ty(world.types.getset).mem.alloc_sized::<true>(size).or_raise(world)?;
    // SAFETY: as in `make`.
    unsafe {
        let p = op.cast::<GetSetObject>().as_ptr();
        (&raw mut (*p).owner).write(Field::new(Some(owner)));
        (&raw mut (*p).def).write(Cell::new(def));
        (&raw mut (*p)._reserved).write([const { Cell::new(0) }; 2]);
        track(op);
        Ok(Ref::steal(op))
    }
}

/// A function bound to an object.
///
/// # Errors
/// `MemoryError`.
pub fn method(world: &World, function: Ref, this: Ref) -> Res {
    let size = size_of::<MethodObject>();
    let op = world.ty(world.types.method).mem.alloc_sized::<true>(size).or_raise(world)?;
    // SAFETY: as in `make`.
    unsafe {
        let p = op.cast::<MethodObject>().as_ptr();
        (&raw mut (*p).function).write(Field::new(Some(function)));
        (&raw mut (*p).this).write(Field::new(Some(this)));
        (&raw mut (*p).weak_refs).write(Cell::new(0));
        (&raw mut (*p)._reserved).write(Cell::new(0));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn function_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<NativeObject>(cx)?;
    let name = this.def().name;
    match this.this.get() {
        Some(to) if this.bound.get() => cx.format(format_args!(
            "<built-in method {name} of {} object at {:#x}>",
            Type::of(to.borrow()).name(),
            to.as_obj().addr()
        )),
        _ => cx.format(format_args!("<built-in function {name}>")),
    }
}

fn call_function(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<NativeObject>(cx)?;
    let def = this.def();
    match this.this.get() {
        Some(to) if this.bound.get() => {
            def.check(cx, &args, 0, || Some(Type::of(to.borrow()).native().short_name()))?;
            with_first(cx, to.borrow(), args, |cx, args| (def.call)(cx, args))
        }
        _ => {
            if !def.takes(&args) {
                this.refuse_args(cx, &args)?;
            }
            (def.call)(cx, args)
        }
    }
}

impl NativeObject {
    /// The error for arguments that a function does not take: it names the function's module.
    #[cold]
    fn refuse_args(&self, cx: &Cx<'_>, args: &Args<'_>) -> Res<()> {
        let module = self.module.get().filter(|module| module.borrow().is_a::<StrObject>());
        let module = match &module {
            Some(module) => Some(text_of(cx, module.borrow())?.to_string()),
            None => None,
        };
        let owner = module.as_deref().filter(|&module| module != "builtins");
        self.def().check(cx, args, 0, || owner)
    }
}

/// Calls `f` with one argument more in front. The arguments are copied; few fit the native stack.
///
/// # Errors
/// `MemoryError`, and those of `f`.
pub fn with_first(
    cx: &mut Cx<'_>,
    first: Borrowed<'_>,
    args: Args<'_>,
    f: impl FnOnce(&mut Cx<'_>, Args<'_>) -> Res,
) -> Res {
    const INLINE: usize = 8;
    let given = args.values();
    let count = given.len() + 1;
    if count <= INLINE {
        let mut values = [first; INLINE];
        for (slot, value) in values.iter_mut().skip(1).zip(given) {
            *slot = *value;
        }
        let values = values.get(..count).unwrap_or_default();
        return f(cx, Args::with_names(values, args.names()));
    }
    // SAFETY: the scratch does not outlive this call, in which the heap is alive.
    let mut values = unsafe { runtime_core::HeapVec::new(cx.heap_ptr()) };
    values.reserve(count).or_raise(cx)?;
    values.push(first).or_raise(cx)?;
    values.extend_from_slice(given).or_raise(cx)?;
    f(cx, Args::with_names(&values, args.names()))
}

fn descriptor_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<MethodDescriptorObject>(cx)?;
    let (name, owner) = (this.def().name, this.owner().name());
    cx.format(format_args!("<method '{name}' of '{owner}' objects>"))
}

fn call_descriptor(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<MethodDescriptorObject>(cx)?;
    let (def, owner) = (this.def(), this.owner());
    let Some(to) = args.get(0) else {
        return Err(cx.type_error(format_args!(
            "unbound method {}.{}() needs an argument",
            owner.name(),
            def.name
        )));
    };
    if !Type::of(to).is_subtype(owner) {
        return Err(cx.type_error(format_args!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            def.name,
            owner.name(),
            Type::of(to).name()
        )));
    }
    def.check(cx, &args, 1, || Some(owner.short_name()))?;
    (def.call)(cx, args)
}

fn bind_descriptor(cx: &mut Cx<'_>, op: Borrowed<'_>, to: Option<Borrowed<'_>>, _: &Type) -> Res {
    let this = op.expect::<MethodDescriptorObject>(cx)?;
    match to {
        None => Ok(op.owned()),
        Some(to) => make(cx, this.def(), Some(to.owned()), None),
    }
}

/// `dict.__dict__['fromkeys'](T, ...)`, `T` a type that has the method.
fn call_class_descriptor(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<MethodDescriptorObject>(cx)?;
    let (def, owner) = (this.def(), this.owner());
    let (name, of) = (def.name, owner.name());
    let Some(to) = args.get(0) else {
        return Err(
            cx.type_error(format_args!("descriptor '{name}' of '{of}' object needs an argument"))
        );
    };
    match to.view::<Type>() {
        Some(ty) if ty.is_subtype(owner) => {}
        Some(ty) => {
            return Err(cx.type_error(format_args!(
                "descriptor '{name}' requires a subtype of '{of}' but received '{}'",
                ty.name()
            )));
        }
        None => {
            return Err(cx.type_error(format_args!(
                "descriptor '{name}' for type '{of}' needs a type, not a '{}' as arg 2",
                Type::of(to).name()
            )));
        }
    }
    def.check(cx, &args, 1, || Some(owner.short_name()))?;
    (def.call)(cx, args)
}

fn bind_class_descriptor(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    _: Option<Borrowed<'_>>,
    ty: &Type,
) -> Res {
    let this = op.expect::<MethodDescriptorObject>(cx)?;
    make(cx, this.def(), Some(ty.as_borrowed().owned()), None)
}

fn read_getset(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Option<Borrowed<'_>>, _: &Type) -> Res {
    let Some(of) = of else { return Ok(op.owned()) };
    let this = op.expect::<GetSetObject>(cx)?;
    this.check(cx, of)?;
    (this.def.get().get)(cx, of)
}

impl GetSetObject {
    /// Refuses objects of other types.
    fn check(&self, cx: &Cx<'_>, of: Borrowed<'_>) -> Res<()> {
        let owner = self.owner.get();
        let owner = owner.as_ref().and_then(|owner| owner.borrow().view::<Type>());
        match owner {
            Some(owner) if !Type::of(of).is_subtype(owner) => {
                let (name, owner, got) = (self.def.get().name, owner.name(), Type::of(of).name());
                Err(cx.type_error(format_args!(
                    "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
                )))
            }
            _ => Ok(()),
        }
    }
}

fn getset_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<GetSetObject>(cx)?;
    let owner = this.owner.get();
    let owner = owner.as_ref().and_then(|owner| owner.borrow().view::<Type>());
    let (name, owner) = (this.def.get().name, owner.map_or("?", Type::name));
    cx.format(format_args!("<attribute '{name}' of '{owner}' objects>"))
}

fn write_getset(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    of: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = op.expect::<GetSetObject>(cx)?;
    this.check(cx, of)?;
    let def = this.def.get();
    match def.set {
        Some(set) => set(cx, of, value),
        None => {
            let owner = this.owner.get();
            let owner = owner.as_ref().and_then(|owner| owner.borrow().view::<Type>());
            let owner = owner.map_or("?", Type::name);
            Err(cx.raise(
                Exc::AttributeError,
                format_args!("attribute '{}' of '{owner}' objects is not writable", def.name),
            ))
        }
    }
}

fn call_method(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<MethodObject>(cx)?;
    match (this.function.get(), this.this.get()) {
        (Some(function), Some(to)) => with_first(cx, to.borrow(), args, |cx, args| {
            crate::protocol::call(cx, function.borrow(), args)
        }),
        _ => Err(cx.type_error(format_args!("unbound method"))),
    }
}

/// `method(function, object)`
fn new_method(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    let [function, this] = args.positionals() else {
        let n = args.len();
        return Err(cx.type_error(format_args!("method expected 2 arguments, got {n}")));
    };
    if Type::of(*function).slots.call.is_none() {
        return Err(cx.type_error(format_args!("first argument must be callable")));
    }
    if cx.is_none(*this) {
        return Err(cx.type_error(format_args!("instance must not be None")));
    }
    method(cx, function.owned(), this.owned())
}

/// Attributes of a bound method are those of its function, but for its own.
fn method_attribute(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    if crate::type_type::lookup(cx, Type::of(op), name)?.is_some() {
        return crate::object::get_attr(cx, op, name);
    }
    match op.expect::<MethodObject>(cx)?.function.get() {
        Some(function) => crate::protocol::nested(cx, "", |cx| {
            crate::protocol::get_attr(cx, function.borrow(), name)
        }),
        None => Err(crate::object::no_attribute(cx, op, name)),
    }
}

/// Bound to one object, and the same function. CPython: `meth_richcompare`.
fn compare_functions(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<NativeObject>(), b.view::<NativeObject>()) else {
        return Ok(cx.not_implemented());
    };
    let of = |this: &NativeObject| this.this.get().map(|op| op.as_obj());
    let equal = a.is(b) || (std::ptr::eq(x.def.get(), y.def.get()) && of(x) == of(y));
    match op {
        Compare::Eq => Ok(cx.bool(equal)),
        Compare::Ne => Ok(cx.bool(!equal)),
        _ => Ok(cx.not_implemented()),
    }
}

/// The place of what it is bound to, and the name: the function has no place that is the same in each
/// run.
fn hash_function(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let this = op.expect::<NativeObject>(cx)?;
    let of = this.this.get().map_or(0, |of| crate::object::hash_address(of.borrow()));
    let name = hash_bytes(cx.hash_secret, this.def.get().name.as_bytes());
    Ok(match of ^ name {
        -1 => -2,
        hash => hash,
    })
}

fn hash_method(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let this = op.expect::<MethodObject>(cx)?;
    let (Some(function), Some(to)) = (this.function.get(), this.this.get()) else { return Ok(0) };
    let hash = crate::protocol::nested(cx, "", |cx| crate::protocol::hash(cx, function.borrow()))?;
    let hash = hash ^ crate::object::hash_address(to.borrow());
    Ok(if hash == -1 { -2 } else { hash })
}

/// Methods are equal when their functions are equal and their objects the same.
fn compare_methods(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<MethodObject>(), b.view::<MethodObject>()) else {
        return Ok(cx.not_implemented());
    };
    if !matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(cx.not_implemented());
    }
    let (Some(f), Some(g)) = (x.function.get(), y.function.get()) else {
        return Ok(cx.bool(a.is(b) == (op == Compare::Eq)));
    };
    let same =
        x.this.peek() == y.this.peek() && crate::protocol::equal(cx, f.borrow(), g.borrow())?;
    Ok(cx.bool(same == (op == Compare::Eq)))
}

fn method_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<MethodObject>(cx)?;
    let (function, to) = (this.function.get(), this.this.get());
    let to = to.unwrap_or_else(|| cx.none());
    let to = crate::protocol::repr(cx, to.borrow())?;
    let name = match &function {
        Some(function) => crate::protocol::get_attr_str(cx, function.borrow(), "__qualname__")?,
        None => cx.str("?")?,
    };
    let name = crate::protocol::str(cx, name.borrow())?;
    cx.format(format_args!(
        "<bound method {} of {}>",
        crate::string::text_of(cx, name.borrow())?,
        crate::string::text_of(cx, to.borrow())?
    ))
}

/// `x.n` as `object` does it: for types of higher floors that look somewhere else first.
///
/// # Errors
/// `AttributeError`.
pub fn generic_get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    crate::object::get_attr(cx, op, name)
}

/// `x.n = v` as `object` does it.
///
/// # Errors
/// `AttributeError`.
pub fn generic_set_attr(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    crate::object::set_attr(cx, op, name, value)
}

/// Whether attributes of a type's objects are found as `object` does it.
pub fn has_generic_get_attr(ty: &Type) -> bool {
    let generic: crate::ty::BinaryFn = crate::object::get_attr;
    ty.slots.get_attr.is_some_and(|slot| std::ptr::fn_addr_eq(slot, generic))
}

/// Whether the object's own dict has the name.
///
/// # Errors
/// Those of comparing keys.
pub fn instance_has(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res<bool> {
    Ok(crate::protocol::own_attribute(cx, op, name)?.is_some())
}
