//! The rows on Strata, through the functions that its own interpreter calls.

use std::arch::asm;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::time::Instant;

use runtime_core::{Floor, Heap, HeapConfig};
use runtime_gc::{Collector, Policy, Ref};
use runtime_types::kernel::hash::HashKey;
use runtime_types::{Cx, Quiet, World, dict, list, set, string};

/// Runs `f` in a world of its own.
pub fn with<T>(f: impl FnOnce(&mut Cx<'_>) -> T) -> T {
    let collector = Collector::new(Heap::new(HeapConfig::default(), Floor::World));
    let world = World::new(collector, HashKey::from_seed(0), Box::new(Quiet));
    let world = NonNull::from(Box::leak(Box::new(world)));
    // SAFETY: the world stays where it is until it is dropped, and only `f` uses it meanwhile.
    unsafe {
        Collector::start(world.cast());
        World::start(world).expect("memory for a world");
        world.as_ref().gc.set_policy(Policy::Off);
        let result = f(&mut Cx::new(world));
        World::end(world);
        drop(Box::from_raw(world.as_ptr()));
        result
    }
}

fn keys(cx: &Cx<'_>, count: usize) -> Vec<Ref> {
    (0..count).map(|i| cx.str(&format!("key{i}")).unwrap()).collect()
}

/// Lets go of an object of which the compiler knows nothing any more: what it made, it must have made,
/// and its count may be any. `black_box` would also send the reference through memory, which a program
/// that uses it does not do, nor does the C beside this.
#[inline(always)]
fn end(op: Ref) {
    let mut op = op.into_raw().as_ptr();
    // SAFETY: no instruction at all; the pointer stays what it is.
    unsafe {
        asm!("/* {0} */", inout(reg) op, options(nostack, preserves_flags));
        drop(Ref::steal(NonNull::new_unchecked(op)));
    }
}

/// Nanoseconds of `n` operations of this row.
pub fn row(name: &str, n: usize) -> Option<f64> {
    with(|cx| run(cx, name, n))
}

fn run(cx: &mut Cx<'_>, name: &str, n: usize) -> Option<f64> {
    let keys = keys(cx, if name.starts_with("dict1") || name == "set10" { 10_000 } else { 0 });
    let start = Instant::now();
    match name {
        "tuple2_small" | "tuple2_big" => {
            let above = if name == "tuple2_big" { 1_000_000 } else { 0 };
            for i in 0..n as i64 {
                let items = [cx.int(above + (i & 127)).unwrap(), cx.int(above + (i & 63)).unwrap()];
                end(cx.tuple(items).unwrap());
            }
        }
        "float" => {
            let factor = black_box(1.5);
            for i in 0..n as i64 {
                end(cx.float(i as f64 * factor).unwrap());
            }
        }
        "long40" => {
            for i in 0..n as i64 {
                end(cx.int((1 << 40) + i).unwrap());
            }
        }
        "incref_decref" => {
            let op = list::empty(cx).unwrap();
            for _ in 0..n {
                end(op.clone());
            }
        }
        "list1000" => {
            for _ in 0..n / 1000 {
                let list = list::empty(cx).unwrap();
                for _ in 0..1000 {
                    list::append(cx, list.borrow(), cx.none()).unwrap();
                }
                end(list);
            }
        }
        "str_concat" => {
            let (a, b) = (cx.str("hello ").unwrap(), cx.str("world of strings").unwrap());
            for _ in 0..n {
                // As `PyUnicode_Concat`, which the C calls, and not as any `+`.
                end(string::concat(cx, a.borrow(), b.borrow()).unwrap());
            }
        }
        "dict10" | "dict10000" => {
            let count = if name == "dict10" { 10 } else { 10_000 };
            for _ in 0..n / count {
                let made = dict::new(cx).unwrap();
                let none = cx.none();
                for key in &keys[..count] {
                    dict::set(cx, made.borrow(), key.borrow(), none.borrow()).unwrap();
                }
                end(made);
            }
        }
        "set10" => {
            for _ in 0..n / 10 {
                let made = set::new(cx).unwrap();
                for key in &keys[..10] {
                    set::add(cx, made.borrow(), key.borrow()).unwrap();
                }
                end(made);
            }
        }
        "hold_make" | "hold_release" => {
            let mut held: Vec<Ref> = Vec::with_capacity(n);
            // Its pages are there before the clock runs.
            black_box(held.spare_capacity_mut()).fill_with(MaybeUninit::zeroed);
            let start = Instant::now();
            for i in 0..n as i64 {
                let items = [cx.int(1000 + i).unwrap(), cx.int(2000 + i).unwrap()];
                held.push(cx.tuple(items).unwrap());
            }
            let made = start.elapsed();
            held.into_iter().for_each(drop);
            let gone = start.elapsed() - made;
            let time = if name == "hold_make" { made } else { gone };
            return Some(time.as_nanos() as f64);
        }
        _ => return None,
    }
    Some(start.elapsed().as_nanos() as f64)
}
