//! The facade from within: own types that hold each other in cycles, and whose functions run scripts,
//! collect, panic and make others of their kind, also while memory is refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::cell::Cell;

use strata::{
    AllocError, Args, Captured, Config, Dead, Error, Exc, Method, Outcome, Own, OwnType, Place,
    Policy, Ref, Room, Runtime, Slot, SlotFn, Source, TpAlloc, TpFree, Trace, method, refuse_each,
};

type Done = Result<(), Error>;

/// Ends a test: nothing is broken, and nothing is left.
fn whole(rt: Runtime) {
    rt.verify().unwrap();
    assert_eq!(rt.finish(), Default::default());
}

/// One of a pair of types that hold each other.
#[derive(Trace, Default)]
struct Left {
    other: Slot,
    me: Slot,
}

#[derive(Trace, Default)]
struct Right {
    other: Slot,
    table: Slot,
}

thread_local! {
    static DEATHS: Cell<u32> = const { Cell::new(0) };
}

/// A number of deaths at which finalizers say nothing.
const QUIETLY: u32 = 1_000_000;

/// Looks at everything, makes another pair, collects, and panics.
fn last_words(this: &Own<'_, Left>) -> Done {
    let rt = this.runtime();
    if DEATHS.get() == QUIETLY {
        return this.other.take(this).map(drop);
    }
    DEATHS.set(DEATHS.get() + 1);
    if DEATHS.get().is_multiple_of(2) && DEATHS.get() < 40 {
        pair(rt)?;
    }
    rt.collect();
    rt.run("inner", "x = [1.5]\nx.append(x)\n")?;
    let other = this.other.take(this)?;
    drop(other);
    assert!(!DEATHS.get().is_multiple_of(3), "a finalizer that panics");
    Err(Error::value_error("a finalizer that raises"))
}

impl OwnType for Left {
    const NAME: &'static str = "Left";
    const WEAK: bool = true;
    const FREE_LIST: u32 = 2;
    const FINALIZER: Option<SlotFn<Self, ()>> = Some(last_words);
}

impl OwnType for Right {
    const NAME: &'static str = "Right";
    const METHODS: &'static [Method<Self>] = &[
        method("main", |this: &Own<'_, Self>, _: Args<'_, '_>| {
            let interp = this.runtime().interp();
            let source = Source::new("inner.py", b"y = [2.5]\nprint('inside')\n".to_vec())?;
            let outcome = interp.run_main(source, &[]);
            let done = matches!(outcome, Outcome::Done);
            Ok(this.runtime().bool(done))
        }),
        method("collect", |this: &Own<'_, Self>, _: Args<'_, '_>| {
            this.runtime().int(this.runtime().collect() as i64)
        }),
    ];
}

fn pair(rt: &Runtime) -> Done {
    let (left, right) = (rt.make::<Left>(&[])?, rt.make::<Right>(&[])?);
    let table = rt.dict()?;
    table.set(&rt.str("left")?, left.as_object())?;
    left.me.set(&left, left.clone())?;
    left.other.set(&left, right.clone())?;
    right.other.set(&right, left.clone())?;
    right.table.set(&right, table)?;
    Ok(())
}

fn quiet() -> Result<Runtime, Error> {
    Runtime::with(Config::default(), strata::Quiet)
}

#[test]
fn cycles_over_own_types_die_whatever_their_finalizers_do() -> Done {
    for policy in [Policy::Generational, Policy::Stress, Policy::Off] {
        DEATHS.set(0);
        let rt = quiet()?;
        rt.gc().set_policy(policy);
        for _ in 0..20 {
            pair(&rt)?;
            rt.gc().collect_due();
        }
        while rt.collect() > 0 {}
        assert!(DEATHS.get() >= 20, "{policy:?}: {}", DEATHS.get());
        rt.verify().unwrap();
        pair(&rt)?;
        // What is left in cycles dies with the runtime.
        whole(rt);
    }
    Ok(())
}

#[test]
fn handles_may_be_dropped_in_any_order_and_after_their_type_s_names() -> Done {
    let rt = quiet()?;
    let mut held: Vec<Ref<'_>> = Vec::new();
    for index in 0..50 {
        let left = rt.make::<Left>(&[])?;
        let right = rt.make::<Right>(&[])?;
        left.other.set(&left, right.clone())?;
        right.other.set(&right, rt.tuple([left.clone().into(), rt.int(index)?])?)?;
        held.push(left.into());
        held.insert(held.len() / 2, right.into());
    }
    DEATHS.set(0);
    while held.len() > 1 {
        held.swap_remove(held.len() / 3);
        if held.len().is_multiple_of(7) {
            rt.collect();
        }
    }
    drop(held);
    while rt.collect() > 0 {}
    whole(rt);
    Ok(())
}

#[test]
fn a_script_within_a_script_leaves_the_outer_one_as_it_was() -> Done {
    let page = Captured::default();
    let rt = Runtime::with(Config::default(), page.clone())?;
    rt.set_builtin("Right", &rt.own_type::<Right>()?)?;
    let text = "def f(n):\n    here = [n]\n    if n:\n        return f(n - 1) + here\n    \
                return [Right().main(), Right().collect() >= 0]\nx = f(5)\nprint(x, 'y' in globals())\n\
                g = (Right().main() for i in range(3))\nprint(list(g))\n";
    let outcome = rt.interp().run_main(Source::new("outer.py", text.into())?, &[]);
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}: {}", page.take());
    let said = page.take();
    assert!(said.contains("[True, True, 1, 2, 3, 4, 5] "), "{said}");
    assert!(said.ends_with("[True, True, True]\n"), "{said}");
    let module = rt.run("mod", "r = [Right().main(), Right().main()]\n")?;
    assert_eq!(module.get("r")?.repr()?, "[True, True]");
    drop(module);
    for _ in 0..3 {
        let source = Source::new("again.py", b"def f(): pass\nz = [f]\n".to_vec())?;
        assert!(matches!(rt.interp().run_main(source, &[]), Outcome::Done));
    }
    whole(rt);
    Ok(())
}

/// Its `tp_alloc` and `tp_free` do what they must not.
#[derive(Trace, Default)]
struct Odd {
    held: Slot,
}

thread_local! {
    static HOW: Cell<u32> = const { Cell::new(0) };
}

fn odd_alloc(place: Place<'_>) -> Result<Room<'_>, AllocError> {
    match HOW.get() {
        1 => panic!("a tp_alloc that panics"),
        2 => Err(AllocError::TooLarge),
        // Takes two, and lets one go.
        3 => {
            let _first = place.fresh()?;
            place.fresh()
        }
        4 => {
            drop(place.usual()?);
            place.usual()
        }
        _ => place.usual(),
    }
}

fn odd_free(dead: Dead<'_>) {
    match HOW.get() {
        5 => panic!("a tp_free that panics"),
        6 => dead.free(),
        7 => drop(dead),
        _ => dead.retire(),
    }
}

impl OwnType for Odd {
    const NAME: &'static str = "Odd";
    const TP_ALLOC: Option<TpAlloc> = Some(odd_alloc);
    const TP_FREE: Option<TpFree> = Some(odd_free);
}

#[test]
fn an_allocator_that_does_what_it_must_not_breaks_nothing() -> Done {
    let rt = quiet()?;
    for how in [0, 1, 2, 3, 4, 5, 6, 7, 0] {
        HOW.set(how);
        for _ in 0..3 {
            let Ok(odd) = rt.make::<Odd>(&[]) else {
                assert!((1..=2).contains(&how), "{how}");
                continue;
            };
            assert!(!(1..=2).contains(&how), "{how}");
            odd.held.set(&odd, odd.clone())?;
            drop(odd);
            assert_eq!(rt.collect(), 1, "{how}");
        }
        rt.verify().unwrap();
    }
    whole(rt);
    Ok(())
}

#[test]
fn a_stranger_is_refused_by_constructors_slots_and_calls() -> Done {
    let (rt, other) = (quiet()?, quiet()?);
    let foreign = other.list([other.int(7)?])?;
    assert_eq!(rt.tuple([foreign.clone()]).unwrap_err(), Error::Foreign);
    assert_eq!(rt.set([foreign.clone()]).unwrap_err(), Error::Foreign);
    assert_eq!(rt.memoryview(&foreign).unwrap_err(), Error::Foreign);
    assert_eq!(rt.set_builtin("x", &foreign).unwrap_err(), Error::Foreign);
    assert_eq!(rt.define_module("m", &[("x", &foreign)]).unwrap_err(), Error::Foreign);
    let left = rt.make::<Left>(&[])?;
    assert_eq!(left.me.set(&left, foreign.clone()).unwrap_err(), Error::Foreign);
    assert_eq!(rt.builtin("len")?.call(&[&foreign]).unwrap_err(), Error::Foreign);
    assert_eq!(rt.make::<Left>(&[&foreign]).unwrap_err(), Error::Foreign);
    // Exceptions are values here, so one of another runtime is raised as its like.
    let raised = other.run("r", "raise ValueError('theirs')").unwrap_err();
    assert!(raised.is(Exc::ValueError));
    drop((foreign, left));
    whole(rt);
    whole(other);
    Ok(())
}

#[test]
fn each_allocation_of_all_that_may_be_refused() {
    let requests = refuse_each(|rt| {
        // Finalizers that neither raise nor panic, since what they say goes to standard error.
        DEATHS.set(QUIETLY);
        HOW.set(3);
        pair(rt)?;
        rt.collect();
        let odd = rt.make::<Odd>(&[])?;
        odd.held.set(&odd, rt.dict()?)?;
        rt.set_builtin("Right", &rt.own_type::<Right>()?)?;
        let module = rt.run("m", "a = Right()\nb = [a.collect(), {a: a}]\n")?;
        let weak = rt.make::<Left>(&[])?.as_object().downgrade()?;
        assert!(weak.is_dead());
        drop(module);
        rt.define_module("mine", &[("odd", odd.as_object())])?;
        rt.run("n", "import mine\nd = mine.odd\n").map(drop)
    });
    match requests {
        Ok(requests) => assert!(requests > 80, "{requests}"),
        Err(fault) => panic!("{fault}"),
    }
}
