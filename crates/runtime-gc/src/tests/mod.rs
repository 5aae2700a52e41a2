//! Tests of the collector with a traced type of their own, [`Node`]: slots, weak references, and a
//! finalizer that does what its node says.
//!
//! | variable | what it does |
//! | --- | --- |
//! | `STRATA_TEST_ALLOCATOR=system` | each block comes from the system, for sanitizers and valgrind |
//! | `STRATA_GRAPHS=n` | how many random graphs, instead of a million |
//! | `STRATA_DEPTH=n` | chains are so many times shorter, where all is slow |

mod depth;
mod faults;
mod fixture;
mod graphs;
mod model;
mod panics;
mod rules;
mod rules_collections;
mod rules_debug;
mod rules_finalizers;
mod rules_generations;
mod rules_weak;

use runtime_core::{TypeFlags, type_of};

use crate::Ref;
use fixture::{Action, Fixture, Kind, id_of};

/// Number of a node.
fn number(node: &Ref) -> u32 {
    id_of(node)
}

/// Numbers of the nodes in a generation, in the order of its ring.
fn members(world: &Fixture, generation: usize) -> Vec<u32> {
    let mut numbers = Vec::new();
    world.collector().each_tracked(Some(generation), &mut |op| {
        // SAFETY: what is tracked is alive.
        unsafe {
            if !type_of(op).as_ref().flags().has(TypeFlags::WEAK_REF) {
                numbers.push(id_of(&Ref::new(op)));
            }
        }
    });
    numbers
}

/// Makes a node that holds itself, and lets it go; gives its number.
fn let_loop_go(world: &Fixture, kind: Kind, action: Action) -> u32 {
    let node = world.make(kind, action);
    world.link(&node, 0, &node);
    id_of(&node)
}

#[test]
fn a_pair_that_only_holds_itself_is_collected() {
    Fixture::run(|world| {
        let (a, b) = (world.node(), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &a);
        drop((a, b));
        assert_eq!(world.alive(), 2);
        assert_eq!(world.collector().collect(2), 2);
        assert_eq!(world.alive(), 0);
    });
}

#[test]
fn what_is_held_from_outside_stays_with_all_it_reaches() {
    Fixture::run(|world| {
        let (a, b, c) = (world.node(), world.node(), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &c);
        world.link(&c, 0, &a);
        drop((b, c));
        assert_eq!(world.collector().collect(2), 0);
        assert_eq!(world.alive(), 3);
        drop(a);
        assert_eq!(world.collector().collect(2), 3);
    });
}
