//! Births and deaths, as often as asked: `births tuple 1000`. `scripts/off_cost.py` counts the
//! instructions of a pair in a build that can be watched and in one that cannot.

use std::hint::black_box;
use std::ptr::NonNull;

use runtime_core::{Floor, Heap, HeapConfig, StampError};
use runtime_gc::{Collector, Policy};
use runtime_types::kernel::hash::HashKey;
use runtime_types::{Cx, Quiet, Raised, World, list};

/// So many pairs of this kind; `false` when there is none of the name.
fn pairs(cx: &mut Cx<'_>, kind: &str, count: u32) -> Result<bool, Raised> {
    match kind {
        "block" => {
            for _ in 0..count {
                if let Ok(block) = cx.heap().object_alloc(48) {
                    // SAFETY: the block is alive and has 48 bytes.
                    unsafe { cx.heap().object_free(black_box(block), 48) };
                }
            }
        }
        "tuple" => {
            for _ in 0..count {
                let items = [cx.none(), cx.none()];
                drop(black_box(cx.tuple(items)?));
            }
        }
        "float" => {
            for _ in 0..count {
                drop(black_box(cx.float(black_box(1.5))?));
            }
        }
        "int" => {
            for _ in 0..count {
                drop(black_box(cx.int(black_box(1 << 40))?));
            }
        }
        "list" => {
            for _ in 0..count {
                drop(black_box(list::empty(cx)?));
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn main() -> Result<(), StampError> {
    let mut args = std::env::args().skip(1);
    let kind = args.next().unwrap_or_default();
    let count = args.next().and_then(|count| count.parse().ok()).unwrap_or(1000);
    let collector = Collector::new(Heap::new(HeapConfig::default(), Floor::World));
    let world = World::new(collector, HashKey::from_seed(0), Box::new(Quiet));
    let world = NonNull::from(Box::leak(Box::new(world)));
    // SAFETY: the world stays where it is until it is dropped, and nobody else uses it meanwhile.
    unsafe {
        Collector::start(world.cast());
        World::start(world)?;
        world.as_ref().gc.set_policy(Policy::Off);
        if !matches!(pairs(&mut Cx::new(world), &kind, count), Ok(true)) {
            eprintln!("births block|tuple|float|int|list COUNT");
        }
        World::end(world);
        drop(Box::from_raw(world.as_ptr()));
    }
    Ok(())
}
