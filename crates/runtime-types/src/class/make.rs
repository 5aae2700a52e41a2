//! Making a class: `type(name, bases, namespace)`, which the `class` statement calls in the end.
//!
//! Checks come first, then the layout, then the object, then its slots; a class is shown to nobody
//! before it is whole. CPython: `type_new` in `Objects/typeobject.c`.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{Object, StampError, TypeFlags, TypeObject, TypeSpec};
use runtime_gc::{Borrowed, Ref, dealloc, release, track, traversal};
use smallvec::SmallVec;

use super::descriptor;
use super::instance::{Instance, clear_instance, free_instance, instance_alloc};
use super::special::{
    COUNT, SPECIALS, Slot, WITH_SLOTS, copy, is_for_twin, native_owner, number, special_name,
};
use super::{ClassPart, Member, SlotsBlock, generic, link_subclass, meta, mro};
use crate::args::Args;
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::dict;
use crate::exception::Exc;
use crate::string::{StrObject, text_of};
use crate::ty::{LiveSlots, Slots, Type};
use crate::view::Look;
use crate::world::World;

type Names<'a> = SmallVec<[Borrowed<'a>; 8]>;

/// What a class statement or a call of `type` gives.
pub(crate) struct Parts<'a> {
    pub(crate) name: Borrowed<'a>,
    pub(crate) bases: Borrowed<'a>,
    pub(crate) namespace: Borrowed<'a>,
    /// Keyword arguments of the class, for `__init_subclass__`.
    pub(crate) keywords: Args<'a>,
    /// The type of the class: `type`, or a metaclass.
    pub(crate) meta: &'a Type,
}

/// Makes a class.
///
/// # Errors
/// `TypeError`, `ValueError` for what makes no class; those of `__set_name__` and
/// `__init_subclass__`; `MemoryError`.
pub(crate) fn type_new(cx: &mut Cx<'_>, parts: &Parts<'_>) -> Res {
    let object = cx.ty(cx.types.object).as_borrowed();
    let bases = match crate::tuple::items_of(cx, parts.bases)? {
        [] => cx.tuple_from(&[object])?,
        _ => parts.bases.owned(),
    };
    let items = crate::tuple::items_of(cx, bases.borrow())?;
    let base = best_base(cx, items)?;
    // The class has a namespace of its own: what the caller does with the dict later is its own
    // business.
    let namespace = dict::copy(cx, parts.namespace)?;
    let layout = Layout::of(cx, base, items, namespace.borrow(), parts.name)?;
    let class = allocate(cx, base, &layout, parts.name, parts.meta)?;
    fill(cx, &class, &layout, bases.clone(), namespace, parts)?;
    set_order(cx, &class, items)?;
    update_slots(cx, view(&class))?;
    link_subclass(view(&class), base);
    meta::fill_cell(cx, view(&class))?;
    set_names(cx, &class)?;
    init_subclass(cx, &class, parts.keywords)?;
    Ok(class)
}

/// The class behind a reference to one.
fn view(class: &Ref) -> &Type {
    // SAFETY: callers pass classes, which the reference holds.
    unsafe { class.as_obj().cast::<Type>().as_ref() }
}

/// The base whose struct the objects begin with. CPython: `best_base`.
fn best_base<'a>(cx: &Cx<'_>, bases: &[Borrowed<'a>]) -> Res<&'a Type> {
    let mut best: Option<(&Type, &Type)> = None;
    for base in bases {
        let Some(ty) = base.view::<Type>() else {
            // What such an object is made by is no type of types, and no relation of `type`.
            return Err(cx.type_error(format_args!(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) \
                 subclass of the metaclasses of all its bases"
            )));
        };
        if !ty.mem.flags().has(TypeFlags::BASE) {
            let name = ty.name();
            return Err(cx.type_error(format_args!("type '{name}' is not an acceptable base type")));
        }
        let solid = solid_base(ty);
        match best {
            Some((known, _)) if known.is_subtype(solid) => {}
            Some((known, _)) if !solid.is_subtype(known) => {
                return Err(
                    cx.type_error(format_args!("multiple bases have instance lay-out conflict"))
                );
            }
            _ => best = Some((solid, ty)),
        }
    }
    match best {
        Some((_, base)) => Ok(base),
        None => Err(cx.type_error(format_args!("a class needs a base"))),
    }
}

/// The type that first had the struct of `ty`'s objects; dicts and weak references do not count.
fn solid_base(ty: &Type) -> &Type {
    let mut at = ty;
    while let Some(base) = at.base() {
        let same = at.mem.basic_size == base.mem.basic_size
            && at.mem.item_size == base.mem.item_size
            && at.mem.layout == base.mem.layout;
        if !same {
            break;
        }
        at = base;
    }
    at
}

/// How the objects of a new class are laid out.
struct Layout<'a> {
    base: &'a Type,
    /// Names in `__slots__` that get a word, mangled and sorted.
    members: Vec<Ref>,
    basic_size: usize,
    flags: TypeFlags,
    weak_list_offset: isize,
    /// Whether `__slots__` was given.
    has_slots: bool,
    adds_dict: bool,
    adds_weak: bool,
}

impl<'a> Layout<'a> {
    fn of(
        cx: &mut Cx<'_>,
        base: &'a Type,
        bases: &[Borrowed<'_>],
        namespace: Borrowed<'_>,
        class_name: Borrowed<'_>,
    ) -> Res<Self> {
        let has_dict = base.has_instance_dict();
        let has_weak = base.mem.weak_list_offset != 0;
        // What a class object has, it has as every type.
        let is_meta = base.mem.flags().has(TypeFlags::TYPE);
        let has_dict = has_dict || is_meta;
        let may_weak = !has_weak && base.mem.item_size == 0;
        let slots_name = cx.name("__slots__")?;
        let mut layout = Self {
            base,
            members: Vec::new(),
            basic_size: base.mem.basic_size,
            flags: base.mem.flags().only(TypeFlags::INHERITED),
            weak_list_offset: base.mem.weak_list_offset,
            has_slots: false,
            adds_dict: !has_dict,
            adds_weak: may_weak,
        };
        if let Some(slots) = dict::get_name(cx, namespace, slots_name.borrow()) {
            layout.has_slots = true;
            (layout.adds_dict, layout.adds_weak) = (false, false);
            layout.take_slots(cx, slots.borrow(), namespace, class_name, has_dict, may_weak)?;
            // A second base that has a dict or weak references brings them along.
            for other in bases.iter().filter_map(|base| base.view::<Type>()) {
                layout.adds_dict |= !has_dict && other.has_instance_dict();
                layout.adds_weak |= may_weak && other.mem.weak_list_offset != 0;
            }
        }
        layout.settle();
        Ok(layout)
    }

    fn take_slots(
        &mut self,
        cx: &mut Cx<'_>,
        slots: Borrowed<'_>,
        namespace: Borrowed<'_>,
        class_name: Borrowed<'_>,
        has_dict: bool,
        may_weak: bool,
    ) -> Res<()> {
        let names = if slots.is_a::<StrObject>() {
            cx.tuple_from(&[slots])?
        } else {
            crate::protocol::to_tuple(cx, slots)?
        };
        let names = crate::tuple::items_of(cx, names.borrow())?.to_vec();
        let is_meta = self.base.mem.flags().has(TypeFlags::TYPE);
        if !names.is_empty() && (is_meta || self.base.mem.item_size != 0) {
            let base = self.base.name();
            return Err(cx.type_error(format_args!(
                "nonempty __slots__ not supported for subtype of '{base}'"
            )));
        }
        let mut own = Vec::new();
        for name in names {
            let Some(str) = name.view::<StrObject>() else {
                let ty = Type::of(name).name();
                return Err(
                    cx.type_error(format_args!("__slots__ items must be strings, not '{ty}'"))
                );
            };
            let text = str.text();
            if !text.is_identifier() {
                return Err(cx.type_error(format_args!("__slots__ must be identifiers")));
            }
            if text.eq_str("__dict__") {
                if has_dict || self.adds_dict {
                    return Err(
                        cx.type_error(format_args!("__dict__ slot disallowed: we already got one"))
                    );
                }
                self.adds_dict = true;
            } else if text.eq_str("__weakref__") {
                if !may_weak || self.adds_weak {
                    return Err(cx.type_error(format_args!(
                        "__weakref__ slot disallowed: we already got one"
                    )));
                }
                self.adds_weak = true;
            } else {
                own.push(name);
            }
        }
        for name in own {
            let mangled = mangle(cx, class_name, name)?;
            let mangled = cx.intern(mangled, crate::string::Interning::Immortal)?;
            let text = text_of(cx, name)?;
            let is_own = ["__qualname__", "__classcell__"].iter().any(|own| text.eq_str(own));
            if !is_own && dict::get_name(cx, namespace, mangled.borrow()).is_some() {
                let shown = shown(cx, name)?;
                return Err(cx.value_error(format_args!(
                    "{shown} in __slots__ conflicts with class variable"
                )));
            }
            self.members.push(mangled);
        }
        self.members.sort_by_cached_key(|name| {
            name.borrow().view::<StrObject>().map(|name| name.text().to_string())
        });
        Ok(())
    }

    /// Flags, size and offsets from what was asked for.
    fn settle(&mut self) {
        let base = &self.base.mem;
        let keeps = TypeFlags::MANAGED.with(TypeFlags::MANAGED_DICT).with(TypeFlags::WEAK_LATE);
        self.flags = self
            .flags
            .with(base.flags().only(keeps))
            .with(TypeFlags::HEAP)
            .with(TypeFlags::GC)
            .with(TypeFlags::BASE);
        if self.adds_dict {
            self.flags = self.flags.with(TypeFlags::MANAGED).with(TypeFlags::MANAGED_DICT);
        }
        if self.adds_weak {
            self.flags = self.flags.with(TypeFlags::MANAGED);
            self.weak_list_offset = WEAK_LIST_BEFORE;
        } else if base.weak_list_offset > 0 && !base.flags().has(TypeFlags::TYPE) {
            // The native struct's own list is cleared with the struct, after the class's fields.
            self.flags = self.flags.with(TypeFlags::WEAK_LATE);
        }
        self.basic_size = base.basic_size.next_multiple_of(WORD) + self.members.len() * WORD;
        if self.members.is_empty() {
            self.basic_size = base.basic_size;
        }
        let plain = self.basic_size == size_of::<Object>() && base.item_size == 0;
        let inherits = base.flags().has(TypeFlags::INLINE_VALUES);
        if plain && self.flags.has(TypeFlags::MANAGED_DICT) && (self.adds_dict || inherits) {
            self.flags = self.flags.with(TypeFlags::INLINE_VALUES);
        }
    }
}

const WORD: usize = size_of::<usize>();
/// Where the weak list of an object with managed words lies: the first of them.
const WEAK_LIST_BEFORE: isize = -32;

fn shown(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<String> {
    let repr = crate::protocol::repr(cx, op)?;
    Ok(text_of(cx, repr.borrow())?.to_string())
}

/// A private name with the class's in front: `__x` in `C` is `_C__x`.
fn mangle(cx: &mut Cx<'_>, class: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    let text = text_of(cx, name)?.to_string();
    let class = text_of(cx, class)?.to_string();
    let class = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || class.is_empty() {
        return Ok(name.owned());
    }
    cx.format(format_args!("_{class}{text}"))
}

/// A class object that is stamped and owns nothing yet but its base and its name.
fn allocate(
    cx: &mut Cx<'_>,
    base: &Type,
    layout: &Layout<'_>,
    name: Borrowed<'_>,
    meta: &Type,
) -> Res {
    let text = text_of(cx, name)?.to_string();
    if text.contains('\0') {
        return Err(cx.value_error(format_args!("type name must not contain null characters")));
    }
    let op = meta.mem.alloc_uninit(size_of::<Type>()).or_raise(cx)?;
    let heap = cx.heap();
    let copy = match heap.raw_alloc(text.len().max(1)) {
        Ok(copy) => copy,
        Err(error) => {
            // SAFETY: nothing was put into the block.
            unsafe { meta.mem.free_object(op, size_of::<Type>()) };
            return Err(error).or_raise(cx);
        }
    };
    // SAFETY: the copy is as long as the text, and becomes a str of the same bytes.
    let type_name: &'static str = unsafe {
        copy.copy_from_nonoverlapping(NonNull::from(text.as_bytes()).cast(), text.len());
        let bytes = std::slice::from_raw_parts(copy.as_ptr(), text.len());
        std::str::from_utf8_unchecked(bytes)
    };
    let spec = TypeSpec {
        name: type_name,
        basic_size: layout.basic_size,
        item_size: base.mem.item_size,
        flags: layout.flags,
        layout: base.mem.layout,
        floor: runtime_core::Floor::World,
        free_lists: &[],
        weak_list_offset: layout.weak_list_offset,
        dict_offset: base.mem.dict_offset,
        tp_alloc: instance_alloc,
        tp_free: free_instance,
        tp_dealloc: dealloc::<Instance>,
        tp_traverse: Some(traversal::<Instance>()),
        tp_untrack: None,
        tp_clear: Some(clear_instance),
        tp_finalize: base.mem.finalizer(),
        tp_release: Some(release::<Instance>),
    };
    let spec = if base.mem.flags().has(TypeFlags::TYPE) { meta::of_classes(spec) } else { spec };
    // SAFETY: the block is a whole type's, which nobody has seen; every field is written before
    // anybody does. The heap's pointer is made from the whole runtime.
    unsafe {
        let ty = op.cast::<Type>().as_ptr();
        if let Err(error) = TypeObject::stamp(op.cast(), &spec, cx.heap_ptr(), meta.mem.as_ptr()) {
            heap.raw_free(copy, text.len().max(1));
            meta.mem.free_object(op, size_of::<Type>());
            let error = match error {
                StampError::Alloc(error) => error,
                _ => runtime_core::AllocError::TooLarge,
            };
            return Err(error).or_raise(cx);
        }
        let first = &raw mut (*ty).first_slots;
        first.write(*base.slots);
        (&raw mut (*ty).slots).write(LiveSlots::new(NonNull::new_unchecked(first)));
        (&raw mut (*ty).base).write(Cell::new(Some(NonNull::new_unchecked(
            base.as_borrowed().owned().into_raw().cast::<Type>().as_ptr(),
        ))));
        (&raw mut (*ty).mro).write(Cell::new(None));
        (&raw mut (*ty).dict).write(Cell::new(None));
        (&raw mut (*ty).module).write("builtins");
        (&raw mut (*ty).doc).write("");
        (&raw mut (*ty).class).write(ClassPart::new());
        (&raw mut (*ty).own).write(Cell::new(None));
        let class = &(*ty).class;
        class.text.set((copy.as_ptr(), text.len()));
        class.native.set(Some(base.class.native.get().unwrap_or_else(|| base.as_ptr())));
        class.name.set(Some(name.owned()));
        if meta.is_class() {
            // As every object of a class, it holds its class.
            runtime_gc::incref(meta.as_obj());
        }
        Ok(Ref::steal(op))
    }
}

/// Fills a class with its namespace and its members, and shows it to the collector.
fn fill(
    cx: &mut Cx<'_>,
    class: &Ref,
    layout: &Layout<'_>,
    bases: Ref,
    namespace: Ref,
    parts: &Parts<'_>,
) -> Res<()> {
    let ty = view(class);
    for base in crate::tuple::items_of(cx, bases.borrow())? {
        if let Some(base) = base.view::<Type>().filter(|base| ty.base.get() != Some(base.as_ptr()))
        {
            base.class.has_side_classes.set(true);
        }
    }
    ty.class.bases.set(Some(bases));
    set_members(cx, ty, layout)?;
    take_names(cx, ty, namespace.borrow(), parts.name)?;
    unhash(cx, namespace.borrow())?;
    wrap_methods(cx, namespace.borrow())?;
    add_members(cx, class, layout, namespace.borrow())?;
    ty.dict.set(Some(namespace.into_raw()));
    // SAFETY: the class is whole but for its order, without which it is searched along its bases.
    unsafe { track(class.as_obj()) };
    Ok(())
}

/// Notes where the words are that `__slots__` named, after those of the bases.
fn set_members(cx: &Cx<'_>, ty: &Type, layout: &Layout<'_>) -> Res<()> {
    let inherited = layout.base.class.members();
    let count = inherited.len() + layout.members.len();
    if count == 0 {
        return Ok(());
    }
    let bytes = count * size_of::<Member>();
    let members = cx.heap().raw_alloc(bytes).or_raise(cx)?.cast::<Member>();
    let first = layout.basic_size - layout.members.len() * WORD;
    let own = (0..layout.members.len()).map(|i| Member { offset: (first + i * WORD) as u32 });
    for (i, member) in own.chain(inherited.iter().copied()).enumerate() {
        // SAFETY: the list has room for all of them.
        unsafe { members.add(i).write(member) };
    }
    ty.class.members.set((members.as_ptr(), count));
    Ok(())
}

/// Takes `__qualname__` out of the namespace, and sees to `__module__` and the number of attributes
/// that the compiler expects.
fn take_names(cx: &mut Cx<'_>, ty: &Type, namespace: Borrowed<'_>, name: Borrowed<'_>) -> Res<()> {
    let key = cx.name("__qualname__")?;
    let qualname = match dict::get_name(cx, namespace, key.borrow()) {
        None => name.owned(),
        Some(qualname) if qualname.borrow().is_a::<StrObject>() => {
            drop(dict::remove(cx, namespace, key.borrow())?);
            qualname
        }
        Some(other) => {
            let ty = Type::of(other.borrow()).name();
            return Err(cx.type_error(format_args!("type __qualname__ must be a str, not {ty}")));
        }
    };
    ty.class.qualname.set(Some(qualname));
    let module = cx.name("__module__")?;
    if dict::get_name(cx, namespace, module.borrow()).is_none()
        && let Some(name) = (cx.module_name.get())(cx)
    {
        dict::set_name(cx, namespace, module.borrow(), name)?;
    }
    let expected = cx.name("__static_attributes__")?;
    if let Some(names) = dict::get_name(cx, namespace, expected.borrow())
        && let Ok(names) = crate::tuple::items_of(cx, names.borrow())
    {
        ty.class.expected.set(names.len().min(super::values::VALUES_MAX) as u32);
    }
    Ok(())
}

/// A class that says when its objects are equal and not how they hash has none that can be hashed.
fn unhash(cx: &mut Cx<'_>, namespace: Borrowed<'_>) -> Res<()> {
    let (eq, hash) = (cx.name("__eq__")?, cx.name("__hash__")?);
    if dict::get_name(cx, namespace, eq.borrow()).is_some()
        && dict::get_name(cx, namespace, hash.borrow()).is_none()
    {
        dict::set_name(cx, namespace, hash.borrow(), cx.none())?;
    }
    Ok(())
}

/// `__new__` is a static method, `__init_subclass__` and `__class_getitem__` are class methods,
/// whether it says so or not.
fn wrap_methods(cx: &mut Cx<'_>, namespace: Borrowed<'_>) -> Res<()> {
    for (name, of_class) in
        [("__new__", false), ("__init_subclass__", true), ("__class_getitem__", true)]
    {
        let key = cx.name(name)?;
        let Some(value) = dict::get_name(cx, namespace, key.borrow()) else { continue };
        if !Type::of(value.borrow()).mem.flags().has(TypeFlags::METHOD) {
            continue;
        }
        let wrapped = if of_class {
            descriptor::new_class_method(cx, value)?
        } else {
            descriptor::new_static_method(cx, value)?
        };
        dict::set_name(cx, namespace, key.borrow(), wrapped)?;
    }
    Ok(())
}

/// Puts descriptors of members, of `__dict__` and of `__weakref__` into the namespace, and a
/// `__doc__` when it has none.
fn add_members(
    cx: &mut Cx<'_>,
    class: &Ref,
    layout: &Layout<'_>,
    namespace: Borrowed<'_>,
) -> Res<()> {
    let members = view(class).class.members();
    for (name, member) in layout.members.iter().zip(members) {
        let descriptor =
            descriptor::new_member(cx, class.clone(), name.clone(), member.offset as usize)?;
        dict::set_name(cx, namespace, name.borrow(), descriptor)?;
    }
    if layout.adds_dict {
        let key = cx.name("__dict__")?;
        if dict::get_name(cx, namespace, key.borrow()).is_none() {
            let getset = crate::native::getset(cx, class.clone(), &descriptor::INSTANCE_DICT)?;
            dict::set_name(cx, namespace, key.borrow(), getset)?;
        }
    }
    if layout.adds_weak {
        let key = cx.name("__weakref__")?;
        if dict::get_name(cx, namespace, key.borrow()).is_none() {
            let getset = crate::native::getset(cx, class.clone(), &descriptor::INSTANCE_WEAKREF)?;
            dict::set_name(cx, namespace, key.borrow(), getset)?;
        }
    }
    let doc = cx.name("__doc__")?;
    if dict::get_name(cx, namespace, doc.borrow()).is_none() {
        dict::set_name(cx, namespace, doc.borrow(), cx.none())?;
    }
    Ok(())
}

/// Computes the order in which the class and its bases are searched.
fn set_order(cx: &mut Cx<'_>, class: &Ref, bases: &[Borrowed<'_>]) -> Res<()> {
    let rest = mro::merge(cx, bases)?;
    let mut order: Names<'_> = SmallVec::new();
    order.push(class.borrow());
    order.extend(rest);
    let order = cx.tuple_from(&order)?;
    if let Some(old) = view(class).mro.replace(Some(order.into_raw())) {
        // SAFETY: the class owned it.
        drop(unsafe { Ref::steal(old) });
    }
    Ok(())
}

/// Fills the slots of a class from the special methods that it and its bases have now, and those of
/// the classes derived from it.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn update_slots(cx: &mut Cx<'_>, ty: &Type) -> Res<()> {
    // No method of a program says how memory is lent: that comes from the native base.
    let buffer = ty.base().and_then(|base| base.slots.buffer);
    let mut slots = Slots { buffer, ..Slots::NONE };
    let mut filled = [false; COUNT];
    for (row, special) in SPECIALS.iter().enumerate().take(WITH_SLOTS) {
        let name = special_name(cx.world(), row);
        let Some(found) = crate::type_type::lookup(cx, ty, name)? else { continue };
        let found = found.borrow();
        if special.slot == Slot::Hash && cx.is_none(found) {
            continue;
        }
        match native_owner(found, special.slot) {
            Some(owner) if !is_generic_already(special.slot, &slots, &filled) => {
                copy(special.slot, &mut slots, &owner.slots);
                // Whether a container holds anything goes with its length, unless `__bool__` says.
                if special.slot == Slot::Len {
                    slots.bool = slots.bool.or(owner.slots.bool);
                }
            }
            Some(_) => {}
            None if is_for_twin(found, special) => {}
            // SAFETY: it looks `__del__` up on the type of any object of a class.
            None if special.slot == Slot::Del => unsafe {
                ty.mem.set_finalizer(Some(generic::finalize));
            },
            None => {
                generic::install(special.slot, &mut slots);
                if let Some(mark) = filled.get_mut(row) {
                    *mark = true;
                }
            }
        }
    }
    set_slots(cx, ty, slots)?;
    let mut derived: Vec<Ref> = Vec::new();
    ty.each_derived(&mut |class| derived.push(class.as_borrowed().owned()));
    for class in derived {
        update_slots(cx, view(&class))?;
    }
    Ok(())
}

/// Whether a row that shares the slot has put in the function that calls methods: it serves all of
/// them, native ones included.
fn is_generic_already(slot: Slot, _: &Slots, filled: &[bool; COUNT]) -> bool {
    let shares = |other: Slot| match (slot, other) {
        (Slot::Compare(_), Slot::Compare(_))
        | (Slot::GetAttr | Slot::GetAttrHook, Slot::GetAttr | Slot::GetAttrHook)
        | (Slot::SetAttr | Slot::DelAttr, Slot::SetAttr | Slot::DelAttr)
        | (Slot::DescrSet | Slot::DescrDelete, Slot::DescrSet | Slot::DescrDelete)
        | (Slot::SetItem | Slot::DelItem, Slot::SetItem | Slot::DelItem)
        | (Slot::Repeat | Slot::RepeatReflected, Slot::Repeat | Slot::RepeatReflected) => true,
        (Slot::Binary(a) | Slot::Reflected(a), Slot::Binary(b) | Slot::Reflected(b)) => a == b,
        _ => false,
    };
    SPECIALS.iter().zip(filled).any(|(special, filled)| *filled && shares(special.slot))
}

/// Puts a new table of slots in a class; the old one stays, since somebody may be using it.
fn set_slots(cx: &Cx<'_>, ty: &Type, slots: Slots) -> Res<()> {
    let block = cx.heap().raw_alloc(size_of::<SlotsBlock>()).or_raise(cx)?.cast::<SlotsBlock>();
    // SAFETY: the block is new, and lives until the class dies.
    unsafe {
        block.write(SlotsBlock { slots, before: ty.class.old_slots.replace(block.as_ptr()) });
        let table = NonNull::new_unchecked(&raw mut (*block.as_ptr()).slots);
        ty.slots.replace(table);
    }
    Ok(())
}

/// Gives a class another name.
///
/// # Errors
/// `ValueError` for a name with a null character; `MemoryError`.
pub(crate) fn rename(cx: &mut Cx<'_>, ty: &Type, name: Borrowed<'_>) -> Res<()> {
    let text = text_of(cx, name)?.to_string();
    if text.contains('\0') {
        return Err(cx.value_error(format_args!("type name must not contain null characters")));
    }
    let copy = cx.heap().raw_alloc(text.len().max(1)).or_raise(cx)?;
    // SAFETY: the copy is as long as the text and becomes a str of the same bytes, which lives until
    // the class dies or is renamed again; whoever reads a name does so before anything else runs.
    unsafe {
        copy.copy_from_nonoverlapping(NonNull::from(text.as_bytes()).cast(), text.len());
        let bytes = std::slice::from_raw_parts(copy.as_ptr(), text.len());
        ty.mem.set_name(NonNull::from(std::str::from_utf8_unchecked(bytes)));
        let (old, len) = ty.class.text.replace((copy.as_ptr(), text.len()));
        if let Some(old) = NonNull::new(old) {
            cx.heap().raw_free(old, len.max(1));
        }
    }
    ty.class.name.set(Some(name.owned()));
    Ok(())
}

/// Tells each attribute of a new class its name, when it wants to know (`__set_name__`).
fn set_names(cx: &mut Cx<'_>, class: &Ref) -> Res<()> {
    const N: usize = number("__set_name__");
    // SAFETY: the class owns its dict.
    let Some(namespace) = view(class).dict.get().map(|dict| unsafe { Ref::new(dict) }) else {
        return Ok(());
    };
    let mut items: Vec<(Ref, Ref)> = Vec::new();
    let mut cursor = 0;
    while let Some(item) = dict::entry(namespace.borrow(), &mut cursor) {
        items.push(item);
    }
    for (key, value) in items {
        let name = special_name(cx.world(), N);
        let args = [class.borrow(), key.borrow()];
        if let Err(raised) = super::call_special(cx, value.borrow(), name, Args::positional(&args))
        {
            return Err(note_set_name(cx, raised, class, key.borrow(), value.borrow()));
        }
    }
    Ok(())
}

/// Adds to an exception of `__set_name__` where it comes from, as a note.
fn note_set_name(
    cx: &mut Cx<'_>,
    raised: Raised,
    class: &Ref,
    key: Borrowed<'_>,
    value: Borrowed<'_>,
) -> Raised {
    let exception = cx.take_raised(raised);
    let noted = (|| {
        let key = shown(cx, key)?;
        let (of, class) = (Type::of(value).name(), view(class).name());
        let note = cx.format(format_args!(
            "Error calling __set_name__ on '{of}' instance {key} in '{class}'"
        ))?;
        let method = crate::protocol::get_attr_str(cx, exception.borrow(), "add_note")?;
        crate::protocol::call(cx, method.borrow(), Args::positional(&[note.borrow()]))
    })();
    match noted {
        Ok(_) => cx.restore_raised(exception),
        Err(raised) => raised,
    }
}

/// `super(C, C).__init_subclass__(**keywords)`
fn init_subclass(cx: &mut Cx<'_>, class: &Ref, keywords: Args<'_>) -> Res<()> {
    const N: usize = number("__init_subclass__");
    let name = special_name(cx.world(), N);
    let Some(method) = descriptor::lookup_after(cx, view(class), view(class), name)? else {
        return Ok(());
    };
    let bound = match Type::of(method.borrow()).slots.descr_get {
        Some(get) => get(cx, method.borrow(), None, view(class))?,
        None => method,
    };
    crate::protocol::call(cx, bound.borrow(), keywords)?;
    Ok(())
}

impl World {
    /// `object.__init_subclass__`: takes no keywords.
    pub(crate) fn default_init_subclass(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
        if args.len() > 1 || !args.names().is_empty() {
            let class = args.get(0).and_then(|class| class.view::<Type>());
            let name = class.map_or("object", Type::name);
            return Err(cx.raise(
                Exc::TypeError,
                format_args!("{name}.__init_subclass__() takes no keyword arguments"),
            ));
        }
        Ok(cx.none())
    }
}
