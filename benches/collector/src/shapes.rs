//! What is measured: graphs, and what one process does with one of them.

use std::hint::black_box;

use crate::table::{Table, resident};
use crate::{graph, peers, strata};

/// A kind of graph, and what happens to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Pairs,
    Ring,
    Random,
    LiveRing,
    LiveRandom,
    LiveRooted,
    Tree,
    Nest,
    NestRelease,
}

pub const SHAPES: [Shape; 9] = [
    Shape::Pairs,
    Shape::Ring,
    Shape::Random,
    Shape::LiveRing,
    Shape::LiveRandom,
    Shape::LiveRooted,
    Shape::Tree,
    Shape::Nest,
    Shape::NestRelease,
];

impl Shape {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pairs => "pairs",
            Self::Ring => "ring",
            Self::Random => "random",
            Self::LiveRing => "live_ring",
            Self::LiveRandom => "live_random",
            Self::LiveRooted => "live_rooted",
            Self::Tree => "tree",
            Self::Nest => "nest",
            Self::NestRelease => "nest_release",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        SHAPES.into_iter().find(|shape| shape.name() == name)
    }

    pub fn is_garbage(self) -> bool {
        matches!(self, Self::Pairs | Self::Ring | Self::Random)
    }

    pub fn is_live(self) -> bool {
        matches!(self, Self::LiveRing | Self::LiveRandom | Self::LiveRooted)
    }

    pub fn is_random(self) -> bool {
        matches!(self, Self::Random | Self::LiveRandom | Self::LiveRooted)
    }

    pub fn is_nest(self) -> bool {
        matches!(self, Self::Nest | Self::NestRelease)
    }

    /// Objects in the rows of this shape.
    pub fn sizes(self, quick: bool) -> &'static [usize] {
        match (self.is_nest(), quick) {
            (_, true) => &[10_000, 100_000, 1_000_000],
            (false, false) => &[10_000, 100_000, 1_000_000, 5_000_000],
            (true, false) => &[10_000, 100_000, 1_000_000, 10_000_000],
        }
    }
}

/// What one process found.
#[derive(Clone, Copy)]
pub struct Sample {
    pub ns: f64,
    pub bytes: Option<f64>,
    pub instructions: Option<f64>,
}

impl Sample {
    /// Reads "ns bytes", as a process prints it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace().map(|word| word.parse::<f64>().ok());
        let (ns, bytes) = (words.next()??, words.next()??);
        Some(Self { ns, bytes: (bytes > 0.0).then_some(bytes), instructions: None })
    }

    /// The least of each: what else runs on the machine only ever adds.
    pub fn least(self, other: Self) -> Self {
        let bytes = [self.bytes, other.bytes].into_iter().flatten().reduce(f64::min);
        Self { ns: self.ns.min(other.ns), bytes, instructions: None }
    }
}

/// A collector, or a way to count references.
pub trait Heap {
    /// Holds an object from outside.
    type Handle;
    /// Whether objects die when their last reference goes.
    const COUNTS: bool = true;
    /// Whether cycles are found.
    const COLLECTS: bool = true;

    /// A new object of three empty slots.
    fn make(&self) -> Self::Handle;
    /// Sets a slot.
    fn link(&self, from: &Self::Handle, slot: usize, to: &Self::Handle);
    /// A new object of one slot that holds `inner`.
    fn nest(&self, inner: Option<Self::Handle>) -> Option<Self::Handle> {
        let _ = inner;
        None
    }
    /// Makes a live object one that the next collection looks at, where that needs a hint.
    fn touch(&self, op: &Self::Handle) {
        let _ = op;
    }
    /// For those whose handles do not hold: what is to stay alive.
    fn hold(&self, all: &[Self::Handle]) {
        let _ = all;
    }
    /// Collects everything.
    fn collect(&self) {}
}

/// Nanoseconds of the processor that this thread has had, in the system too: whoever else runs on the
/// machine takes turns with it and not from it.
pub fn processor_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The part that is timed and counted.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn collector_bench_measured(work: &mut Work<'_>) {
    (work.0)();
    black_box(work);
}

struct Work<'a>(&'a mut dyn FnMut());

fn time(mut work: impl FnMut()) -> f64 {
    let start = processor_ns();
    collector_bench_measured(&mut Work(&mut work));
    (processor_ns() - start) as f64
}

fn pairs<H: Heap>(heap: &H, n: usize) {
    for _ in 0..n / 2 {
        let (a, b) = (heap.make(), heap.make());
        heap.link(&a, 0, &b);
        heap.link(&b, 0, &a);
    }
}

fn ring<H: Heap>(heap: &H, n: usize) -> H::Handle {
    let first = heap.make();
    let mut last = heap.make();
    heap.link(&first, 0, &last);
    for _ in 2..n {
        let next = heap.make();
        heap.link(&last, 0, &next);
        last = next;
    }
    heap.link(&last, 0, &first);
    first
}

fn many<H: Heap>(heap: &H, n: usize) -> Table<H::Handle> {
    let mut all = Table::new(n);
    (0..n).for_each(|_| all.push(heap.make()));
    all
}

/// Takes the first handle out and lets go of the others.
fn first<H>(all: Table<H>) -> H {
    let first = unsafe { std::ptr::read(&raw const all[0]) };
    let mut all = std::mem::ManuallyDrop::new(all);
    unsafe {
        std::ptr::drop_in_place(&raw mut all[1..]);
        libc::munmap(all.as_mut_ptr().cast(), all.len() * size_of::<H>());
    }
    first
}

fn random<H: Heap>(heap: &H, n: usize) -> Table<H::Handle> {
    let edges = graph::random(n);
    let all = many(heap, n);
    for (from, targets) in all.iter().zip(edges.iter()) {
        for (slot, &to) in targets.iter().enumerate() {
            heap.link(from, slot, &all[to as usize]);
        }
    }
    all
}

fn held_ring<H: Heap>(heap: &H, n: usize) -> Table<H::Handle> {
    let all = many(heap, n);
    for (i, from) in all.iter().enumerate() {
        heap.link(from, 0, &all[(i + 1) % n]);
    }
    all
}

/// A full tree, three children to each node, made from the root down.
fn tree<H: Heap>(heap: &H, n: usize) -> H::Handle {
    let all = many(heap, n);
    for (i, child) in all.iter().enumerate().skip(1) {
        heap.link(&all[(i - 1) / 3], (i - 1) % 3, child);
    }
    first(all)
}

fn nest<H: Heap>(heap: &H, n: usize) -> Option<H::Handle> {
    let mut outer = heap.nest(None)?;
    for _ in 1..n {
        outer = heap.nest(Some(outer))?;
    }
    Some(outer)
}

/// Touches code and tables that every graph needs, so that they are in nobody's bytes and times.
fn warm_up<H: Heap>(heap: &H, shape: Shape, n: usize) {
    pairs(heap, 200);
    drop(nest(heap, 200));
    if shape == Shape::Nest && n <= crate::COUNTED {
        // What is counted there is the blocks' way out and back, not the carving of new pools.
        drop(nest(heap, n));
    }
    if H::COLLECTS {
        heap.collect();
    }
}

/// Runs the rounds of one process; gives the least time of one object, and its bytes.
fn rounds<H: Heap>(heap: &H, shape: Shape, n: usize, rounds: usize) -> Option<Sample> {
    let fits = if shape.is_garbage() || shape.is_live() { H::COLLECTS } else { H::COUNTS };
    if !fits {
        return None;
    }
    let (mut ns, mut bytes) = (f64::MAX, Vec::new());
    warm_up(heap, shape, n);
    let empty = resident();
    let grown = || resident().saturating_sub(empty) as f64 / n as f64;
    if shape.is_live() {
        let mut held = if shape == Shape::LiveRing { held_ring(heap, n) } else { random(heap, n) };
        if shape == Shape::LiveRooted {
            let root = first(held);
            held = Table::new(1);
            held.push(root);
        }
        let own = held.len() * size_of::<H::Handle>();
        bytes.push(grown() - own as f64 / n as f64);
        heap.hold(&held);
        for _ in 0..rounds {
            heap.touch(&held[0]);
            ns = ns.min(time(|| heap.collect()));
        }
        std::mem::forget(held);
    } else {
        for _ in 0..rounds {
            let mut held = match shape {
                Shape::Pairs => {
                    pairs(heap, n);
                    None
                }
                Shape::Ring => Some(ring(heap, n)),
                Shape::Random => Some(first(random(heap, n))),
                Shape::Tree => Some(tree(heap, n)),
                Shape::NestRelease => Some(nest(heap, n)?),
                _ => None,
            };
            if shape.is_garbage() {
                drop(held.take());
            }
            bytes.push(grown());
            ns = ns.min(match shape {
                Shape::Nest => {
                    let mut made = true;
                    let ns = time(|| made = nest(heap, n).is_some());
                    made.then_some(ns)?
                }
                _ if shape.is_garbage() => time(|| heap.collect()),
                _ => time(|| drop(held.take())),
            });
        }
    }
    if let [_, second, .., last] = *bytes {
        // The first round may have touched a deep stack. No contender has smaller objects than 40
        // bytes; the rest is the grain of the system.
        let kept = (last - second) - (4 << 20) as f64 / n as f64;
        assert!(kept <= 20.0 * (bytes.len() - 2) as f64, "what died is still there");
    }
    Some(Sample { ns: ns / n as f64, bytes: bytes.first().copied(), instructions: None })
}

/// Measures one contender and ends the process.
pub fn one(args: &[String]) -> ! {
    let [name, shape, n, count] = args else { std::process::exit(2) };
    let (Some(shape), Ok(n), Ok(count)) = (Shape::named(shape), n.parse(), count.parse()) else {
        std::process::exit(2)
    };
    let name = name.clone();
    // Strata needs no more; several peers go as deep as a graph is long.
    let stack = if name == "strata" { 512 << 10 } else { (64 << 20) + n * (3 << 10) };
    let thread = std::thread::Builder::new().stack_size(stack).spawn(move || {
        let sample = if name == "strata" {
            rounds(&strata::Strata::new(), shape, n, count)
        } else {
            struct Run(Shape, usize, usize);
            impl peers::Visitor for Run {
                fn visit<H: Heap>(self, heap: &H) -> Option<Sample> {
                    rounds(heap, self.0, self.1, self.2)
                }
            }
            peers::with(&name, Run(shape, n, count))
        };
        if let Some(sample) = sample {
            println!("{} {}", sample.ns, sample.bytes.unwrap_or(0.0));
        }
        // What is alive, and what threads would tidy up, is no part of the figures.
        std::process::exit(0)
    });
    if let Ok(thread) = thread {
        let _ = thread.join();
    }
    std::process::exit(1)
}
