//! What is measured: each row runs a number of operations on a contender.

use std::hint::black_box;

use crate::contenders::Contender;

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Hot(usize),
    Lifo(usize),
    Fifo(usize),
    /// Random replacement among so many live blocks.
    Random(usize),
    Step,
    Double,
}

pub const ROWS: [(&str, Row); 15] = [
    ("hot16", Row::Hot(16)),
    ("hot48", Row::Hot(48)),
    ("hot64", Row::Hot(64)),
    ("hot128", Row::Hot(128)),
    ("hot512", Row::Hot(512)),
    ("lifo16", Row::Lifo(16)),
    ("lifo48", Row::Lifo(48)),
    ("lifo512", Row::Lifo(512)),
    ("fifo16", Row::Fifo(16)),
    ("fifo48", Row::Fifo(48)),
    ("fifo512", Row::Fifo(512)),
    ("rand10k", Row::Random(10_000)),
    ("rand1m", Row::Random(1_000_000)),
    ("step", Row::Step),
    ("double", Row::Double),
];

const BATCH: usize = 1000;
const GROWN: usize = 4096;

impl Row {
    /// Operations in one timed round.
    pub fn operations(self) -> usize {
        match self {
            Self::Hot(_) | Self::Lifo(_) | Self::Fifo(_) => 2_000_000,
            Self::Random(live) => 2_000_000.max(live),
            Self::Step | Self::Double => 1_000_000,
        }
    }

    /// Live blocks, for which a contender needs time to get ready.
    pub fn prepare(self, c: &impl Contender) -> Live {
        let Self::Random(live) = self else { return Live::default() };
        let mut seed = 0x9e37_79b9_7f4a_7c15;
        let blocks = (0..live).map(|_| {
            let size = size_of(&mut seed);
            (unsafe { touch(c.alloc(size)) }, size as u32)
        });
        Live { blocks: blocks.collect(), seed }
    }

    pub fn fits(self, c: &impl Contender) -> bool {
        c.frees() || matches!(self, Self::Hot(_) | Self::Lifo(_) | Self::Fifo(_))
    }

    /// Runs about `n` operations; gives how many it were.
    #[inline(never)]
    pub fn run(self, c: &impl Contender, live: &mut Live, n: usize) -> usize {
        match self {
            Self::Hot(16) => hot::<16>(c, n),
            Self::Hot(48) => hot::<48>(c, n),
            Self::Hot(64) => hot::<64>(c, n),
            Self::Hot(128) => hot::<128>(c, n),
            Self::Hot(_) => hot::<512>(c, n),
            Self::Lifo(16) => batch::<16, true>(c, n),
            Self::Lifo(48) => batch::<48, true>(c, n),
            Self::Lifo(_) => batch::<512, true>(c, n),
            Self::Fifo(16) => batch::<16, false>(c, n),
            Self::Fifo(48) => batch::<48, false>(c, n),
            Self::Fifo(_) => batch::<512, false>(c, n),
            Self::Random(_) => random(c, live, n),
            Self::Step => grow(c, n, |size| size + 16),
            Self::Double => grow(c, n, |size| size * 2),
        }
    }
}

/// The blocks of a random row.
#[derive(Default)]
pub struct Live {
    blocks: Vec<(*mut u8, u32)>,
    seed: u64,
}

impl Live {
    pub fn release(self, c: &impl Contender) {
        for (p, size) in self.blocks {
            unsafe { c.free(p, size as usize) };
        }
    }
}

fn next(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

/// 16 to 512 bytes, all classes alike.
fn size_of(seed: &mut u64) -> usize {
    ((next(seed) >> 20) as usize % 32 + 1) * 16
}

#[inline(always)]
unsafe fn touch(p: *mut u8) -> *mut u8 {
    let p = black_box(p);
    unsafe { p.write(1) };
    p
}

fn hot<const SIZE: usize>(c: &impl Contender, n: usize) -> usize {
    let rounds = n / BATCH;
    for _ in 0..rounds {
        for _ in 0..BATCH {
            unsafe { c.free(black_box(c.alloc(SIZE)), SIZE) };
        }
        c.reset();
    }
    rounds * BATCH
}

fn batch<const SIZE: usize, const LIFO: bool>(c: &impl Contender, n: usize) -> usize {
    let mut blocks = [std::ptr::null_mut::<u8>(); BATCH];
    let rounds = n / BATCH;
    for _ in 0..rounds {
        for place in &mut blocks {
            *place = unsafe { c.alloc(SIZE) };
        }
        black_box(&mut blocks);
        if LIFO {
            for &p in blocks.iter().rev() {
                unsafe { c.free(p, SIZE) };
            }
        } else {
            for &p in &blocks {
                unsafe { c.free(p, SIZE) };
            }
        }
        c.reset();
    }
    rounds * BATCH
}

fn random(c: &impl Contender, live: &mut Live, n: usize) -> usize {
    let len = live.blocks.len() as u64;
    for _ in 0..n {
        let at = ((next(&mut live.seed) >> 32) * len) >> 32;
        let size = size_of(&mut live.seed);
        let place = unsafe { live.blocks.get_unchecked_mut(at as usize) };
        unsafe {
            c.free(place.0, place.1 as usize);
            *place = (touch(c.alloc(size)), size as u32);
        }
    }
    n
}

fn grow(c: &impl Contender, n: usize, wider: impl Fn(usize) -> usize) -> usize {
    let mut calls = 0;
    while calls < n {
        let mut size = 16;
        let mut p = unsafe { c.alloc(size) };
        while size < GROWN {
            let new = wider(size);
            p = unsafe { touch(c.realloc(p, size, new)) };
            size = new;
            calls += 1;
        }
        unsafe { c.free(p, size) };
    }
    calls
}
