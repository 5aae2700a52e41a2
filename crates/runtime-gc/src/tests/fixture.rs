//! A runtime of two floors with one type, and a log of all that happens in it.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

use runtime_core::{
    Floor, Heap, HeapConfig, Obj, Object, TypeFlags, TypeObject, TypeSpec, type_of,
};

use crate::weak::{self, WeakKind, WeakObject};
use crate::{Above, CollectionInfo, Collector, Container, Ref, dealloc, release, track, traversal};

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
                return Some(child);
            }
        }
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

unsafe fn free(op: Obj) {
    // SAFETY: the node is dead; its fixture outlives it.
    unsafe {
        let node = op.cast::<Node>().as_ref();
        let world = &*node.world.get();
        world.log(Entry::Freed(node.id.get()));
        if let Some(place) = world.nodes.borrow_mut().get_mut(node.id.get() as usize) {
            *place = None;
        }
        runtime_core::generic_free(op);
    }
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
    types: [NonNull<TypeObject>; 3],
    entries: RefCell<Vec<Entry>>,
    pub(super) nodes: RefCell<Vec<Option<Obj>>>,
    actions: RefCell<Vec<Action>>,
    /// References from outside that actions made.
    pub(super) roots: RefCell<Vec<Ref>>,
}

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

    unsafe fn collection(&self, _: NonNull<Collector>, _: CollectionInfo) {}

    fn panicked(&self, _: &str) {
        self.log(Entry::Panicked);
    }
}

impl Fixture {
    /// Runs a test in a runtime of its own, and asserts that it leaves nothing.
    pub(super) fn run(test: impl FnOnce(&Self)) {
        let collector = Collector::new(Heap::new(HeapConfig::default(), Floor::Collector));
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
                types: [stamp(&NODE), stamp(&FINALIZING), stamp(&weak::WEAK_REF)],
                entries: RefCell::default(),
                nodes: RefCell::default(),
                actions: RefCell::default(),
                roots: RefCell::default(),
            });
            collector.as_ref().set_above(NonNull::from(&*fixture as &dyn Above));
            test(&fixture);
            fixture.clean_up();
            for ty in fixture.types {
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
        self.actions.borrow_mut().clear();
        self.entries.borrow_mut().clear();
    }

    pub(super) fn collector(&self) -> &Collector {
        // SAFETY: the collector lives until the end of `run`.
        unsafe { self.collector.as_ref() }
    }

    fn log(&self, entry: Entry) {
        self.entries.borrow_mut().push(entry);
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
        self.make(0, Action::Nothing)
    }

    /// A new node whose finalizer does this.
    pub(super) fn finalizing(&self, action: Action) -> Ref {
        self.make(1, action)
    }

    fn make(&self, ty: usize, action: Action) -> Ref {
        // SAFETY: the type is alive; zero is right for all fields but those that are set.
        unsafe {
            let ty = self.types[ty];
            let op = (ty.as_ref().tp_alloc)(ty, 0).unwrap();
            let node = op.cast::<Node>().as_ref();
            let mut nodes = self.nodes.borrow_mut();
            node.id.set(nodes.len() as u32);
            node.world.set(self);
            nodes.push(Some(op));
            self.actions.borrow_mut().push(action);
            track(op);
            Ref::steal(op)
        }
    }

    /// A weak reference to a node, whose callback does this. The callback is a node as well, held
    /// by the weak reference alone.
    pub(super) fn weak(&self, to: &Ref, action: Option<Action>) -> Ref {
        let callback = action.map(|action| self.make(0, action));
        // SAFETY: the type is that of weak references, and nodes have room for them.
        unsafe { weak::new(self.types[2].as_ref(), to.as_obj(), callback, WeakKind::Own).unwrap() }
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
            // SAFETY: a node that acts is alive.
            Action::Resurrect => {
                self.roots.borrow_mut().extend(this.map(|op| unsafe { Ref::new(op) }))
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
                let made = self.node();
                match this {
                    Some(op) => self.set_slot(op, slot, Some(made)),
                    None => drop(made),
                }
            }
            Action::Raise => self.log(Entry::Raised(id)),
            Action::Panic => std::panic::panic_any("a finalizer panics"),
            Action::Collect(generation) => {
                let dead = self.collector().collect(generation);
                self.log(Entry::Collected(dead));
            }
            Action::MakeWeak(to) => {
                if let Some(to) = self.find(to) {
                    let weak = self.weak(&to, Some(Action::Nothing));
                    self.roots.borrow_mut().push(weak);
                }
            }
            Action::DropRoots => drop(self.roots.take()),
        }
    }
}

/// Number of a node.
pub(super) fn id_of(op: &Ref) -> u32 {
    // SAFETY: tests pass nodes only; the header says so.
    unsafe {
        debug_assert!(matches!(type_of(op.as_obj()).as_ref().name(), "node" | "finalizing"));
        op.as_obj().cast::<Node>().as_ref().id.get()
    }
}
