//! Exceptions: objects, their hierarchy, and the one that is being raised.
//!
//! Every built-in exception type is a row of [`Exc`]; the struct is CPython's `PyBaseExceptionObject`
//! with, for some types, a few words more. `MemoryError` needs no memory: a few are made at start-up
//! and come back to their pile when they die.

use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, Object, TypeFlags, TypeSpec};
use runtime_gc::{
    Borrowed, Container, Ref, clear, dealloc, decref, release, track, traversal, untrack,
};

use crate::args::{Args, unexpected_keyword};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::field::Field;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// The fields of every exception. CPython 3.13: 72 bytes with the header, 88 with the collector head.
#[repr(C)]
pub struct ExceptionObject {
    object: Object,
    /// Instance attributes, a dict; made when first asked for.
    pub dict: Field,
    /// The tuple of arguments.
    pub args: Field,
    /// The list of notes (kept in the dict in CPython too; this word is CPython's).
    notes: Field,
    /// The innermost traceback entry last added, or none.
    pub traceback: Field,
    /// The exception that was being handled when this one was raised.
    pub context: Field,
    /// The exception given with `from`.
    pub cause: Field,
    /// Whether `from` was used, so that the context is not shown.
    pub suppress_context: Cell<bool>,
    /// Words of certain types: `StopIteration.value`, `SystemExit.code`, `NameError.name`,
    /// `AttributeError.obj` and `.name`, `ImportError.name`, `.path` and more.
    extra: [Field; 0],
}

const _: () = assert!(size_of::<ExceptionObject>() == 72);

// SAFETY: only `BaseException` and its subclasses carry the number; all fields are cells.
unsafe impl View for ExceptionObject {
    const LAYOUT: u16 = Layout::Exception as u16;
    const NAME: &'static str = "BaseException";
}

macro_rules! exceptions {
    ($($name:ident : $base:ident, $extra:literal;)*) => {
        /// The built-in exception types.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each is the exception type of that name")]
        pub enum Exc { BaseException, $($name,)* }

        impl Exc {
            /// All of them, bases before what is derived from them.
            pub const ALL: &'static [Exc] = &[Exc::BaseException, $(Exc::$name,)*];

            /// The name that scripts see.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::BaseException => "BaseException",
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// The type it is derived from.
            pub const fn base(self) -> Exc {
                match self {
                    Self::BaseException => Self::BaseException,
                    $(Self::$name => Self::$base,)*
                }
            }

            /// Words behind the common fields.
            pub const fn extra(self) -> usize {
                match self {
                    Self::BaseException => 0,
                    $(Self::$name => $extra,)*
                }
            }
        }
    };
}

exceptions! {
    Exception: BaseException, 0;
    KeyboardInterrupt: BaseException, 0;
    SystemExit: BaseException, 1;
    GeneratorExit: BaseException, 0;
    ArithmeticError: Exception, 0;
    ZeroDivisionError: ArithmeticError, 0;
    OverflowError: ArithmeticError, 0;
    FloatingPointError: ArithmeticError, 0;
    AssertionError: Exception, 0;
    AttributeError: Exception, 2;
    BufferError: Exception, 0;
    EOFError: Exception, 0;
    ImportError: Exception, 4;
    ModuleNotFoundError: ImportError, 4;
    LookupError: Exception, 0;
    IndexError: LookupError, 0;
    KeyError: LookupError, 0;
    MemoryError: Exception, 0;
    NameError: Exception, 1;
    UnboundLocalError: NameError, 1;
    OSError: Exception, 5;
    ReferenceError: Exception, 0;
    RuntimeError: Exception, 0;
    NotImplementedError: RuntimeError, 0;
    RecursionError: RuntimeError, 0;
    StopIteration: Exception, 1;
    StopAsyncIteration: Exception, 0;
    SyntaxError: Exception, 8;
    IndentationError: SyntaxError, 8;
    TabError: IndentationError, 8;
    SystemError: Exception, 0;
    TypeError: Exception, 0;
    ValueError: Exception, 0;
    UnicodeError: ValueError, 0;
    UnicodeEncodeError: UnicodeError, 5;
    UnicodeDecodeError: UnicodeError, 5;
    Warning: Exception, 0;
    UserWarning: Warning, 0;
    DeprecationWarning: Warning, 0;
    SyntaxWarning: Warning, 0;
    RuntimeWarning: Warning, 0;
    ResourceWarning: Warning, 0;
}

/// Number of built-in exception types.
pub const EXC_COUNT: usize = Exc::ALL.len();

/// Free list of `MemoryError`: as many as CPython makes beforehand.
pub(crate) const MEMORY_ERRORS: u32 = 16;

impl Exc {
    /// The type of this row.
    pub(crate) const fn def(self) -> TypeDef {
        TypeDef {
            spec: TypeSpec {
                name: self.name(),
                basic_size: size_of::<ExceptionObject>() + self.extra() * size_of::<Field>(),
                flags: TypeFlags::EXCEPTION.with(TypeFlags::GC).with(TypeFlags::BASE).with(
                    if matches!(self, Self::MemoryError) {
                        TypeFlags::RESERVE
                    } else {
                        TypeFlags::NONE
                    },
                ),
                layout: Layout::Exception as u16,
                floor: Floor::World,
                free_lists: if matches!(self, Self::MemoryError) { &[MEMORY_ERRORS] } else { &[] },
                tp_dealloc: dealloc::<ExceptionObject>,
                tp_free: free,
                tp_release: Some(release::<ExceptionObject>),
                tp_traverse: Some(traversal::<ExceptionObject>()),
                tp_clear: Some(clear::<ExceptionObject>),
                ..TypeSpec::LEAF
            },
            slots: match self {
                Self::BaseException => Slots {
                    new: Some(new),
                    init: Some(init),
                    repr: Some(repr),
                    str: Some(str),
                    ..Slots::NONE
                },
                Self::KeyError => Slots { str: Some(key_error_str), ..Slots::NONE },
                Self::StopIteration | Self::SystemExit => {
                    Slots { init: Some(init_value), ..Slots::NONE }
                }
                Self::UnicodeEncodeError | Self::UnicodeDecodeError => Slots {
                    init: Some(crate::unicode_error::init),
                    str: Some(crate::unicode_error::str),
                    ..Slots::NONE
                },
                Self::NameError | Self::AttributeError | Self::ImportError => {
                    Slots { init: Some(init_named), ..Slots::NONE }
                }
                Self::OSError => Slots {
                    new: Some(crate::exception_os::new),
                    init: Some(crate::exception_os::init),
                    str: Some(crate::exception_os::str),
                    ..Slots::NONE
                },
                Self::SyntaxError => Slots {
                    init: Some(crate::exception_syntax::init),
                    str: Some(crate::exception_syntax::str),
                    ..Slots::NONE
                },
                _ => Slots::NONE,
            },
            members: match self {
                Self::BaseException => BASE_MEMBERS,
                Self::StopIteration => STOP_ITERATION_MEMBERS,
                Self::SystemExit => SYSTEM_EXIT_MEMBERS,
                Self::NameError => NAME_ERROR_MEMBERS,
                Self::AttributeError => ATTRIBUTE_ERROR_MEMBERS,
                Self::ImportError => IMPORT_ERROR_MEMBERS,
                Self::OSError => crate::exception_os::MEMBERS,
                Self::SyntaxError => crate::exception_syntax::MEMBERS,
                Self::UnicodeEncodeError | Self::UnicodeDecodeError => {
                    crate::unicode_error::MEMBERS
                }
                _ => &[],
            },
            getset: if matches!(self, Self::BaseException) { BASE_GETSET } else { &[] },
            methods: if matches!(self, Self::BaseException) {
                crate::exception_methods::METHODS
            } else {
                &[]
            },
            class_methods: &[],
            doc: "",
            module: "builtins",
        }
    }
}

impl ExceptionObject {
    /// The extra words of the object's built-in type.
    pub fn extra(&self) -> &[Field] {
        // The struct part of a subclass made by a program is that of its built-in base; its block is
        // at least as large as `basic_size` says.
        let this = std::ptr::from_ref(self);
        // SAFETY: the type's basic size tells how many words the block has behind the fixed ones,
        // all of which `alloc` set; a program's subclass keeps dict and slots elsewhere.
        unsafe {
            let ty = &*self.object.ty().cast::<Type>().as_ptr();
            let size = ty.native().mem.basic_size;
            let count = size.saturating_sub(size_of::<Self>()) / size_of::<Field>();
            std::slice::from_raw_parts(this.cast::<u8>().add(size_of::<Self>()).cast(), count)
        }
    }

    /// All fields that own references, in CPython's order of clearing.
    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.extra().iter().chain([
            &self.dict,
            &self.args,
            &self.notes,
            &self.traceback,
            &self.cause,
            &self.context,
        ])
    }

    /// The object as a borrowed reference.
    pub fn as_borrowed(&self) -> Borrowed<'_> {
        // SAFETY: `self` is a live object.
        unsafe { Borrowed::new(NonNull::from(self).cast()) }
    }
}

// SAFETY: both walk `fields`.
unsafe impl Container for ExceptionObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        this.fields().filter_map(Field::peek).for_each(visit);
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        for field in this.fields().skip(*cursor) {
            *cursor += 1;
            if let Some(value) = field.take() {
                return Some(value.into_raw());
            }
        }
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

/// # Safety
/// The exception is dead and owns nothing.
unsafe fn free(op: Obj) {
    // SAFETY: per contract. Only exactly `MemoryError` has a free list, and its objects one size.
    unsafe {
        let ty = op.as_ref().ty();
        let ty = ty.as_ref();
        if ty.free_lists().is_empty() {
            ty.free_object(op, ty.basic_size);
        } else {
            ty.retire(op, 0);
        }
    }
}

impl World {
    /// The built-in exception type.
    #[inline]
    pub fn exc_type(&self, kind: Exc) -> &Type {
        let [first, ..] = &self.exc_types;
        // SAFETY: the world's types are alive.
        unsafe { self.exc_types.get(kind as usize).unwrap_or(first).as_ref() }
    }

    /// A new exception of this type, with the given tuple of arguments.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn exception(&self, ty: &Type, args: Ref) -> Res {
        self.alloc_exception(ty, args).or_raise(self)
    }

    fn alloc_exception(&self, ty: &Type, args: Ref) -> Result<Ref, AllocError> {
        let op = match ty.mem.reuse(0) {
            Some(op) => op,
            // SAFETY: the type is alive, as a pointer to the whole of it.
            None if ty.is_class() => unsafe { (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0)? },
            None => ty.mem.alloc_uninit(ty.mem.basic_size)?,
        };
        // SAFETY: the block has `basic_size` bytes, of which the header is written; a field of zero
        // is an empty one, and `false` a zero byte.
        unsafe {
            let fields = ty.native().mem.basic_size - size_of::<Object>();
            op.cast::<u8>().add(size_of::<Object>()).write_bytes(0, fields);
            op.cast::<ExceptionObject>().as_ref().args.set(Some(args));
            track(op);
            Ok(Ref::steal(op))
        }
    }

    /// Sets an exception of a built-in type without arguments.
    #[cold]
    pub fn raise_bare(&self, kind: Exc) -> Raised {
        match self.exception(self.exc_type(kind), self.empty_tuple()) {
            Ok(exception) => self.set_raised(exception),
            Err(raised) => raised,
        }
    }

    /// Sets `StopIteration` with what came at the end of an iteration.
    #[cold]
    pub fn raise_stop(&self, value: Option<Ref>) -> Raised {
        let args = match &value {
            None => Ok(self.empty_tuple()),
            Some(value) => self.tuple([value.clone()]),
        };
        let made = args.and_then(|args| self.exception(self.exc_type(Exc::StopIteration), args));
        let exception = match made {
            Ok(exception) => exception,
            Err(raised) => return raised,
        };
        if let Some(view) = exception.borrow().view::<ExceptionObject>()
            && let Some(field) = view.extra().first()
        {
            field.set(value);
        }
        self.set_raised(exception)
    }

    /// Puts down the value that an iterator gives with its end, for [`crate::protocol::step`]; its
    /// `next` gives `None` right after.
    #[inline]
    pub fn set_end_value(&self, value: Option<Ref>) {
        // SAFETY: the cell owned what it held.
        drop(self.end_value.replace(value.map(Ref::into_raw)).map(|op| unsafe { Ref::steal(op) }));
    }

    /// Takes the value that the iterator which has just ended gave with its end.
    #[inline]
    pub fn take_end_value(&self) -> Option<Ref> {
        // SAFETY: the cell owned what it held.
        self.end_value.take().map(|op| unsafe { Ref::steal(op) })
    }

    /// A new exception of a built-in type with one argument, this text.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn exception_from_text(&self, kind: Exc, text: fmt::Arguments<'_>) -> Res {
        let text = self.format(text)?;
        let args = self.tuple([text])?;
        self.exception(self.exc_type(kind), args)
    }

    /// Sets an exception, with the one being handled as its context.
    pub fn set_raised(&self, exception: Ref) -> Raised {
        self.chain_context(&exception);
        self.restore_raised(exception)
    }

    /// Sets an exception that was raised before, as it is.
    pub fn restore_raised(&self, exception: Ref) -> Raised {
        // Whatever was set and not taken is replaced; it dies after the new one is in place.
        let old = self.raised.replace(Some(exception.into_raw()));
        if let Some(old) = old {
            // SAFETY: the cell owned it.
            drop(unsafe { Ref::steal(old) });
        }
        Raised::new()
    }

    /// Takes the exception that is set.
    pub fn take_raised(&self, raised: Raised) -> Ref {
        let Raised { .. } = raised;
        match self.raised.take() {
            // SAFETY: the cell owned it.
            Some(op) => unsafe { Ref::steal(op) },
            // The proof says that one is set; a lost one is reported rather than trusted to be
            // impossible.
            None => self.lost_exception(),
        }
    }

    /// Forgets the exception that is set, where nobody can be told of it.
    pub(crate) fn drop_raised(&self) {
        if let Some(op) = self.raised.take() {
            // SAFETY: the cell owned it.
            unsafe { decref(op) };
        }
    }

    fn lost_exception(&self) -> Ref {
        match self.exception_from_text(Exc::SystemError, format_args!("error without exception")) {
            Ok(exception) => exception,
            Err(raised) => self.take_raised(raised),
        }
    }

    /// Makes the exception being handled the context of `exception`, without closing a circle.
    fn chain_context(&self, exception: &Ref) {
        let Some(handled) = self.handled() else { return };
        if handled.as_obj() == exception.as_obj() {
            return;
        }
        let Some(view) = exception.borrow().view::<ExceptionObject>() else { return };
        // If `exception` is in the chain already, cut it there. Two steps against one, so that a
        // chain that runs in a circle by itself ends the walk (CPython: `_PyErr_SetObject`).
        let mut at = handled.clone();
        let mut slow = handled.clone();
        let mut odd = false;
        while let Some(here) = at.borrow().view::<ExceptionObject>() {
            let Some(next) = here.context.get() else { break };
            if next.as_obj() == exception.as_obj() {
                here.context.set(None);
                break;
            }
            at = next;
            if at.as_obj() == slow.as_obj() {
                break;
            }
            if odd && let Some(step) = slow.borrow().view::<ExceptionObject>() {
                slow = match step.context.get() {
                    Some(next) => next,
                    None => break,
                };
            }
            odd = !odd;
        }
        view.context.set(Some(handled));
    }

    /// The exception that a handler is running for.
    pub fn handled(&self) -> Option<Ref> {
        // SAFETY: the cell owns what it holds.
        self.handled.get().map(|op| unsafe { Ref::new(op) })
    }

    /// Sets the exception that a handler is running for, and gives the one before.
    pub fn swap_handled(&self, exception: Option<Ref>) -> Option<Ref> {
        // SAFETY: the cell owned what it held.
        self.handled.replace(exception.map(Ref::into_raw)).map(|op| unsafe { Ref::steal(op) })
    }

    /// Sets `MemoryError`. Takes no memory: the pile made at start-up serves it, or, when that is
    /// used up, the last of it again.
    #[cold]
    #[inline(never)]
    pub fn raise_no_memory(&self, error: AllocError) -> Raised {
        self.last_refusal.set(Some(error));
        let ty = self.exc_type(Exc::MemoryError);
        let exception = match ty.mem.reuse(0) {
            // SAFETY: as in `alloc_exception`; the object's head is intact and not tracked.
            Some(op) => unsafe {
                let fields = ty.mem.basic_size - size_of::<Object>();
                op.cast::<u8>().add(size_of::<Object>()).write_bytes(0, fields);
                op.cast::<ExceptionObject>().as_ref().args.set(Some(self.empty_tuple()));
                track(op);
                Ref::steal(op)
            },
            None => match self.alloc_exception(ty, self.empty_tuple()) {
                Ok(exception) => exception,
                // SAFETY: the last resort is made at start-up and lives as long as the world.
                Err(_) => unsafe { Ref::new(self.last_memory_error.get()) },
            },
        };
        self.set_raised(exception)
    }

    /// Fills the pile of `MemoryError`s and sets the last resort aside.
    ///
    /// # Errors
    /// `AllocError` from the heap.
    pub(crate) fn make_memory_errors(&self) -> Result<(), AllocError> {
        let ty = self.exc_type(Exc::MemoryError);
        let last = self.alloc_exception(ty, self.empty_tuple())?;
        self.immortalise(last.as_obj())?;
        // SAFETY: the object is live and tracked; nobody sees it before it is raised.
        unsafe { untrack(last.as_obj()) };
        self.last_memory_error.set(last.into_raw());
        // All alive at once, so that each is an object of its own; they retire as they die.
        let mut pile = [const { None }; MEMORY_ERRORS as usize];
        for slot in &mut pile {
            *slot = Some(self.alloc_exception(ty, self.empty_tuple())?);
        }
        Ok(())
    }

    /// Drops what is being raised and handled; for teardown.
    pub(crate) fn drop_exceptions(&self) {
        for cell in [&self.raised, &self.handled, &self.end_value] {
            if let Some(op) = cell.take() {
                // SAFETY: the cell owned it.
                unsafe { decref(op) };
            }
        }
    }
}

pub(crate) fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let tuple = cx.tuple_from(args.positionals())?;
    cx.exception(ty, tuple)
}

pub(crate) fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    if !args.names().is_empty() {
        let name = Type::of(op).name();
        return Err(cx.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    let tuple = cx.tuple_from(args.positionals())?;
    op.expect::<ExceptionObject>(cx)?.args.set(Some(tuple));
    Ok(())
}

/// `StopIteration(value)`, `SystemExit(code)`: the first argument, all of them for several codes.
fn init_value(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    init(cx, op, args)?;
    let this = op.expect::<ExceptionObject>(cx)?;
    let all = Type::of(op).is_subtype(cx.exc_type(Exc::SystemExit)) && args.len() > 1;
    let value = if all { this.args.get() } else { args.get(0).map(Borrowed::owned) };
    if let Some(field) = this.extra().first() {
        field.set(value);
    }
    Ok(())
}

/// `NameError(..., name=)`, `AttributeError(..., name=, obj=)`, `ImportError(..., name=, path=)`.
fn init_named(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    init(cx, op, Args::positional(args.positionals()))?;
    let this = op.expect::<ExceptionObject>(cx)?;
    let names: &[(&str, usize)] = if Type::of(op).is_subtype(cx.exc_type(Exc::NameError)) {
        &[("name", 0)]
    } else if Type::of(op).is_subtype(cx.exc_type(Exc::AttributeError)) {
        &[("obj", 0), ("name", 1)]
    } else {
        if let (1, Some(message)) = (args.len(), args.get(0))
            && let Some(field) = this.extra().first()
        {
            field.set(Some(message.owned()));
        }
        &[("name", 1), ("path", 2), ("name_from", 3)]
    };
    let (given, most) = (args.names().len(), names.len());
    if given > most {
        let (ty, plural) = (Type::of(op).name(), if most == 1 { "" } else { "s" });
        return Err(cx.type_error(format_args!(
            "{ty}() takes at most {most} keyword argument{plural} ({given} given)"
        )));
    }
    for (name, value) in args.keywords() {
        let text = crate::string::text_of(cx, name)?;
        let Some(&(_, index)) = names.iter().find(|(known, _)| text.eq_str(known)) else {
            let known: &[&str] = match names {
                [(only, _)] => &[*only],
                [(first, _), (second, _)] => &[*second, *first],
                _ => &["name", "path", "name_from"],
            };
            return Err(unexpected_keyword(cx, Type::of(op).name(), text, known));
        };
        if let Some(field) = this.extra().get(index) {
            field.set(Some(value.owned()));
        }
    }
    Ok(())
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let args = args_of(cx, op)?;
    let items = crate::tuple::items_of(cx, args.borrow())?;
    let name = Type::of(op).name();
    if let [only] = items {
        let inner = crate::protocol::repr(cx, *only)?;
        let inner = crate::string::text_of(cx, inner.borrow())?;
        return cx.format(format_args!("{name}({inner})"));
    }
    let inner = crate::protocol::repr(cx, args.borrow())?;
    let inner = crate::string::text_of(cx, inner.borrow())?;
    cx.format(format_args!("{name}{inner}"))
}

pub(crate) fn str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let args = args_of(cx, op)?;
    match crate::tuple::items_of(cx, args.borrow())? {
        [] => Ok(cx.empty_str()),
        [only] => crate::protocol::str(cx, *only),
        _ => crate::protocol::str(cx, args.borrow()),
    }
}

fn key_error_str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let args = args_of(cx, op)?;
    match crate::tuple::items_of(cx, args.borrow())? {
        [only] => crate::protocol::repr(cx, *only),
        _ => str(cx, op),
    }
}

fn args_of(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    Ok(op.expect::<ExceptionObject>(cx)?.args.get().unwrap_or_else(|| cx.empty_tuple()))
}

pub(crate) const fn extra_member<const N: usize>(name: &'static str) -> GetSetDef {
    GetSetDef {
        name,
        get: |cx, op| {
            let field = op.expect::<ExceptionObject>(cx)?.extra().get(N);
            Ok(field.and_then(Field::get).unwrap_or_else(|| cx.none()))
        },
        set: Some(|cx, op, value| {
            if let Some(field) = op.expect::<ExceptionObject>(cx)?.extra().get(N) {
                field.set(value.map(Borrowed::owned));
            }
            Ok(())
        }),
    }
}

const STOP_ITERATION_MEMBERS: &[GetSetDef] = &[extra_member::<0>("value")];
const SYSTEM_EXIT_MEMBERS: &[GetSetDef] = &[extra_member::<0>("code")];
const NAME_ERROR_MEMBERS: &[GetSetDef] = &[extra_member::<0>("name")];
const ATTRIBUTE_ERROR_MEMBERS: &[GetSetDef] =
    &[extra_member::<0>("obj"), extra_member::<1>("name")];
const IMPORT_ERROR_MEMBERS: &[GetSetDef] = &[
    extra_member::<0>("msg"),
    extra_member::<1>("name"),
    extra_member::<2>("path"),
    extra_member::<3>("name_from"),
];

const BASE_MEMBERS: &[GetSetDef] = &[GetSetDef {
    name: "__suppress_context__",
    get: |cx, op| {
        let on = op.expect::<ExceptionObject>(cx)?.suppress_context.get();
        Ok(cx.bool(on))
    },
    set: Some(|cx, op, value| {
        let Some(value) = value else {
            return Err(cx.type_error(format_args!("can't delete numeric/char attribute")));
        };
        if value.as_obj() != cx.true_obj() && value.as_obj() != cx.false_obj() {
            return Err(cx.type_error(format_args!("attribute value type must be bool")));
        }
        let on = value.as_obj() == cx.true_obj();
        op.expect::<ExceptionObject>(cx)?.suppress_context.set(on);
        Ok(())
    }),
}];

const BASE_GETSET: &[GetSetDef] = &[
    crate::class::STRUCT_DICT,
    GetSetDef {
        name: "args",
        get: |cx, op| args_of(cx, op),
        set: Some(|cx, op, value| {
            let Some(value) = value else {
                return Err(cx.type_error(format_args!("args may not be deleted")));
            };
            let tuple = crate::protocol::to_tuple(cx, value)?;
            op.expect::<ExceptionObject>(cx)?.args.set(Some(tuple));
            Ok(())
        }),
    },
    GetSetDef {
        name: "__traceback__",
        get: |cx, op| {
            let traceback = op.expect::<ExceptionObject>(cx)?.traceback.get();
            Ok(traceback.unwrap_or_else(|| cx.none()))
        },
        set: Some(set_traceback),
    },
    GetSetDef {
        name: "__context__",
        get: |cx, op| {
            let context = op.expect::<ExceptionObject>(cx)?.context.get();
            Ok(context.unwrap_or_else(|| cx.none()))
        },
        set: Some(|cx, op, value| {
            let context = exception_or_none(cx, value, "context")?;
            op.expect::<ExceptionObject>(cx)?.context.set(context);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__cause__",
        get: |cx, op| {
            let cause = op.expect::<ExceptionObject>(cx)?.cause.get();
            Ok(cause.unwrap_or_else(|| cx.none()))
        },
        set: Some(|cx, op, value| {
            let cause = exception_or_none(cx, value, "cause")?;
            let this = op.expect::<ExceptionObject>(cx)?;
            this.suppress_context.set(true);
            this.cause.set(cause);
            Ok(())
        }),
    },
];

/// Sets `__traceback__`: a traceback or `None`.
///
/// # Errors
/// `TypeError` for anything else.
pub(crate) fn set_traceback(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let Some(value) = value else {
        return Err(cx.type_error(format_args!("__traceback__ may not be deleted")));
    };
    let traceback = if value.is(cx.none().borrow()) {
        None
    } else if value.ty().layout == Layout::Traceback as u16 {
        Some(value.owned())
    } else {
        return Err(cx.type_error(format_args!("__traceback__ must be a traceback or None")));
    };
    op.expect::<ExceptionObject>(cx)?.traceback.set(traceback);
    Ok(())
}

fn exception_or_none(cx: &Cx<'_>, value: Option<Borrowed<'_>>, what: &str) -> Res<Option<Ref>> {
    match value {
        None => Err(cx.type_error(format_args!("__{what}__ may not be deleted"))),
        Some(value) if value.is(cx.none().borrow()) => Ok(None),
        Some(value) if value.is_a::<ExceptionObject>() => Ok(Some(value.owned())),
        Some(_) => Err(cx.type_error(format_args!(
            "exception {what} must be None or derive from BaseException"
        ))),
    }
}
