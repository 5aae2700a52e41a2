//! Who holds an object, for scripts: every unit of its count, and the way that keeps it alive.

use std::collections::HashMap;

use runtime_core::{Obj, type_of};
use runtime_gc::Borrowed;
use runtime_types::args::Args;
use runtime_types::module::ModuleObject;
use runtime_types::{Cx, Look, Res, list};

use super::{Plain, no_memory};
use crate::interp::Machine;
use crate::references::{HeldBy, NoMemory};

/// One unit of a count.
struct Unit {
    kind: &'static str,
    holder: String,
    place: Option<String>,
}

impl Unit {
    fn new(by: &HeldBy<'_>, argument: &mut bool) -> Self {
        if let HeldBy::Temporary { newest: true, .. } = by
            && !std::mem::replace(argument, true)
        {
            let holder = "strata.refs".to_owned();
            return Self { kind: "argument", holder, place: Some("x".to_owned()) };
        }
        Self { kind: by.kind(), holder: by.holder(), place: by.place() }
    }

    fn plain(self) -> Plain {
        Plain::Tuple(vec![self.kind.into(), self.holder.into(), self.place.into()])
    }
}

fn rank(kind: &str) -> usize {
    let kinds = ["variable", "argument", "temporary", "object", "runtime", "unknown"];
    kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len())
}

/// `refs(x)`: every unit of the object's count, as `(kind, holder, place)`.
pub(super) fn refs(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let target = op.as_obj();
    if op.header().is_immortal() {
        return Plain::Tuple(vec![Plain::Tuple(vec!["immortal".into(), Plain::None, Plain::None])])
            .make(cx);
    }
    let count = op.header().count() as usize;
    let mut units: Vec<Unit> = Vec::new();
    let mut argument = false;
    let walked = Machine::of(cx).each_reference(&mut |by, child| {
        if child == target {
            units.push(Unit::new(by, &mut argument));
        }
    });
    walked.map_err(|NoMemory(bytes)| no_memory(cx, bytes))?;
    units.sort_by(|a, b| {
        (rank(a.kind), &a.holder, &a.place).cmp(&(rank(b.kind), &b.holder, &b.place))
    });
    let native = Machine::of(cx).native_code().unwrap_or_default();
    for _ in units.len()..count {
        units.push(Unit { kind: "unknown", holder: native.clone(), place: None });
    }
    Plain::Tuple(units.into_iter().map(Unit::plain).collect()).make(cx)
}

/// `path(x)`: the shortest way from a name or a root of the runtime to the object, in words; `None` when
/// nothing but a cycle or native code keeps it.
pub(super) fn path(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let path = Machine::of(cx).path_to(op.as_obj(), true);
    match path.map_err(|NoMemory(bytes)| no_memory(cx, bytes))? {
        Some(steps) => Plain::Tuple(steps.into_iter().map(Plain::Str).collect()).make(cx),
        None => Ok(cx.none()),
    }
}

/// `neighbours(x)`: the blocks in front of and behind the object's in its pool, each as its place and
/// what lies there.
pub(super) fn neighbours(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let heap = cx.heap();
    // SAFETY: an object's block begins with what its type keeps in front of the header.
    let block_of =
        |op: Obj| unsafe { heap.place(op.cast::<u8>().sub(type_of(op).as_ref().pre_header())) };
    let Some(mine) = block_of(op.as_obj()) else { return Ok(cx.none()) };
    let mut in_use = Vec::new();
    heap.each_pool_map(&mut Vec::new(), |pool| {
        if (pool.place.arena, pool.place.pool) == (mine.arena, mine.pool) {
            in_use = pool.in_use.to_vec();
        }
    });
    let mut objects: HashMap<u16, String> = HashMap::new();
    let walked = Machine::of(cx).each_reference(&mut |_, child| {
        if let Some(place) = block_of(child)
            && (place.arena, place.pool) == (mine.arena, mine.pool)
            && place.block.abs_diff(mine.block) == 1
        {
            // SAFETY: what somebody holds is alive.
            let ty = unsafe { Borrowed::new(child) }.ty().name().to_owned();
            objects.entry(place.block).or_insert(ty);
        }
    });
    walked.map_err(|NoMemory(bytes)| no_memory(cx, bytes))?;
    let sides = [mine.block.checked_sub(1), mine.block.checked_add(1)].map(|block| {
        let Some(block) = block else { return Plain::None };
        let what = match (in_use.get(usize::from(block)), objects.remove(&block)) {
            (None, _) => return Plain::None,
            (Some(false), _) => "free".to_owned(),
            (Some(true), Some(ty)) => ty,
            // An array of an object, or one that is dead and kept.
            (Some(true), None) => "no object".to_owned(),
        };
        let place = runtime_core::Place { block, ..mine };
        Plain::Tuple(vec![place.to_string().into(), what.into()])
    });
    Plain::Tuple(sides.into()).make(cx)
}

/// Whether an object is one of those that programs are made of, not one of their data.
pub(super) fn is_program(machine: &Machine, op: Borrowed<'_>) -> bool {
    let types = machine.types();
    // SAFETY: the object is alive.
    let ty = unsafe { type_of(op.as_obj()) };
    let script = [types.function, types.code, types.frame];
    op.is_a::<runtime_types::ty::Type>()
        || op.is_a::<ModuleObject>()
        || op.is_a::<runtime_types::native::NativeObject>()
        || script.iter().any(|known| std::ptr::eq(known.mem.as_ptr().as_ptr(), ty.as_ptr()))
}
