//! The crates, each with an object of three slots, all on mimalloc.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::shapes::{Heap, Sample};

pub const NAMES: [&str; 8] =
    ["gcmodule", "jrsonnet", "rust-cc", "bacon_rajan", "gc", "dumpster", "rc", "gc-arena"];

/// What is done with whichever contender was named.
pub trait Visitor {
    fn visit<H: Heap>(self, heap: &H) -> Option<Sample>;
}

pub fn with(name: &str, visitor: impl Visitor) -> Option<Sample> {
    match name {
        "gcmodule" => visitor.visit(&GcModule),
        "jrsonnet" => visitor.visit(&Jrsonnet),
        "rust-cc" => visitor.visit(&RustCc),
        "bacon_rajan" => visitor.visit(&BaconRajan),
        "gc" => {
            gc::configure(|config| config.threshold = usize::MAX);
            visitor.visit(&PlainGc)
        }
        "dumpster" => {
            dumpster::unsync::set_collect_condition(|_| false);
            visitor.visit(&Dumpster)
        }
        "rc" => visitor.visit(&StdRc),
        "gc-arena" => visitor.visit(&arena::Arena::new()),
        _ => None,
    }
}

struct Mimalloc;

#[global_allocator]
static ALLOCATOR: Mimalloc = Mimalloc;

unsafe impl GlobalAlloc for Mimalloc {
    #[inline(always)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { libmimalloc_sys::mi_malloc_aligned(layout.size(), layout.align()).cast() }
    }
    #[inline(always)]
    unsafe fn dealloc(&self, p: *mut u8, _: Layout) {
        unsafe { libmimalloc_sys::mi_free(p.cast()) }
    }
    #[inline(always)]
    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { libmimalloc_sys::mi_realloc_aligned(p.cast(), size, layout.align()).cast() }
    }
}

/// A contender whose handles are clones of a counted pointer.
macro_rules! counted {
    ($name:ident, $node:ident, $handle:ident, $slots:ty, $set:expr, $collect:expr, $collects:literal) => {
        pub struct $name;

        impl Heap for $name {
            type Handle = $handle<$node>;
            const COLLECTS: bool = $collects;

            #[inline(always)]
            fn make(&self) -> Self::Handle {
                $handle::new($node { slots: <$slots>::default() })
            }
            #[inline(always)]
            fn link(&self, from: &Self::Handle, slot: usize, to: &Self::Handle) {
                let set: fn(&$slots, usize, Self::Handle) = $set;
                set(&from.slots, slot, to.clone());
            }
            fn touch(&self, op: &Self::Handle) {
                drop(op.clone());
            }
            fn collect(&self) {
                $collect
            }
        }
    };
}

type Slots<T> = RefCell<[Option<T>; 3]>;

mod gcmodule_node {
    use super::Slots;
    use gcmodule::{Cc, Trace, Tracer};

    pub struct Node {
        pub slots: Slots<Cc<Node>>,
    }

    impl Trace for Node {
        #[inline(always)]
        fn trace(&self, tracer: &mut Tracer) {
            self.slots.borrow().iter().flatten().for_each(|child| child.trace(tracer));
        }
        #[inline(always)]
        fn is_type_tracked() -> bool {
            true
        }
    }
}
use gcmodule::Cc as ModuleCc;
use gcmodule_node::Node as ModuleNode;
counted!(
    GcModule,
    ModuleNode,
    ModuleCc,
    Slots<ModuleCc<ModuleNode>>,
    |slots, slot, to| slots.borrow_mut()[slot] = Some(to),
    {
        gcmodule::collect_thread_cycles();
    },
    true
);

mod jrsonnet_node {
    use super::Slots;
    use jrsonnet_gcmodule::{Cc, Trace, Tracer};

    pub struct Node {
        pub slots: Slots<Cc<Node>>,
    }

    impl Trace for Node {
        #[inline(always)]
        fn trace(&self, tracer: &mut Tracer) {
            self.slots.borrow().iter().flatten().for_each(|child| child.trace(tracer));
        }
        #[inline(always)]
        fn is_type_tracked() -> bool {
            true
        }
    }
}
use jrsonnet_gcmodule::Cc as JrsonnetCc;
use jrsonnet_node::Node as JrsonnetNode;
counted!(
    Jrsonnet,
    JrsonnetNode,
    JrsonnetCc,
    Slots<JrsonnetCc<JrsonnetNode>>,
    |slots, slot, to| slots.borrow_mut()[slot] = Some(to),
    {
        let _ = jrsonnet_gcmodule::collect_thread_cycles();
    },
    true
);

#[derive(rust_cc::Trace, rust_cc::Finalize)]
pub struct CcNode {
    slots: Slots<rust_cc::Cc<CcNode>>,
}
use rust_cc::Cc as RustCcHandle;
counted!(
    RustCc,
    CcNode,
    RustCcHandle,
    Slots<RustCcHandle<CcNode>>,
    |slots, slot, to| slots.borrow_mut()[slot] = Some(to),
    rust_cc::collect_cycles(),
    true
);

pub struct BaconNode {
    slots: Slots<BaconCc<BaconNode>>,
}
use bacon_rajan_cc::Cc as BaconCc;
impl bacon_rajan_cc::Trace for BaconNode {
    #[inline(always)]
    fn trace(&self, tracer: &mut bacon_rajan_cc::Tracer) {
        for child in self.slots.borrow().iter().flatten() {
            bacon_rajan_cc::Trace::trace(child, tracer);
        }
    }
}
counted!(
    BaconRajan,
    BaconNode,
    BaconCc,
    Slots<BaconCc<BaconNode>>,
    |slots, slot, to| slots.borrow_mut()[slot] = Some(to),
    bacon_rajan_cc::collect_cycles(),
    true
);

#[allow(non_local_definitions, reason = "so writes the derive")]
mod plain_node {
    #[derive(gc::Trace, gc::Finalize)]
    pub struct PlainNode {
        pub slots: gc::GcCell<[Option<gc::Gc<PlainNode>>; 3]>,
    }
}
use plain_node::PlainNode;

pub struct PlainGc;

impl Heap for PlainGc {
    type Handle = gc::Gc<PlainNode>;
    const COUNTS: bool = false;

    fn make(&self) -> Self::Handle {
        gc::Gc::new(PlainNode { slots: gc::GcCell::default() })
    }
    fn link(&self, from: &Self::Handle, slot: usize, to: &Self::Handle) {
        from.slots.borrow_mut()[slot] = Some(to.clone());
    }
    fn collect(&self) {
        gc::force_collect();
    }
}

#[derive(dumpster::Trace)]
pub struct DumpsterNode {
    slots: Slots<DumpsterGc<DumpsterNode>>,
}
use dumpster::unsync::Gc as DumpsterGc;
counted!(
    Dumpster,
    DumpsterNode,
    DumpsterGc,
    Slots<DumpsterGc<DumpsterNode>>,
    |slots, slot, to| slots.borrow_mut()[slot] = Some(to),
    dumpster::unsync::collect(),
    true
);

pub struct RcNode {
    slots: [Cell<Option<Rc<RcNode>>>; 3],
}

/// The standard library's count, which finds no cycles.
pub struct StdRc;

impl Heap for StdRc {
    type Handle = Rc<RcNode>;
    const COLLECTS: bool = false;

    #[inline(always)]
    fn make(&self) -> Self::Handle {
        Rc::new(RcNode { slots: Default::default() })
    }
    #[inline(always)]
    fn link(&self, from: &Self::Handle, slot: usize, to: &Self::Handle) {
        from.slots[slot].set(Some(to.clone()));
    }
}

mod arena {
    use std::cell::RefCell;

    use gc_arena::lock::RefLock;
    use gc_arena::{Collect, Gc, Mutation, Rootable};

    use crate::shapes::Heap;

    #[derive(Collect, Default)]
    #[collect(no_drop)]
    struct Slots<'gc>([Option<Pointer<'gc>>; 3]);

    type Pointer<'gc> = Gc<'gc, RefLock<Slots<'gc>>>;

    #[derive(Collect, Default)]
    #[collect(no_drop)]
    struct Root<'gc> {
        held: Vec<Pointer<'gc>>,
    }

    /// Shown beside the others; it counts nothing, and its pointers live inside one closure.
    pub struct Arena(RefCell<Rooted>);

    type Rooted = gc_arena::Arena<Rootable![Root<'_>]>;

    impl Arena {
        pub fn new() -> Self {
            Self(RefCell::new(gc_arena::Arena::new(|_| Root::default())))
        }
    }

    fn pointer<'gc>(_: &Mutation<'gc>, handle: *const ()) -> Pointer<'gc> {
        // SAFETY: the handle came out of this arena, and nothing was collected since.
        unsafe { Gc::from_ptr(handle.cast()) }
    }

    impl Heap for Arena {
        type Handle = *const ();
        const COUNTS: bool = false;

        fn make(&self) -> *const () {
            self.0
                .borrow()
                .mutate(|mc, _| Gc::as_ptr(Gc::new(mc, RefLock::new(Slots::default()))).cast())
        }
        fn link(&self, from: &*const (), slot: usize, to: &*const ()) {
            self.0.borrow().mutate(|mc, _| {
                pointer(mc, *from).borrow_mut(mc).0[slot] = Some(pointer(mc, *to));
            });
        }
        fn hold(&self, all: &[*const ()]) {
            self.0.borrow_mut().mutate_root(|mc, root| {
                root.held = all.iter().map(|&op| pointer(mc, op)).collect();
            });
        }
        fn collect(&self) {
            self.0.borrow_mut().finish_cycle();
        }
    }
}
