//! Tests of the collector with a traced type of their own, [`Node`]: slots, weak references, and a
//! finalizer that does what its node says.

mod fixture;
mod graphs;
mod model;

use fixture::Fixture;

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
