//! The module `gc`: the collector, as scripts see it.

use runtime_core::Obj;
use runtime_gc::{
    CollectionInfo, DebugFlags, GENERATIONS, Moment, Ref, each_referent, is_finalized, is_tracked,
};

use crate::args::{Args, NativeDef, bind};
use crate::cx::{Cx, Res};
use crate::list::{self, ListObject, this};
use crate::protocol;
use crate::sys::c_int;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::any("collect", collect),
    NativeDef::exactly("disable", 0, |cx, _| {
        cx.gc.set_enabled(false);
        Ok(cx.none())
    }),
    NativeDef::exactly("enable", 0, |cx, _| {
        cx.gc.set_enabled(true);
        Ok(cx.none())
    }),
    NativeDef::exactly("freeze", 0, |cx, _| {
        cx.gc.freeze();
        Ok(cx.none())
    }),
    NativeDef::exactly("get_count", 0, |cx, _| {
        let counts = cx.gc.counts();
        triple(cx, counts)
    }),
    NativeDef::exactly("get_debug", 0, |cx, _| cx.int(i64::from(cx.gc.debug_flags().0))),
    NativeDef::exactly("get_freeze_count", 0, |cx, _| cx.int(cx.gc.frozen() as i64)),
    NativeDef::any("get_objects", get_objects),
    NativeDef::any("get_referents", get_referents),
    NativeDef::any("get_referrers", get_referrers),
    NativeDef::exactly("get_stats", 0, get_stats),
    NativeDef::exactly("get_threshold", 0, |cx, _| {
        let thresholds = cx.gc.thresholds();
        triple(cx, thresholds)
    }),
    NativeDef::exactly("is_finalized", 1, |cx, args| {
        let op = this(cx, &args)?;
        // SAFETY: the argument is alive.
        Ok(cx.bool(unsafe { is_finalized(op.as_obj()) }))
    }),
    NativeDef::exactly("is_tracked", 1, |cx, args| {
        let op = this(cx, &args)?;
        // SAFETY: the argument is alive.
        Ok(cx.bool(unsafe { is_tracked(op.as_obj()) }))
    }),
    NativeDef::exactly("isenabled", 0, |cx, _| Ok(cx.bool(cx.gc.is_enabled()))),
    NativeDef::exactly("set_debug", 1, |cx, args| {
        let flags = this(cx, &args)?;
        let flags = c_int(cx, flags)?;
        cx.gc.set_debug_flags(DebugFlags(flags));
        Ok(cx.none())
    }),
    NativeDef::any("set_threshold", set_threshold),
    NativeDef::exactly("unfreeze", 0, |cx, _| {
        cx.gc.unfreeze();
        Ok(cx.none())
    }),
];

/// The module. Its lists `garbage` and `callbacks` are those that the collector uses, whatever the
/// module's names mean later.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "gc", FUNCTIONS)?;
    for (name, flag) in [
        ("DEBUG_STATS", DebugFlags::STATS),
        ("DEBUG_COLLECTABLE", DebugFlags::COLLECTABLE),
        ("DEBUG_UNCOLLECTABLE", DebugFlags::UNCOLLECTABLE),
        ("DEBUG_SAVEALL", DebugFlags::SAVE_ALL),
        ("DEBUG_LEAK", DebugFlags::LEAK),
    ] {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict.borrow(), name.borrow(), cx.int(i64::from(flag))?)?;
    }
    let (garbage, callbacks) = (list::empty(cx)?, list::empty(cx)?);
    let module = cx.name("gc")?;
    for (name, value) in [
        ("garbage", garbage.clone()),
        ("callbacks", callbacks.clone()),
        ("__name__", module.clone()),
    ] {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict.borrow(), name.borrow(), value)?;
    }
    cx.gc_garbage.set(Some(garbage));
    cx.gc_callbacks.set(Some(callbacks));
    crate::module::new(cx, module, dict)
}

fn triple(cx: &Cx<'_>, [a, b, c]: [i32; GENERATIONS]) -> Res {
    let int = |value: i32| cx.int(i64::from(value));
    cx.tuple([int(a)?, int(b)?, int(c)?])
}

/// `gc.collect(generation=2)`
fn collect(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [generation] = bind(cx, "collect", &args, ["generation"], 0)?;
    let generation = match generation {
        Some(generation) => c_int(cx, generation)?,
        None => 2,
    };
    match usize::try_from(generation) {
        Ok(generation) if generation < GENERATIONS => {
            let dead = cx.gc.collect(generation);
            cx.int(dead as i64)
        }
        _ => Err(cx.value_error(format_args!("invalid generation"))),
    }
}

/// `gc.set_threshold(a[, b[, c]])`
fn set_threshold(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let given = args.positionals();
    if given.is_empty() || given.len() > GENERATIONS || !args.names().is_empty() {
        return Err(cx.type_error(format_args!("gc.set_threshold requires 1 to 3 arguments")));
    }
    let mut thresholds = cx.gc.thresholds();
    for (threshold, value) in thresholds.iter_mut().zip(given) {
        *threshold = c_int(cx, *value)?;
    }
    cx.gc.set_thresholds(thresholds);
    Ok(cx.none())
}

/// `gc.get_objects(generation=None)`
fn get_objects(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [generation] = bind(cx, "get_objects", &args, ["generation"], 0)?;
    let generation = match generation.filter(|generation| !cx.is_none(*generation)) {
        None => None,
        Some(generation) if Type::of(generation).slots.index.is_none() => {
            let name = Type::of(generation).name();
            return Err(
                cx.type_error(format_args!("argument should be integer or None, not '{name}'"))
            );
        }
        Some(generation) => {
            let int = protocol::to_index(cx, generation, crate::Exc::OverflowError)?;
            match usize::try_from(int) {
                Ok(generation) if generation < GENERATIONS => Some(generation),
                Ok(_) => {
                    return Err(cx.value_error(format_args!(
                        "generation parameter must be less than the number of available \
                         generations (3)"
                    )));
                }
                // CPython takes -1 for the default: all generations.
                Err(_) if int == -1 => None,
                Err(_) => {
                    return Err(
                        cx.value_error(format_args!("generation parameter cannot be negative"))
                    );
                }
            }
        }
    };
    gather(cx, |cx, add| cx.gc.each_tracked(generation, add))
}

/// A list of the objects that `show` shows, the list itself left out. They are counted first, so that
/// nothing is allocated while the collector's rings are walked.
fn gather(cx: &Cx<'_>, show: impl Fn(&Cx<'_>, &mut dyn FnMut(Obj))) -> Res {
    let mut count = 0;
    show(cx, &mut |_| count += 1);
    let result = list::with_capacity(cx, count + 1)?;
    let own = result.as_obj();
    let mut outcome = Ok(());
    show(cx, &mut |op| {
        if op != own && outcome.is_ok() {
            // SAFETY: what is shown is alive.
            let op = unsafe { Ref::new(op) };
            outcome = list::append(cx, result.borrow(), op);
        }
    });
    outcome?;
    Ok(result)
}

/// `gc.get_referrers(*objects)`
fn get_referrers(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let targets: smallvec::SmallVec<[Obj; 8]> =
        args.positionals().iter().map(|op| op.as_obj()).collect();
    gather(cx, |cx, add| cx.gc.each_referrer(&targets, add))
}

/// `gc.get_referents(*objects)`
fn get_referents(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let targets = args.positionals();
    gather(cx, |_, add| {
        for op in targets {
            // SAFETY: arguments are alive, and showing lets nothing die.
            unsafe { each_referent(op.as_obj(), add) };
        }
    })
}

/// `gc.get_stats()`
fn get_stats(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let result = list::empty(cx)?;
    for row in cx.gc.stats() {
        let dict = crate::dict::new(cx)?;
        for (name, value) in [
            ("collections", row.collections),
            ("collected", row.collected),
            ("uncollectable", row.uncollectable),
        ] {
            let name = cx.name(name)?;
            crate::dict::set_name(cx, dict.borrow(), name.borrow(), cx.int(value as i64)?)?;
        }
        list::append(cx, result.borrow(), dict)?;
    }
    Ok(result)
}

/// Keeps an object that was found dead in `gc.garbage`. Without memory for that, it is let go.
pub(crate) fn save(world: &World, op: Obj) {
    if let Some(garbage) = world.gc_garbage.get() {
        // SAFETY: the collector shows objects that are alive.
        let op = unsafe { Ref::new(op) };
        if list::append(world, garbage.borrow(), op).is_err() {
            world.drop_raised();
        }
    }
}

/// Calls `gc.callbacks`.
pub(crate) fn call_back(cx: &mut Cx<'_>, info: CollectionInfo) {
    let Some(callbacks) = cx.gc_callbacks.get() else { return };
    let is_empty = callbacks.borrow().view::<ListObject>().is_none_or(ListObject::is_empty);
    if is_empty {
        return;
    }
    let mut at = 0;
    let facts = match facts_of(cx, info) {
        Ok(facts) => facts,
        Err(raised) => {
            let exception = cx.take_raised(raised);
            return cx.report_unraisable(callbacks.borrow(), exception);
        }
    };
    let phase = match info.moment {
        Moment::Start => cx.name("start"),
        Moment::Stop => cx.name("stop"),
    };
    let Ok(phase) = phase else { return cx.drop_raised() };
    while let Some(callback) =
        callbacks.borrow().view::<ListObject>().and_then(|callbacks| callbacks.get(at))
    {
        at += 1;
        let args = [phase.borrow(), facts.borrow()];
        if let Err(raised) = protocol::call(cx, callback.borrow(), Args::positional(&args)) {
            let exception = cx.take_raised(raised);
            cx.report_unraisable(callback.borrow(), exception);
        }
    }
}

fn facts_of(cx: &mut Cx<'_>, info: CollectionInfo) -> Res {
    let dict = crate::dict::new(cx)?;
    for (name, value) in [
        ("generation", info.generation),
        ("collected", info.collected),
        ("uncollectable", info.uncollectable),
    ] {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict.borrow(), name.borrow(), cx.int(value as i64)?)?;
    }
    Ok(dict)
}
