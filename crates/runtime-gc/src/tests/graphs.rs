//! Random graphs, collected by the real collector and by the [`Model`]: both logs must read the same.

use super::fixture::{Action, Entry, Fixture, SLOTS, id_of};
use super::model::Model;
use crate::Ref;

/// Graphs per run of the test; `STRATA_GRAPHS` says otherwise.
const GRAPHS: u64 = 1_000_000;

/// A small generator of numbers (SplitMix64), so that a seed names a graph.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn action(&mut self, nodes: usize) -> Action {
        let node = |random: &mut Self| random.below(nodes + 2) as u32;
        match self.below(11) {
            0 | 1 => Action::Nothing,
            2 => Action::Resurrect,
            3 => Action::AddEdge(node(self), self.below(SLOTS), node(self)),
            4 => Action::DropEdge(node(self), self.below(SLOTS)),
            5 => Action::Create(self.below(SLOTS)),
            6 => Action::Raise,
            7 if self.below(8) == 0 => Action::Panic,
            8 => Action::Collect(self.below(3)),
            9 => Action::MakeWeak(node(self)),
            _ => Action::DropRoots,
        }
    }
}

/// One story, told to both: build, link, let go and collect at random.
fn agree(world: &Fixture, seed: u64) {
    let random = &mut Random(seed);
    let mut model = Model::default();
    let count = 1 + random.below(8);
    let mut held: Vec<(Ref, usize)> = Vec::new();
    let mut told: Vec<String> = Vec::new();
    for _ in 0..count {
        if random.below(2) == 0 {
            let action = random.action(count);
            told.push(format!("node with finalizer {action:?}"));
            held.push((world.finalizing(action), model.node(Some(action), Action::Nothing)));
        } else {
            told.push("node".to_owned());
            held.push((world.node(), model.node(None, Action::Nothing)));
        }
        if random.below(6) == 0 {
            let generation = random.below(3);
            told.push(format!("collect {generation}"));
            assert_eq!(world.collector().collect(generation), model.collect(generation));
        }
    }
    let mut weak: Vec<(Ref, usize)> = Vec::new();
    for _ in 0..random.below(14) {
        let (from, to) = (random.below(count), random.below(count));
        let slot = random.below(SLOTS);
        match random.below(8) {
            0 => {
                let action = (random.below(4) > 0).then(|| random.action(count));
                told.push(format!("weak reference to {to}, callback {action:?}"));
                weak.push((world.weak(&held[to].0, action), model.weak(held[to].1, action)));
            }
            1 if !weak.is_empty() => {
                // A node may hold a weak reference, so that both are garbage together.
                let (one, at) = weak.swap_remove(random.below(weak.len()));
                told.push(format!("{from}.{slot} = a weak reference"));
                world.link(&held[from].0, slot, &one);
                model.set_slot(held[from].1, slot, Some(at));
                drop(one);
                model.release(at);
            }
            _ => {
                told.push(format!("{from}.{slot} = {to}"));
                world.link(&held[from].0, slot, &held[to].0);
                model.set_slot(held[from].1, slot, Some(held[to].1));
            }
        }
    }
    let check = |model: &mut Model, told: &[String]| {
        let (real, expected) = (world.take_log(), std::mem::take(&mut model.log));
        assert_eq!(real, expected, "seed {seed}, left real, right expected: {told:#?}");
        let alive: Vec<u32> = (0..world.nodes.borrow().len() as u32)
            .filter(|&id| world.nodes.borrow()[id as usize].is_some())
            .collect();
        assert_eq!(alive, model.alive(), "alive, seed {seed}: {told:#?}");
    };
    held.append(&mut weak);
    while !held.is_empty() {
        let (one, at) = held.swap_remove(random.below(held.len()));
        told.push(format!("let go of {at}"));
        drop(one);
        model.release(at);
        if random.below(3) == 0 {
            let generation = random.below(3);
            told.push(format!("collect {generation}"));
            let (real, expected) =
                (world.collector().collect(generation), model.collect(generation));
            assert_eq!(real, expected, "found dead, seed {seed}: {told:#?}");
        }
        check(&mut model, &told);
    }
    for _ in 0..2 {
        told.push("collect 2".to_owned());
        let (real, expected) = (world.collector().collect(2), model.collect(2));
        assert_eq!(real, expected, "found dead, seed {seed}: {told:#?}");
        check(&mut model, &told);
        world
            .collector()
            .census(None)
            .unwrap_or_else(|wrong| panic!("{wrong}, seed {seed}: {told:#?}"));
        drop(world.roots.take());
        model.drop_roots();
        check(&mut model, &told);
    }
    world.clean_up();
}

#[test]
fn random_graphs_agree_with_a_plain_collector() {
    let graphs = std::env::var("STRATA_GRAPHS").ok().and_then(|n| n.parse().ok()).unwrap_or(GRAPHS);
    Fixture::run(|world| {
        for seed in 0..graphs {
            agree(world, seed);
        }
    });
}

#[test]
fn a_node_knows_its_number() {
    Fixture::run(|world| {
        let (first, second) = (world.node(), world.node());
        assert_eq!((id_of(&first), id_of(&second)), (0, 1));
        drop((first, second));
        assert_eq!(world.take_log(), [Entry::Freed(0), Entry::Freed(1)]);
    });
}
