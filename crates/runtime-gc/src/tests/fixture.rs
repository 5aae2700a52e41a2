//! A runtime of two floors with one layout of objects and a few types of it, and a log of all that
//! happens.
//!
//! `STRATA_TEST_ALLOCATOR=system` takes every block from the system's allocator, so that a sanitizer
//! or valgrind sees each of them.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Once;

use runtime_core::{
    AllocError, Floor, Heap, HeapConfig, Obj, Object, SmallAllocator, TypeFlags, TypeObject,
    TypeSpec, Untrack, type_of,
};

use crate::weak::{self, WeakKind, WeakObject};
use crate::{
    Above, CollectionInfo, Collector, Container, DebugFlags, Ref, dealloc, is_tracked, release,
    track, traversal,
};

pub(super) const SLOTS: usize = 3;

/// What a finalizer or a callback does. Numbers name nodes; those that are gone are left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Nothing,
    /// The node itself is held from outside again.
    Resurrect,
    /// A slot of a node is set to a node.
    AddEdge(u32, usize, u32),
    /// A slot of a node is emptied.
    DropEdge(u32, usize),
    /// A new node, held by a slot of the one that acts.
    Create(usize),
    /// Something went wrong, and is reported.
    Raise,
    Panic,
    Collect(usize),
    /// A weak reference with a callback, to this node; held from outside.
    MakeWeak(u32),
    /// What is held from outside is let go.
    DropRoots,
    /// What a test said with [`Fixture::call`].
    Call(usize),
}

/// One line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Finalized(u32),
    CalledBack(u32),
    /// A node's memory is given back.
    Freed(u32),
    Raised(u32),
    Panicked,
    Collected(usize),
    /// A weak reference, as a callback finds it: does it lead anywhere?
    Upgraded(bool),
}

/// The types of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Finalizing,
    /// Its weak references are cleared before its finalizer runs.
    WeakFirst,
    /// Untracked by each collection that it survives, when none of its slots is tracked.
    Untracking,
    /// The same for full collections only.
    FullUntracking,
    /// Dead ones are kept for reuse.
    Kept,
    /// Its `tp_clear` panics, before or after it has done its work.
    FailsToClear,
    FailsAfterClear,
}

impl Kind {
    const ALL: [(Self, TypeSpec); 8] = [
        (Self::Plain, NODE),
        (Self::Finalizing, FINALIZING),
        (
            Self::WeakFirst,
            TypeSpec {
                name: "weak first",
                flags: NODE.flags.with(TypeFlags::WEAK_FIRST),
                ..FINALIZING
            },
        ),
        (
            Self::Untracking,
            TypeSpec { name: "untracking", tp_untrack: Some((Untrack::Always, is_clean)), ..NODE },
        ),
        (
            Self::FullUntracking,
            TypeSpec {
                name: "full untracking",
                tp_untrack: Some((Untrack::Full, is_clean)),
                ..NODE
            },
        ),
        (
            Self::Kept,
            TypeSpec {
                name: "kept",
                free_lists: &[KEPT],
                tp_alloc: reuse,
                tp_free: retire,
                ..NODE
            },
        ),
        (
            Self::FailsToClear,
            TypeSpec { name: "fails to clear", tp_clear: Some(|_| fail()), ..NODE },
        ),
        (
            Self::FailsAfterClear,
            TypeSpec { name: "fails after clear", tp_clear: Some(clear_and_fail), ..NODE },
        ),
    ];
}

/// Nodes of [`Kind::Kept`] that are kept.
pub(super) const KEPT: u32 = 4;

/// A panic that belongs to a story; nothing is printed for it, and it takes no memory.
struct Expected;

thread_local! {
    /// Whether the panic under way is one of these.
    static FAILING: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn fail() {
    FAILING.set(true);
    std::panic::panic_any(Expected);
}

/// A node of a graph.
#[repr(C)]
pub(super) struct Node {
    object: Object,
    pub(super) id: Cell<u32>,
    weak_list: Cell<usize>,
    slots: [Cell<Option<Obj>>; SLOTS],
    world: Cell<*const Fixture>,
}

// SAFETY: both walk the slots, first to last.
unsafe impl Container for Node {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        unsafe { op.cast::<Self>().as_ref() }.slots.iter().filter_map(Cell::get).for_each(visit);
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        let slots = unsafe { &op.cast::<Self>().as_ref().slots };
        while let Some(slot) = slots.get(*cursor) {
            *cursor += 1;
            if let Some(child) = slot.take() {
                if *cursor == slots.len() {
                    *cursor = crate::EXHAUSTED;
                }
                return Some(child);
            }
        }
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { (type_of(op).as_ref().tp_free)(op) }
    }
}

unsafe fn free(op: Obj) {
    // SAFETY: the node is dead.
    unsafe {
        forget(op);
        runtime_core::generic_free(op);
    }
}

/// A dead node leaves the fixture's list.
unsafe fn forget(op: Obj) {
    // SAFETY: the node's fixture outlives it.
    unsafe {
        let node = op.cast::<Node>().as_ref();
        let world = &*node.world.get();
        world.log(Entry::Freed(node.id.get()));
        if let Some(place) = world.nodes.borrow_mut().get_mut(node.id.get() as usize) {
            *place = None;
        }
    }
}

/// `tp_free` and `tp_alloc` of a type with a free list.
unsafe fn retire(op: Obj) {
    // SAFETY: the node is dead, and all of its type have one size.
    unsafe {
        forget(op);
        type_of(op).as_ref().retire(op, 0);
    }
}

unsafe fn reuse(ty: NonNull<TypeObject>, n: usize) -> Result<Obj, AllocError> {
    // SAFETY: the type is alive; a retired node is ours, and zero is right for its fields.
    unsafe {
        let Some(op) = ty.as_ref().reuse(0) else { return runtime_core::generic_alloc(ty, n) };
        let fields = size_of::<Node>() - size_of::<Object>();
        op.cast::<u8>().add(size_of::<Object>()).write_bytes(0, fields);
        Ok(op)
    }
}

/// Whether no slot of a node is tracked.
unsafe fn is_clean(op: Obj) -> bool {
    // SAFETY: the node is alive, and so is what it holds.
    unsafe {
        op.cast::<Node>().as_ref().slots.iter().filter_map(Cell::get).all(|op| !is_tracked(op))
    }
}

unsafe fn clear_and_fail(op: Obj) {
    // SAFETY: per contract of `tp_clear`.
    unsafe { crate::clear::<Node>(op) };
    fail();
}

unsafe fn finalize(op: Obj) {
    // SAFETY: the node is alive, and so is its fixture.
    unsafe {
        let node = op.cast::<Node>().as_ref();
        let (id, world) = (node.id.get(), &*node.world.get());
        world.log(Entry::Finalized(id));
        let action = world.action(id);
        world.act(Some(op), id, action);
    }
}

const NODE: TypeSpec = TypeSpec {
    name: "node",
    basic_size: size_of::<Node>(),
    flags: TypeFlags::GC,
    floor: Floor::Collector,
    weak_list_offset: std::mem::offset_of!(Node, weak_list) as isize,
    tp_dealloc: dealloc::<Node>,
    tp_free: free,
    tp_release: Some(release::<Node>),
    tp_traverse: Some(traversal::<Node>()),
    tp_clear: Some(crate::clear::<Node>),
    ..TypeSpec::LEAF
};

const FINALIZING: TypeSpec = TypeSpec { name: "finalizing", tp_finalize: Some(finalize), ..NODE };

/// A runtime of two floors.
#[repr(C)]
pub(super) struct Fixture {
    collector: NonNull<Collector>,
    types: Vec<NonNull<TypeObject>>,
    weak_type: NonNull<TypeObject>,
    entries: RefCell<Vec<Entry>>,
    /// Whether nothing is logged, for stories too long to tell.
    pub(super) quiet: Cell<bool>,
    /// Whether an assertion failed where the collector survives a panic.
    failed: Cell<bool>,
    /// Lines that debugging printed.
    pub(super) lines: RefCell<Vec<String>>,
    /// What is done when a collection begins and ends.
    on_collection: RefCell<Option<CollectionHook>>,
    /// What was kept instead of being freed (`gc.garbage`).
    pub(super) saved: RefCell<Vec<Ref>>,
    /// How often caches were to be dropped.
    pub(super) caches_dropped: Cell<usize>,
    pub(super) nodes: RefCell<Vec<Option<Obj>>>,
    actions: RefCell<Vec<Action>>,
    calls: RefCell<Vec<Call>>,
    /// References from outside that actions made.
    pub(super) roots: RefCell<Vec<Ref>>,
}

/// What a test does when it is told of a collection.
type Call = Rc<dyn Fn(&Fixture)>;
type CollectionHook = Rc<dyn Fn(&Fixture, CollectionInfo)>;

impl Above for Fixture {
    unsafe fn call_back(&self, weak: Obj, callback: Obj) {
        // SAFETY: both are alive; callbacks are nodes.
        let (weak, node) =
            unsafe { (weak.cast::<WeakObject>().as_ref(), callback.cast::<Node>().as_ref()) };
        let id = node.id.get();
        self.log(Entry::CalledBack(id));
        self.log(Entry::Upgraded(weak.upgrade().is_some()));
        self.act(None, id, self.action(id));
    }

    unsafe fn collection(&self, _: NonNull<Collector>, info: CollectionInfo) {
        let hook = self.on_collection.borrow().clone();
        if let Some(hook) = hook {
            hook(self, info);
        }
    }

    unsafe fn debug(&self, _: NonNull<Collector>, line: std::fmt::Arguments<'_>) {
        self.lines.borrow_mut().push(line.to_string());
    }

    unsafe fn save(&self, op: Obj) {
        // SAFETY: per contract the object is alive.
        self.saved.borrow_mut().push(unsafe { Ref::new(op) });
    }

    unsafe fn drop_caches(&self, _: NonNull<Collector>) {
        self.caches_dropped.set(self.caches_dropped.get() + 1);
    }

    fn panicked(&self, _: &str) {
        self.failed.set(self.failed.get() || !FAILING.replace(false));
        self.log(Entry::Panicked);
    }
}

impl Fixture {
    /// Runs a test in a runtime of its own, and asserts that it leaves nothing.
    pub(super) fn run(test: impl FnOnce(&Self)) {
        silence_expected_panics();
        let small = match std::env::var("STRATA_TEST_ALLOCATOR") {
            Ok(allocator) if allocator == "system" => SmallAllocator::System,
            _ => SmallAllocator::Pools,
        };
        let config = HeapConfig { small, ..HeapConfig::default() };
        let collector = Collector::new(Heap::new(config, Floor::Collector));
        let collector = NonNull::from(Box::leak(Box::new(collector)));
        // SAFETY: the collector has its final address; types are stamped in memory of their own and
        // live until the end; nobody uses the runtime after that.
        unsafe {
            Collector::start(collector);
            let stamp = |spec: &TypeSpec| {
                let place = NonNull::from(Box::leak(Box::<TypeObject>::new_uninit())).cast();
                TypeObject::stamp(place, spec, collector.cast(), place).unwrap();
                place
            };
            let fixture = Box::new(Self {
                collector,
                types: Kind::ALL.iter().map(|(_, spec)| stamp(spec)).collect(),
                weak_type: stamp(&weak::WEAK_REF),
                entries: RefCell::default(),
                quiet: Cell::default(),
                failed: Cell::default(),
                lines: RefCell::default(),
                on_collection: RefCell::default(),
                saved: RefCell::default(),
                caches_dropped: Cell::default(),
                nodes: RefCell::default(),
                actions: RefCell::default(),
                calls: RefCell::default(),
                roots: RefCell::default(),
            });
            collector.as_ref().set_above(NonNull::from(&*fixture as &dyn Above));
            test(&fixture);
            fixture.clean_up();
            assert!(!fixture.failed.get(), "a finalizer or a callback failed");
            collector.as_ref().heap.verify().unwrap();
            for ty in fixture.types.into_iter().chain([fixture.weak_type]) {
                TypeObject::unstamp(ty);
                drop(Box::from_raw(ty.cast::<std::mem::MaybeUninit<TypeObject>>().as_ptr()));
            }
            let left = collector.as_ref().heap.accounting();
            drop(Box::from_raw(collector.as_ptr()));
            assert_eq!((left.blocks, left.raw_blocks), (0, 0), "blocks were left");
        }
    }

    /// Lets go of everything until nothing is left.
    pub(super) fn clean_up(&self) {
        drop(self.on_collection.take());
        self.collector().set_debug_flags(DebugFlags::default());
        self.collector().unfreeze();
        drop(self.saved.take());
        for action in self.actions.borrow_mut().iter_mut() {
            *action = Action::Nothing;
        }
        while self.alive() > 0 {
            let roots = self.roots.take();
            let (before, held) = (self.alive(), roots.len());
            drop(roots);
            self.collector().collect(2);
            assert!(held > 0 || self.alive() < before, "{before} nodes cannot be let go");
        }
        drop(self.roots.take());
        self.collector().collect(2);
        self.collector().census(None).unwrap();
        self.nodes.borrow_mut().clear();
        self.calls.borrow_mut().clear();
        self.actions.borrow_mut().clear();
        self.entries.borrow_mut().clear();
    }

    pub(super) fn collector(&self) -> &Collector {
        // SAFETY: the collector lives until the end of `run`.
        unsafe { self.collector.as_ref() }
    }

    /// What happened is written down here, by finalizers and callbacks, and by tests.
    pub(super) fn log(&self, entry: Entry) {
        if !self.quiet.get() {
            self.entries.borrow_mut().push(entry);
        }
    }

    /// An action of a test's own.
    pub(super) fn call(&self, call: impl Fn(&Self) + 'static) -> Action {
        let mut calls = self.calls.borrow_mut();
        calls.push(Rc::new(call));
        Action::Call(calls.len() - 1)
    }

    /// Says what is done when a collection begins and ends.
    pub(super) fn on_collection(&self, hook: impl Fn(&Self, CollectionInfo) + 'static) {
        *self.on_collection.borrow_mut() = Some(Rc::new(hook));
    }

    pub(super) fn take_log(&self) -> Vec<Entry> {
        self.entries.take()
    }

    pub(super) fn alive(&self) -> usize {
        self.nodes.borrow().iter().flatten().count()
    }

    fn action(&self, id: u32) -> Action {
        self.actions.borrow().get(id as usize).copied().unwrap_or(Action::Nothing)
    }

    /// A new node without a finalizer.
    pub(super) fn node(&self) -> Ref {
        self.make(Kind::Plain, Action::Nothing)
    }

    /// A new node whose finalizer does this.
    pub(super) fn finalizing(&self, action: Action) -> Ref {
        self.make(Kind::Finalizing, action)
    }

    /// A new node of any type.
    pub(super) fn make(&self, kind: Kind, action: Action) -> Ref {
        self.try_make(kind, action).unwrap()
    }

    /// The same where memory may be refused.
    pub(super) fn try_make(&self, kind: Kind, action: Action) -> Result<Ref, AllocError> {
        let op = self.alloc(kind, self.nodes.borrow().len() as u32)?;
        self.nodes.borrow_mut().push(Some(op.as_obj()));
        self.actions.borrow_mut().push(action);
        Ok(op)
    }

    /// A node that the fixture does not know: for chains too long for a list of their members.
    pub(super) fn unknown(&self, kind: Kind) -> Ref {
        self.alloc(kind, u32::MAX).unwrap()
    }

    fn alloc(&self, kind: Kind, id: u32) -> Result<Ref, AllocError> {
        let ty = self.type_of(kind);
        // SAFETY: the type is alive; zero is right for all fields but those that are set.
        unsafe {
            let op = (ty.tp_alloc)(NonNull::from(ty), 0)?;
            let node = op.cast::<Node>().as_ref();
            node.id.set(id);
            node.world.set(self);
            track(op);
            Ok(Ref::steal(op))
        }
    }

    pub(super) fn type_of(&self, kind: Kind) -> &TypeObject {
        let index = Kind::ALL.iter().position(|(of, _)| *of == kind).unwrap();
        // SAFETY: types live as long as the fixture.
        unsafe { self.types[index].as_ref() }
    }

    /// A weak reference to a node, whose callback does this. The callback is a node as well, held
    /// by the weak reference alone.
    pub(super) fn weak(&self, to: &Ref, action: Option<Action>) -> Ref {
        self.try_weak(to, action).unwrap()
    }

    /// The same where memory may be refused.
    pub(super) fn try_weak(&self, to: &Ref, action: Option<Action>) -> Result<Ref, AllocError> {
        let callback = action.map(|action| self.try_make(Kind::Plain, action)).transpose()?;
        self.weak_of(to, WeakKind::Own, callback)
    }

    /// The same with a callback that somebody else may hold too.
    pub(super) fn weak_of(
        &self,
        to: &Ref,
        kind: WeakKind,
        callback: Option<Ref>,
    ) -> Result<Ref, AllocError> {
        // SAFETY: the type is that of weak references, and nodes have room for them. Tests ask for
        // a shared one once.
        unsafe { weak::new(self.weak_type.as_ref(), to.as_obj(), callback, kind) }
    }

    /// Sets a slot; what was there goes last.
    pub(super) fn link(&self, from: &Ref, slot: usize, to: &Ref) {
        self.set_slot(from.as_obj(), slot, Some(to.clone()));
    }

    pub(super) fn set_slot(&self, from: Obj, slot: usize, to: Option<Ref>) {
        // SAFETY: the caller has a live node.
        let node = unsafe { from.cast::<Node>().as_ref() };
        let old = node.slots[slot].replace(to.map(Ref::into_raw));
        // SAFETY: the slot owned it.
        drop(old.map(|old| unsafe { Ref::steal(old) }));
    }

    /// The node of this number, when it is alive and not dying.
    pub(super) fn find(&self, id: u32) -> Option<Ref> {
        let op = (*self.nodes.borrow().get(id as usize)?)?;
        // SAFETY: nodes in the list were not freed.
        unsafe { (op.as_ref().count() > 0).then(|| Ref::new(op)) }
    }

    /// Does what a finalizer or a callback is told to.
    fn act(&self, this: Option<Obj>, id: u32, action: Action) {
        match action {
            Action::Nothing => {}
            Action::Resurrect => {
                // SAFETY: a node that acts is alive.
                let back = this.map(|op| unsafe { Ref::new(op) });
                self.roots.borrow_mut().extend(back);
            }
            Action::AddEdge(from, slot, to) => {
                if let (Some(from), Some(to)) = (self.find(from), self.find(to)) {
                    self.set_slot(from.as_obj(), slot, Some(to));
                }
            }
            Action::DropEdge(from, slot) => {
                if let Some(from) = self.find(from) {
                    self.set_slot(from.as_obj(), slot, None);
                }
            }
            Action::Create(slot) => {
                let Ok(made) = self.try_make(Kind::Plain, Action::Nothing) else { return };
                match this {
                    Some(op) => self.set_slot(op, slot, Some(made)),
                    None => drop(made),
                }
            }
            Action::Raise => self.log(Entry::Raised(id)),
            Action::Panic => fail(),
            Action::Collect(generation) => {
                let dead = self.collector().collect(generation);
                self.log(Entry::Collected(dead));
            }
            Action::MakeWeak(to) => {
                if let Some(to) = self.find(to) {
                    let weak = self.try_weak(&to, Some(Action::Nothing));
                    self.roots.borrow_mut().extend(weak);
                }
            }
            Action::DropRoots => drop(self.roots.take()),
            Action::Call(index) => {
                let call = self.calls.borrow().get(index).cloned();
                if let Some(call) = call {
                    call(self);
                }
            }
        }
    }
}

/// Panics that belong to a story are no news.
fn silence_expected_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.payload().is::<Expected>() {
                hook(info);
            }
        }));
    });
}

/// The weak reference behind a reference to one.
pub(super) fn view(weak: &Ref) -> &WeakObject {
    // SAFETY: tests pass weak references only; the header says so.
    unsafe {
        assert!(type_of(weak.as_obj()).as_ref().flags().has(TypeFlags::WEAK_REF));
        weak.as_obj().cast::<WeakObject>().as_ref()
    }
}

/// Number of a node.
pub(super) fn id_of(op: &Ref) -> u32 {
    // SAFETY: tests pass nodes only; the header says so.
    unsafe {
        assert!(!type_of(op.as_obj()).as_ref().flags().has(TypeFlags::WEAK_REF));
        op.as_obj().cast::<Node>().as_ref().id.get()
    }
}
