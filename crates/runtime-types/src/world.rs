//! The third floor: a runtime's types, its shared objects, and the exception being raised.
//!
//! [`World::start`] makes, in this order: the type `type` and `object`, the other types, the shared
//! objects, the pile of `MemoryError`s, the types' dicts. [`World::end`] takes it apart in the reverse
//! order; after it no block of the heap is in use.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{
    AllocError, FreeList, GcHead, Heap, Obj, Object, StampError, TypeObject, TypeSpec, type_of,
};
use runtime_gc::{Borrowed, Collector, Ref, decref};

use crate::above::Unraisable;
use crate::class::ClassPart;
use crate::console::Console;
use crate::cx::{Cx, Res};
use crate::exception::{EXC_COUNT, Exc};
use crate::field::Field;
use crate::kernel::hash::HashKey;
use crate::stop::Limit;
use crate::string::{Interned, Kind};
use crate::ty::{LiveSlots, Type, TypeDef};

/// The smallest and the largest int that exist once.
pub(crate) const SMALL_INTS: std::ops::RangeInclusive<i64> = -5..=256;
const SMALL_INT_COUNT: usize = 262;

macro_rules! type_table {
    ($($name:ident = $def:expr;)*) => {
        /// The built-in types by name (exception types are in [`World::exc_type`]).
        #[expect(missing_docs, reason = "each field is the type of that name")]
        pub struct Types { $(pub $name: NonNull<Type>,)* }

        impl Types {
            const fn dangling() -> Self {
                Self { $($name: NonNull::dangling(),)* }
            }

            /// Stamps all of them but the first two, which exist.
            unsafe fn stamp(this: NonNull<World>, base: NonNull<Type>) -> Result<(), StampError> {
                $(
                    // SAFETY: per contract of `World::start`.
                    unsafe {
                        let slot = &raw mut (*this.as_ptr()).types.$name;
                        if *slot == NonNull::dangling() {
                            let bases = match stringify!($name) {
                                "bool" => (*this.as_ptr()).types.int,
                                "version_info" => (*this.as_ptr()).types.tuple,
                                _ => base,
                            };
                            *slot = stamp(this, &$def, Some(bases))?;
                        }
                    }
                )*
                Ok(())
            }

            pub(crate) fn defs() -> impl Iterator<Item = (fn(&Types) -> NonNull<Type>, TypeDef)> {
                [$((
                    (|types: &Types| types.$name) as fn(&Types) -> NonNull<Type>,
                    $def,
                ),)*].into_iter()
            }
        }
    };
}

type_table! {
    type_ = crate::type_type::DEF;
    object = crate::object::DEF;
    none = crate::singleton::NONE;
    not_implemented = crate::singleton::NOT_IMPLEMENTED;
    ellipsis = crate::singleton::ELLIPSIS;
    int = crate::int::DEF;
    bool = crate::int::BOOL;
    float = crate::float::DEF;
    str = crate::string::DEF;
    bytes = crate::bytes::DEF;
    bytearray = crate::bytearray::DEF;
    memoryview = crate::memoryview::DEF;
    managed_buffer = crate::memoryview::MANAGED;
    tuple = crate::tuple::DEF;
    list = crate::list::DEF;
    dict = crate::dict::DEF;
    dict_keys = crate::dict::KEYS_VIEW;
    dict_values = crate::dict::VALUES_VIEW;
    dict_items = crate::dict::ITEMS_VIEW;
    dict_key_iter = crate::dict::KEY_ITER;
    dict_value_iter = crate::dict::VALUE_ITER;
    dict_item_iter = crate::dict::ITEM_ITER;
    dict_reverse_key_iter = crate::dict::REVERSE_KEY_ITER;
    dict_reverse_value_iter = crate::dict::REVERSE_VALUE_ITER;
    dict_reverse_item_iter = crate::dict::REVERSE_ITEM_ITER;
    set = crate::set::DEF;
    frozenset = crate::set::FROZEN;
    set_iter = crate::set::ITER;
    range = crate::range::DEF;
    range_iter = crate::range::ITER;
    long_range_iter = crate::range::LONG_ITER;
    slice = crate::slice::DEF;
    list_iter = crate::iter::LIST_ITER;
    tuple_iter = crate::iter::TUPLE_ITER;
    ascii_iter = crate::iter::ASCII_ITER;
    str_iter = crate::iter::STR_ITER;
    bytes_iter = crate::iter::BYTES_ITER;
    bytearray_iter = crate::iter::BYTEARRAY_ITER;
    memory_iter = crate::memoryview::ITER;
    seq_iter = crate::iter::SEQ_ITER;
    list_reverse_iter = crate::iter::LIST_REVERSE_ITER;
    reversed = crate::iter::REVERSED;
    enumerate = crate::iter::ENUMERATE;
    zip = crate::iter::ZIP;
    map = crate::iter::MAP;
    filter = crate::iter::FILTER;
    call_iter = crate::iter::CALL_ITER;
    native = crate::native::FUNCTION;
    method_descriptor = crate::native::METHOD_DESCRIPTOR;
    class_method_descriptor = crate::native::CLASS_METHOD_DESCRIPTOR;
    getset = crate::native::GETSET;
    method = crate::native::METHOD;
    cell = crate::cell::DEF;
    module = crate::module::DEF;
    stream = crate::sys::STREAM;
    version_info = crate::sys::VERSION_INFO;
    slot_wrapper = crate::class::SLOT_WRAPPER;
    method_wrapper = crate::class::METHOD_WRAPPER;
    member = crate::class::MEMBER;
    property = crate::class::PROPERTY;
    staticmethod = crate::class::STATIC_METHOD;
    classmethod = crate::class::CLASS_METHOD;
    super_ = crate::class::SUPER;
    mapping_proxy = crate::class::MAPPING_PROXY;
    weak_ref = crate::weakref::REF;
    proxy = crate::weakref::PROXY;
    callable_proxy = crate::weakref::CALLABLE_PROXY;
    random = crate::random::DEF;
    generic_alias = crate::alias::ALIAS;
    union = crate::alias::UNION;
}

/// The third floor of a runtime.
#[repr(C)]
pub struct World {
    /// The floor below.
    pub gc: Collector,
    /// The built-in types.
    pub types: Types,
    pub(crate) exc_types: [NonNull<Type>; EXC_COUNT],
    none: Obj,
    not_implemented: Obj,
    ellipsis: Obj,
    bools: [Obj; 2],
    small_ints: [Obj; SMALL_INT_COUNT],
    empty_tuple: Obj,
    empty_str: Obj,
    latin1: [Obj; 256],
    empty_bytes: Obj,
    one_bytes: [Obj; 256],
    pub(crate) interned: Interned,
    pub(crate) hash_secret: HashKey,
    /// The exception being raised, owned.
    pub(crate) raised: Cell<Option<Obj>>,
    /// The exception being handled, owned.
    pub(crate) handled: Cell<Option<Obj>>,
    /// The value that the iterator which ended last gave with its end, owned; see
    /// [`crate::protocol::step`].
    pub(crate) end_value: Cell<Option<Obj>>,
    pub(crate) last_memory_error: Cell<Obj>,
    /// Why memory was refused last.
    pub last_refusal: Cell<Option<AllocError>>,
    /// Versions handed out to dict tables; see [`crate::dict`].
    pub(crate) next_version: Cell<u32>,
    /// Versions handed out to types; see [`Type::version`].
    pub(crate) next_type_version: Cell<u32>,
    /// Names of special methods, by their rows; see [`crate::class`].
    pub(crate) special_names: [Cell<Option<Obj>>; crate::class::SPECIAL_COUNT],
    /// Functions to be called when the runtime ends, newest last; a list once there is one.
    pub(crate) at_exit: Field,
    /// `gc.garbage` and `gc.callbacks`, once the module has been made.
    pub(crate) gc_garbage: Field,
    pub(crate) gc_callbacks: Field,
    /// The name of the module whose code is running, for classes that `type` makes.
    pub module_name: Cell<fn(&mut Cx<'_>) -> Option<Ref>>,
    /// The module with a name, made when it was not needed yet: what a native function belongs to.
    pub module_of: Cell<fn(&mut Cx<'_>, Borrowed<'_>) -> Res>,
    /// How many frames of the program there are; the floor above knows.
    pub frame_depth: Cell<fn(&Cx<'_>) -> u32>,
    /// `super()`, for which the frame must be known.
    pub zero_super: Cell<fn(&mut Cx<'_>) -> Res>,
    /// Key tables of dicts, kept for reuse; see [`crate::dict`].
    pub(crate) key_tables: FreeList,
    /// Objects that are being printed right now, innermost first.
    pub(crate) printing: Cell<Option<NonNull<crate::repr_guard::Node>>>,
    /// Native calls nested in each other right now.
    pub(crate) native_depth: Cell<u32>,
    /// Iterators that are asking each other for an item.
    pub(crate) iterator_depth: Cell<u32>,
    /// Frames and native calls that may nest before `RecursionError`.
    pub recursion_limit: Cell<u32>,
    /// Most decimal digits that int and str are converted by; 0 for no limit
    /// (`sys.set_int_max_str_digits`).
    pub int_max_str_digits: Cell<usize>,
    /// Told the steps of a long computation while it runs, and may stop it.
    pub work_poll: Cell<WorkPoll>,
    /// Steps that scripts were given, and what is left of them; see [`crate::stop`].
    pub(crate) steps_given: Cell<u64>,
    pub(crate) steps_left: Cell<u64>,
    /// The limit that ended the script.
    pub(crate) stopped: Cell<Option<Limit>>,
    /// What `print` writes to when it is not told: `sys.stdout` as a program has set it; `None` stands
    /// for the console.
    pub standard_out: Cell<StandardOut>,
    /// Reports exceptions that cannot be raised; a machine above has a better way than this floor.
    pub unraisable: Cell<Unraisable>,
    /// Where `print` and `sys.stderr` write.
    pub console: Box<dyn Console>,
    /// When it was made: the clocks of the module `time` count from here.
    pub(crate) started: std::time::Instant,
    /// Types that are made when their module is first imported; see [`crate::late`].
    pub(crate) late: crate::late::LateTypes,
}

/// Finds what `print` writes to; `None` stands for the console.
pub type StandardOut = fn(&mut Cx<'_>) -> Res<Option<Ref>>;

/// Counts steps done inside one native operation. To stop it, it raises.
pub type WorkPoll = fn(&World, u64) -> Res<()>;

impl World {
    /// A world on this collector, with nothing in it yet. It may be moved until [`World::start`].
    pub fn new(gc: Collector, hash_secret: HashKey, console: Box<dyn Console>) -> Self {
        let nothing = NonNull::dangling();
        Self {
            gc,
            types: Types::dangling(),
            exc_types: [NonNull::dangling(); EXC_COUNT],
            none: nothing,
            not_implemented: nothing,
            ellipsis: nothing,
            bools: [nothing; 2],
            small_ints: [nothing; SMALL_INT_COUNT],
            empty_tuple: nothing,
            empty_str: nothing,
            latin1: [nothing; 256],
            empty_bytes: nothing,
            one_bytes: [nothing; 256],
            interned: Interned::default(),
            hash_secret,
            raised: Cell::new(None),
            handled: Cell::new(None),
            end_value: Cell::new(None),
            last_memory_error: Cell::new(nothing),
            last_refusal: Cell::new(None),
            next_version: Cell::new(crate::dict::FIRST_VERSION),
            next_type_version: Cell::new(1),
            special_names: [const { Cell::new(None) }; crate::class::SPECIAL_COUNT],
            at_exit: Field::empty(),
            gc_garbage: Field::empty(),
            gc_callbacks: Field::empty(),
            module_name: Cell::new(|_| None),
            module_of: Cell::new(|cx, _| Ok(cx.none())),
            frame_depth: Cell::new(|_| 0),
            zero_super: Cell::new(|cx| {
                Err(cx.raise(Exc::RuntimeError, format_args!("super(): no current frame")))
            }),
            key_tables: FreeList::new(crate::dict::KEPT_TABLES),
            printing: Cell::new(None),
            native_depth: Cell::new(0),
            iterator_depth: Cell::new(0),
            recursion_limit: Cell::new(1000),
            int_max_str_digits: Cell::new(crate::kernel::integer::MAX_STR_DIGITS),
            work_poll: Cell::new(crate::stop::poll),
            steps_given: Cell::new(0),
            steps_left: Cell::new(0),
            stopped: Cell::new(None),
            standard_out: Cell::new(|_| Ok(None)),
            unraisable: Cell::new(crate::above::one_line),
            console,
            started: std::time::Instant::now(),
            late: crate::late::LateTypes::default(),
        }
    }

    /// Makes the types and the shared objects.
    ///
    /// # Errors
    /// [`StampError`] when memory is short; what was made is taken apart by [`World::end`].
    ///
    /// # Safety
    /// `this` has its final address, is made from the whole runtime's allocation, and is not
    /// referenced from elsewhere while this runs. The collector has been started.
    #[expect(clippy::indexing_slicing, reason = "the table has a slot for each `Exc`")]
    pub unsafe fn start(this: NonNull<World>) -> Result<(), StampError> {
        // SAFETY: per contract; fields are written before anybody reads them, and no reference to
        // the world is held across a write to it.
        unsafe {
            let w = this.as_ptr();
            (*w).gc.set_above(NonNull::from(&crate::above::Floor));
            let type_ = stamp(this, &crate::type_type::DEF, None)?;
            (*w).types.type_ = type_;
            type_.cast::<Object>().as_ref().set_ty(type_.cast());
            let object = stamp(this, &crate::object::DEF, None)?;
            (*w).types.object = object;
            type_.as_ref().base.set(Some(object));
            inherit(type_, object);
            Types::stamp(this, object)?;
            for &kind in Exc::ALL {
                let base = match kind {
                    Exc::BaseException => object,
                    _ => (*w).exc_types[kind.base() as usize],
                };
                let ty = stamp(this, &kind.def(), Some(base))?;
                if kind.base() != kind && kind.def().slots.str.is_none() {
                    inherit(ty, base);
                }
                (*w).exc_types[kind as usize] = ty;
            }
            Self::make_shared(this)?;
            let world = this.as_ref();
            crate::class::make_special_names(world)?;
            world.make_memory_errors()?;
            crate::type_type::fill_dicts(world)?;
            Ok(())
        }
    }

    #[expect(clippy::indexing_slicing, reason = "the ranges are those of the tables")]
    unsafe fn make_shared(this: NonNull<World>) -> Result<(), AllocError> {
        // SAFETY: as in `start`; the types exist.
        unsafe {
            let w = this.as_ptr();
            (*w).none = singleton(this, (*w).types.none)?;
            (*w).not_implemented = singleton(this, (*w).types.not_implemented)?;
            (*w).ellipsis = singleton(this, (*w).types.ellipsis)?;
            (*w).bools[0] = keep(this, crate::int::shared(this.as_ref(), (*w).types.bool, 0)?)?;
            (*w).bools[1] = keep(this, crate::int::shared(this.as_ref(), (*w).types.bool, 1)?)?;
            for (index, value) in SMALL_INTS.enumerate() {
                let int = crate::int::shared(this.as_ref(), (*w).types.int, value)?;
                (*w).small_ints[index] = keep(this, int)?;
            }
            (*w).empty_tuple = keep(this, crate::tuple::shared_empty(this.as_ref())?)?;
            (*w).empty_str = keep(this, this.as_ref().shared_str(&[], Kind::Ascii)?)?;
            for code in 0..=255u8 {
                let kind = if code < 0x80 { Kind::Ascii } else { Kind::Latin1 };
                let str = this.as_ref().shared_str(&[code], kind)?;
                (*w).latin1[usize::from(code)] = keep(this, str)?;
            }
            (*w).empty_bytes = keep(this, this.as_ref().shared_bytes(&[])?)?;
            for byte in 0..=255u8 {
                let bytes = this.as_ref().shared_bytes(&[byte])?;
                (*w).one_bytes[usize::from(byte)] = keep(this, bytes)?;
            }
            Ok(())
        }
    }

    /// Takes the world apart: what is being raised, the types' dicts, the immortals, the types.
    ///
    /// # Safety
    /// `this` was started, at least in part, and is not used again but to be dropped. Nobody holds
    /// an object of it any more.
    pub unsafe fn end(this: NonNull<World>) {
        // SAFETY: per contract.
        unsafe {
            let world = this.as_ref();
            world.drop_exceptions();
            world.at_exit.set(None);
            world.gc_garbage.set(None);
            world.gc_callbacks.set(None);
            world.clear_types();
            world.gc.end_immortals(crate::singleton::free_immortal);
            for ty in world.all_types() {
                ty.as_ref().mem.clear_free_lists();
            }
            crate::dict::clear_kept_tables(world);
            while let Some(ty) = world.all_types().next() {
                // A class that is still alive has leaked, and its block with it; it is only
                // forgotten.
                let is_class = ty.as_ref().is_class();
                crate::class::drop_class_parts(world, ty.as_ref());
                TypeObject::unstamp(ty.cast());
                if !is_class {
                    free_type_block(world.heap(), ty);
                }
            }
        }
    }

    fn clear_types(&self) {
        for ty in self.all_types() {
            // SAFETY: types are alive until `end` frees them.
            let ty = unsafe { ty.as_ref() };
            if ty.is_class() {
                continue;
            }
            for cell in [&ty.dict, &ty.mro] {
                if let Some(op) = cell.take() {
                    // SAFETY: the cell owned it.
                    unsafe { decref(op) };
                }
            }
        }
    }

    fn all_types(&self) -> impl Iterator<Item = NonNull<Type>> {
        self.heap().types().map(|mem| mem.as_ptr().cast())
    }

    /// Stamps a type that a higher floor defines.
    ///
    /// # Errors
    /// [`StampError`] when a floor is missing or memory is short.
    ///
    /// # Safety
    /// `this` was started and is made from the whole runtime's allocation.
    pub unsafe fn stamp_type(
        this: NonNull<World>,
        def: &TypeDef,
    ) -> Result<NonNull<Type>, StampError> {
        // SAFETY: per contract.
        unsafe { Self::stamp_derived(this, def, this.as_ref().types.object) }
    }

    /// The same for a type that is derived from another built-in one.
    ///
    /// # Errors
    /// As [`World::stamp_type`].
    ///
    /// # Safety
    /// As [`World::stamp_type`]; `base` is a type of this world.
    pub(crate) unsafe fn stamp_derived(
        this: NonNull<World>,
        def: &TypeDef,
        base: NonNull<Type>,
    ) -> Result<NonNull<Type>, StampError> {
        // SAFETY: per contract.
        unsafe {
            let ty = stamp(this, def, Some(base))?;
            crate::type_type::fill_dict(this.as_ref(), ty, def)?;
            Ok(ty)
        }
    }

    /// The same without its dict yet.
    ///
    /// # Errors
    /// As [`World::stamp_type`]; nothing is entered then.
    ///
    /// # Safety
    /// As [`World::stamp_type`].
    pub(crate) unsafe fn stamp_bare(
        this: NonNull<World>,
        def: &TypeDef,
    ) -> Result<NonNull<Type>, StampError> {
        // SAFETY: per contract.
        unsafe { stamp(this, def, Some(this.as_ref().types.object)) }
    }

    /// The world of the runtime that `op` belongs to.
    ///
    /// # Safety
    /// `op` is an object whose type was stamped for this floor, and its world is alive.
    #[inline(always)]
    pub unsafe fn of<'a>(op: Obj) -> &'a World {
        // SAFETY: per contract a heap of this floor is the first field of a world, and the pointer
        // was made from the whole allocation.
        unsafe { type_of(op).as_ref().heap_ptr().cast::<World>().as_ref() }
    }

    /// The same as a pointer, made from the whole runtime's allocation.
    ///
    /// # Safety
    /// As [`World::of`].
    #[inline(always)]
    pub unsafe fn ptr_of(op: Obj) -> NonNull<World> {
        // SAFETY: per contract.
        unsafe { type_of(op).as_ref().heap_ptr().cast() }
    }

    /// The heap at the bottom.
    #[inline(always)]
    pub fn heap(&self) -> &Heap {
        &self.gc.heap
    }

    /// The heap as a pointer made from the whole runtime's allocation.
    #[inline(always)]
    pub fn heap_ptr(&self) -> NonNull<Heap> {
        // SAFETY: the world's types are alive.
        unsafe { self.types.object.as_ref() }.mem.heap_ptr()
    }

    /// `None`.
    #[inline(always)]
    pub fn none(&self) -> Ref {
        // SAFETY: immortal; likewise below.
        unsafe { Ref::steal(self.none) }
    }

    /// `None`, unprotected.
    #[inline(always)]
    pub fn none_obj(&self) -> Obj {
        self.none
    }

    /// `None`, borrowed.
    #[inline(always)]
    pub fn none_borrowed(&self) -> Borrowed<'_> {
        // SAFETY: immortal.
        unsafe { Borrowed::new(self.none) }
    }

    /// `NotImplemented`.
    pub fn not_implemented(&self) -> Ref {
        // SAFETY: immortal.
        unsafe { Ref::steal(self.not_implemented) }
    }

    /// Whether an object is `NotImplemented`.
    #[inline(always)]
    pub fn is_not_implemented(&self, op: Borrowed<'_>) -> bool {
        op.as_obj() == self.not_implemented
    }

    /// Whether an object is `None`.
    #[inline(always)]
    pub fn is_none(&self, op: Borrowed<'_>) -> bool {
        op.as_obj() == self.none
    }

    /// `...`
    pub fn ellipsis(&self) -> Ref {
        // SAFETY: immortal.
        unsafe { Ref::steal(self.ellipsis) }
    }

    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(&self, value: bool) -> Ref {
        let [no, yes] = self.bools;
        // SAFETY: immortal.
        unsafe { Ref::steal(if value { yes } else { no }) }
    }

    /// `True`, for comparisons of identity.
    #[inline(always)]
    pub fn true_obj(&self) -> Obj {
        self.bools[1]
    }

    /// `False`, for comparisons of identity.
    #[inline(always)]
    pub fn false_obj(&self) -> Obj {
        self.bools[0]
    }

    /// The shared int of this value, when it is small enough to be one.
    #[inline(always)]
    pub fn small_int(&self, value: i64) -> Option<Ref> {
        let index = value.wrapping_sub(*SMALL_INTS.start()) as usize;
        // SAFETY: immortal.
        self.small_ints.get(index).map(|&op| unsafe { Ref::steal(op) })
    }

    /// `()`
    pub fn empty_tuple(&self) -> Ref {
        // SAFETY: immortal.
        unsafe { Ref::steal(self.empty_tuple) }
    }

    /// `''`
    pub fn empty_str(&self) -> Ref {
        // SAFETY: immortal.
        unsafe { Ref::steal(self.empty_str) }
    }

    /// The shared string of one character up to U+00FF.
    pub fn latin1_char(&self, code: u8) -> Ref {
        #[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
        // SAFETY: immortal.
        unsafe {
            Ref::steal(self.latin1[usize::from(code)])
        }
    }

    /// `b''`
    pub fn empty_bytes(&self) -> Ref {
        // SAFETY: immortal.
        unsafe { Ref::steal(self.empty_bytes) }
    }

    /// The shared `bytes` of one byte.
    pub fn one_byte(&self, byte: u8) -> Ref {
        #[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
        // SAFETY: immortal.
        unsafe {
            Ref::steal(self.one_bytes[usize::from(byte)])
        }
    }

    /// The type with this address, for comparisons of exact types.
    #[inline(always)]
    pub fn ty(&self, ty: NonNull<Type>) -> &Type {
        // SAFETY: the world's types are alive as long as it is.
        unsafe { &*ty.as_ptr() }
    }

    /// Strings in the table of interned ones.
    pub fn interned_count(&self) -> usize {
        self.interned.len()
    }
}

/// Stamps one type: memory half, behaviour half over that of its base.
unsafe fn stamp(
    this: NonNull<World>,
    def: &TypeDef,
    base: Option<NonNull<Type>>,
) -> Result<NonNull<Type>, StampError> {
    // SAFETY: per contract of `World::start`; the block is large enough for a `Type`, whose fields
    // are all written before the type is shown.
    unsafe {
        let heap = this.cast::<Heap>();
        let meta = (*this.as_ptr()).types.type_.cast::<TypeObject>();
        let place = type_block(heap.as_ref())?;
        let mut spec: TypeSpec = def.spec;
        if let Some(base) = base {
            let inherited = runtime_core::TypeFlags::INHERITED;
            spec.flags = spec.flags.with(base.as_ref().mem.flags().only(inherited));
        }
        if let Err(error) = TypeObject::stamp(place.cast(), &spec, heap, meta) {
            free_type_block(heap.as_ref(), place);
            return Err(error);
        }
        let ty = place.as_ptr();
        place.cast::<Object>().as_ref().set_count(runtime_core::IMMORTAL);
        (&raw mut (*ty).base).write(Cell::new(base));
        (&raw mut (*ty).mro).write(Cell::new(None));
        (&raw mut (*ty).dict).write(Cell::new(None));
        (&raw mut (*ty).module).write(def.module);
        (&raw mut (*ty).doc).write(def.doc);
        let first = &raw mut (*ty).first_slots;
        first.write(base.map_or(def.slots, |base| def.slots.over(&base.as_ref().slots)));
        (&raw mut (*ty).slots).write(LiveSlots::new(NonNull::new_unchecked(first)));
        (&raw mut (*ty).class).write(ClassPart::new());
        (&raw mut (*ty).own).write(Cell::new(None));
        if let Some(base) = base {
            crate::class::link_subclass(place.as_ref(), base.as_ref());
        }
        Ok(place)
    }
}

/// Room for a built-in type. Classes have a collector head in front; built-in types are objects of
/// the same type, so they have one too, and are never tracked.
fn type_block(heap: &Heap) -> Result<NonNull<Type>, AllocError> {
    let head = size_of::<GcHead>();
    let block = heap.raw_alloc(head + size_of::<Type>())?;
    // SAFETY: the block begins with the head.
    unsafe {
        block.write_bytes(0, head);
        Ok(block.add(head).cast())
    }
}

/// # Safety
/// The block is one of [`type_block`], and nobody uses it any more.
unsafe fn free_type_block(heap: &Heap, ty: NonNull<Type>) {
    let head = size_of::<GcHead>();
    // SAFETY: per contract.
    unsafe { heap.raw_free(ty.cast::<u8>().sub(head), head + size_of::<Type>()) };
}

/// Fills the empty slots of a type from its base.
unsafe fn inherit(ty: NonNull<Type>, base: NonNull<Type>) {
    // SAFETY: per contract of `World::start`: both live, and the type not yet in use.
    unsafe {
        let ty = ty.as_ptr();
        let both = (*ty).first_slots.over(&base.as_ref().slots);
        (&raw mut (*ty).first_slots).write(both);
    }
}

/// Makes the one object of a type without fields.
unsafe fn singleton(this: NonNull<World>, ty: NonNull<Type>) -> Result<Obj, AllocError> {
    // SAFETY: per contract of `World::start`.
    unsafe {
        let op = ty.as_ref().mem.alloc_uninit(ty.as_ref().mem.basic_size)?;
        keep(this, op)
    }
}

/// Makes an object immortal.
unsafe fn keep(this: NonNull<World>, op: Obj) -> Result<Obj, AllocError> {
    // SAFETY: per contract of `World::start`.
    unsafe { this.as_ref() }.immortalise(op)?;
    Ok(op)
}
