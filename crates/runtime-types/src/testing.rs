//! A world for unit tests.

use std::ptr::NonNull;

use runtime_core::{Floor, Heap, HeapConfig};
use runtime_gc::Collector;

use crate::cx::Cx;
use crate::kernel::hash::HashKey;
use crate::world::{Console, World};

/// A console that swallows what is written.
struct Silent;

impl Console for Silent {
    fn out(&self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn err(&self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs `f` in a new world with hash seed 0, ends the world, and asserts that all memory went back.
pub(crate) fn with_world(f: impl FnOnce(&mut Cx<'_>)) {
    assert!(with_config(HeapConfig::default(), f), "without a limit a world starts");
}

/// The same on a heap built in this way. `false`, and `f` not called, when the world could not start.
pub(crate) fn with_config(config: HeapConfig, f: impl FnOnce(&mut Cx<'_>)) -> bool {
    let collector = Collector::new(Heap::new(config, Floor::World));
    let world = World::new(collector, HashKey::from_seed(0), Box::new(Silent));
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
