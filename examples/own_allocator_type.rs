//! A type with a `tp_alloc` and a `tp_free` of its own: particles are made and dropped in bursts, so it
//! keeps at most four dead ones, and the rest goes back to the heap at once.
//!
//! ```console
//! $ cargo run --example own_allocator_type
//! $ cargo test --example own_allocator_type
//! ```
#![forbid(unsafe_code)]

use std::cell::Cell;

use strata::{AllocError, Args, Dead, Error, Getter, Own, OwnType, Place, Room, Runtime};
use strata::{TpAlloc, TpFree, Trace, getter};

#[derive(Trace, Default)]
struct Particle {
    mass: Cell<f64>,
}

/// Dead particles that are kept; the list itself has room for more.
const KEPT: usize = 4;

impl OwnType for Particle {
    const NAME: &'static str = "Particle";
    const GETTERS: &'static [Getter<Self>] =
        &[getter("mass", |this: &Own<'_, Self>| this.runtime().float(this.mass.get()))];
    const FREE_LIST: u32 = 16;
    const TP_ALLOC: Option<TpAlloc> = Some(Self::tp_alloc);
    const TP_FREE: Option<TpFree> = Some(Self::tp_free);

    fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<(), Error> {
        let [mass] = args.exactly()?;
        this.mass.set(mass.to_f64()?);
        Ok(())
    }
}

impl Particle {
    /// Room for one: the one that died last, or a block from the heap. What comes back has a header and
    /// fields of zero; whose it was before does not show.
    fn tp_alloc(place: Place<'_>) -> Result<Room<'_>, AllocError> {
        match place.reuse() {
            Some(room) => Ok(room),
            None => place.fresh(),
        }
    }

    /// The object is taken apart; what is to become of its block?
    fn tp_free(dead: Dead<'_>) {
        if dead.kept() < KEPT { dead.retire() } else { dead.free() }
    }
}

const SCRIPT: &str = "
def burst(n):
    return sum([p.mass for p in [Particle(float(i)) for i in range(n)]])
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rt = Runtime::new()?;
    rt.define_module("physics", &[("Particle", &rt.own_type::<Particle>()?)])?;
    let script = rt.run("bursts", &format!("from physics import Particle\n{SCRIPT}"))?;
    rt.log_lifetimes_of(&["Particle"]);
    println!("mass of six: {}", script.call("burst", &[&rt.int(6)?])?.to_f64()?);
    print!("{}", rt.take_log());
    drop(script);
    println!("left behind: {:?}", rt.finish());
    Ok(())
}

#[test]
fn four_dead_particles_are_kept_and_the_last_to_die_is_the_first_to_be_used() -> Result<(), Error> {
    let rt = Runtime::new()?;
    rt.set_builtin("Particle", &rt.own_type::<Particle>()?)?;
    let script = rt.run("bursts", SCRIPT)?;
    rt.log_lifetimes_of(&["Particle"]);
    script.call("burst", &[&rt.int(6)?])?;
    drop(rt.make::<Particle>(&[&rt.float(1.0)?])?);
    insta::assert_snapshot!(rt.take_log(), @r"
    born    Particle#1  24 B  pool in use
    born    Particle#2  24 B  pool in use
    born    Particle#3  24 B  pool in use
    born    Particle#4  24 B  pool in use
    born    Particle#5  24 B  pool in use
    born    Particle#6  24 B  pool in use
    retired Particle#5
    retired Particle#4
    retired Particle#3
    retired Particle#2
    freed   Particle#1
    freed   Particle#6
    reused  Particle#7  24 B  free list, left by Particle#2
    retired Particle#7
    ");
    Ok(())
}

#[test]
fn every_allocation_of_a_particle_may_fail() -> Result<(), strata::RefusalFault> {
    let refused = strata::refuse_each(|rt| {
        rt.set_builtin("Particle", &rt.own_type::<Particle>()?)?;
        let mass = rt.run("bursts", SCRIPT)?.call("burst", &[&rt.int(6)?])?;
        assert_eq!(mass.to_f64()?, 15.0);
        rt.make::<Particle>(&[&rt.str("heavy")?]).map_or_else(
            |error| if error.is(strata::Exc::TypeError) { Ok(()) } else { Err(error) },
            |_| Err(Error::value_error("a particle of str")),
        )
    })?;
    assert!(refused > 20, "only {refused} allocations were seen");
    Ok(())
}
