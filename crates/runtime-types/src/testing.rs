//! A world for unit tests.

use std::cell::RefCell;
use std::ptr::NonNull;
use std::rc::Rc;

use runtime_core::{Floor, Heap, HeapConfig, Object, TypeSpec};
use runtime_gc::{Collector, Ref};

use crate::args::Args;
use crate::console::Quiet;
use crate::cx::{Cx, Raised, Res};
use crate::kernel::hash::HashKey;
use crate::ty::{Compare, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// Runs `f` in a new world with hash seed 0, ends the world, and asserts that all memory went back.
pub(crate) fn with_world(f: impl FnOnce(&mut Cx<'_>)) {
    assert!(with_config(HeapConfig::default(), f), "without a limit a world starts");
}

/// The same on a heap built in this way. `false`, and `f` not called, when the world could not start.
pub(crate) fn with_config(config: HeapConfig, f: impl FnOnce(&mut Cx<'_>)) -> bool {
    let collector = Collector::new(Heap::new(config, Floor::World));
    let world = World::new(collector, HashKey::from_seed(0), Box::new(Quiet));
    let world = NonNull::from(Box::leak(Box::new(world)));
    // SAFETY: the world stays where it is until it is dropped below; the pointer is made from the
    // whole allocation, and nobody but `f` uses the world meanwhile.
    unsafe {
        Collector::start(world.cast());
        let started = World::start(world).is_ok();
        if started {
            f(&mut Cx::new(world));
        }
        World::end(world);
        let left = world.as_ref().heap().accounting();
        drop(Box::from_raw(world.as_ptr()));
        assert!(!started || left.blocks == 0, "{} blocks were not given back", left.blocks);
        assert!(
            !started || left.raw_blocks == 0,
            "{} raw blocks were not given back",
            left.raw_blocks
        );
        started
    }
}

/// `x.name(args...)`
pub(crate) fn method(cx: &mut Cx<'_>, op: &Ref, name: &str, args: &[&Ref]) -> Res {
    let method = crate::protocol::get_attr_str(cx, op.borrow(), name)?;
    let args: Vec<_> = args.iter().map(|arg| arg.borrow()).collect();
    crate::protocol::call(cx, method.borrow(), Args::positional(&args))
}

/// `T(args...)`
pub(crate) fn call(cx: &mut Cx<'_>, ty: NonNull<Type>, args: &[&Ref]) -> Res {
    // SAFETY: the types of the world are alive.
    let ty = unsafe { Ref::new(ty.cast()) };
    let args: Vec<_> = args.iter().map(|arg| arg.borrow()).collect();
    crate::protocol::call(cx, ty.borrow(), Args::positional(&args))
}

/// The name of an exception's type and its text.
pub(crate) fn message(cx: &mut Cx<'_>, raised: Raised) -> String {
    let exception = cx.take_raised(raised);
    let name = Type::of(exception.borrow()).name().to_owned();
    let text = crate::protocol::str(cx, exception.borrow()).unwrap();
    let text = crate::string::text_of(cx, text.borrow()).unwrap();
    let text: String = text.chars().filter_map(char::from_u32).collect();
    if text.is_empty() { name } else { format!("{name}: {text}") }
}

/// An object whose hash, equality and death are a test's: the keys that attack a container.
///
/// All of them hash to `hash`; two are equal when their tags are, and as an index each is its tag.
/// Before each comparison, when it is asked for its index, and when one dies, the hook runs, if one is set; inside the hook it does not run again.
#[repr(C)]
pub(crate) struct Trickster {
    object: Object,
    tag: i64,
    hash: i64,
}

type Hook = Rc<dyn Fn(&mut Cx<'_>)>;

thread_local! {
    static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
}

/// Runs `f` with this hook.
pub(crate) fn with_hook<T>(hook: impl Fn(&mut Cx<'_>) + 'static, f: impl FnOnce() -> T) -> T {
    HOOK.set(Some(Rc::new(hook)));
    let result = f();
    HOOK.set(None);
    result
}

fn run_hook(cx: &mut Cx<'_>) {
    if let Some(hook) = HOOK.take() {
        hook(cx);
        HOOK.set(Some(hook));
    }
}

// SAFETY: only the test's type carries the number; nothing in it changes.
unsafe impl View for Trickster {
    const LAYOUT: u16 = Layout::FIRST_ABOVE + 900;
    const NAME: &'static str = "trickster";
}

const TRICKSTER: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "trickster",
        basic_size: size_of::<Trickster>(),
        layout: Trickster::LAYOUT,
        floor: Floor::World,
        tp_dealloc: |op| {
            // SAFETY: the object is dead, its world is alive, and the hook may do anything but keep
            // the object, which it does not know.
            unsafe {
                let world = NonNull::from(World::of(op));
                run_hook(&mut Cx::new(world));
                runtime_core::generic_free(op);
            }
        },
        ..TypeSpec::LEAF
    },
    slots: Slots {
        hash: Some(|cx, op| Ok(op.expect::<Trickster>(cx)?.hash)),
        compare: Some(|cx, a, b, op| {
            run_hook(cx);
            let (Some(x), Some(y)) = (a.view::<Trickster>(), b.view::<Trickster>()) else {
                return Ok(cx.not_implemented());
            };
            Ok(match op {
                Compare::Eq => cx.bool(x.tag == y.tag),
                Compare::Ne => cx.bool(x.tag != y.tag),
                _ => cx.not_implemented(),
            })
        }),
        index: Some(|cx, op| {
            run_hook(cx);
            cx.int(op.expect::<Trickster>(cx)?.tag)
        }),
        ..Slots::NONE
    },
    ..TypeDef::EMPTY
};

/// Makes tricksters in one world.
#[derive(Clone, Copy)]
pub(crate) struct Tricksters(NonNull<Type>);

impl Tricksters {
    pub(crate) fn new(cx: &mut Cx<'_>) -> Self {
        // SAFETY: the context's world was started and is made from the whole allocation.
        Self(unsafe { World::stamp_type(cx.world_ptr(), &TRICKSTER) }.unwrap())
    }

    pub(crate) fn make(self, tag: i64, hash: i64) -> Ref {
        // SAFETY: the type is alive, and the object's fields are written before it is shown.
        unsafe {
            let op = self.0.as_ref().mem.alloc_uninit(size_of::<Trickster>()).unwrap();
            let p = op.cast::<Trickster>().as_ptr();
            (&raw mut (*p).tag).write(tag);
            (&raw mut (*p).hash).write(hash);
            Ref::steal(op)
        }
    }
}

mod tests {
    use super::*;

    #[test]
    fn a_world_that_ends_leaves_no_block() {
        with_world(|cx| {
            let text = cx.str("some text").unwrap();
            assert_eq!(crate::string::text_of(cx, text.borrow()).unwrap().len(), 9);
        });
    }

    #[test]
    fn a_world_without_memory_does_not_start() {
        let config = HeapConfig { limit: Some(1), ..HeapConfig::default() };
        assert!(!with_config(config, |_| panic!("it started")));
    }
}
