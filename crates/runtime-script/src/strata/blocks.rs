//! Blocks, classes, free lists and the whole heap, as scripts see them.

use std::ptr::NonNull;

use runtime_core::{Domain, FaultPlan, Heap, Layer};
use runtime_gc::Borrowed;
use runtime_types::anatomy::{self, anatomy};
use runtime_types::args::{Args, bind};
use runtime_types::string::{StrObject, text_of};
use runtime_types::{Cx, Exc, Look, Res, list, protocol};

use super::Plain;

/// A number of bytes or requests that a script gives.
fn number(cx: &mut Cx<'_>, op: Borrowed<'_>, what: &str) -> Res<usize> {
    let value = protocol::to_index(cx, op, Exc::OverflowError)?;
    usize::try_from(value).map_err(|_| cx.value_error(format_args!("{what} must not be negative")))
}

/// What a request of this size gets.
fn granted(heap: &Heap, size: usize) -> Vec<(String, Plain)> {
    let grant = heap.grant(size);
    let entries = [
        ("size", size.into()),
        ("served_by", if grant.class.is_some() { "pool" } else { "raw" }.into()),
        ("class", grant.class.map(|class| class.index()).into()),
        ("block", grant.bytes.into()),
        ("slack", grant.bytes.saturating_sub(size).into()),
        ("blocks_per_pool", grant.class.map(|_| grant.blocks_per_pool).into()),
    ];
    entries.map(|(key, value)| (key.to_owned(), value)).into()
}

/// `size_class(n)`
pub(super) fn size_class(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let size = list::this(cx, &args)?;
    let size = number(cx, size, "size")?;
    Plain::Dict(granted(cx.heap(), size)).make(cx)
}

/// `block_of(x)`: the block that the object lies in.
pub(super) fn block_of(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let parts = anatomy(op);
    // SAFETY: an object's block begins with what its type keeps in front of the header.
    let block: NonNull<u8> = unsafe { op.as_obj().cast::<u8>().sub(parts.head) };
    let mut entries = granted(cx.heap(), parts.block());
    entries.insert(0, ("domain".to_owned(), "object".into()));
    let place = cx.heap().place(block).map(|place| place.to_string());
    entries.push(("place".to_owned(), place.into()));
    Plain::Dict(entries).make(cx)
}

/// `layout(x)`: name, offset from the header and size of each field of the object's block.
pub(super) fn layout(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let rows = anatomy::fields(op).into_iter().map(|field| {
        Plain::Tuple(vec![field.name.into(), Plain::Offset(field.offset), field.size.into()])
    });
    Plain::Tuple(rows.collect()).make(cx)
}

/// `free_lists()`: by type, for each of its lists what it keeps, at most, and the bytes of an object.
pub(super) fn free_lists(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let mut types: Vec<(String, Plain)> = Vec::new();
    for ty in cx.heap().types() {
        let lists = ty.free_lists();
        if lists.is_empty() {
            continue;
        }
        let rows = lists.iter().enumerate().map(|(index, list)| {
            Plain::dict([
                ("kept", list.len().into()),
                ("cap", list.cap().into()),
                ("bytes", (ty.retired_size(index) + ty.pre_header()).into()),
            ])
        });
        types.push((ty.name().to_owned(), Plain::Tuple(rows.collect())));
    }
    let (kept, cap) = anatomy::kept_tables(cx);
    let tables = [("kept", kept.into()), ("cap", cap.into())];
    types.push(("dict table".to_owned(), Plain::Tuple(vec![Plain::dict(tables)])));
    types.sort_by(|(a, _), (b, _)| a.cmp(b));
    Plain::Dict(types).make(cx)
}

/// `heap()`: where every byte is.
pub(super) fn heap(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let now = cx.heap().accounting();
    let classes = now.classes.iter().enumerate().filter(|(_, class)| class.pools > 0);
    let classes = classes.map(|(index, class)| {
        Plain::dict([
            ("class", index.into()),
            ("block", ((index + 1) * 16).into()),
            ("pools", class.pools.into()),
            ("blocks", class.blocks.into()),
            ("free_blocks", class.free_blocks.into()),
        ])
    });
    Plain::dict([
        ("arenas", now.arenas.into()),
        ("arena_size", now.arena_size.into()),
        ("arenas_peak", now.arenas_peak.into()),
        ("arenas_mapped", now.arenas_mapped.into()),
        ("arenas_released", now.arenas_released.into()),
        ("pools", now.pools.into()),
        ("blocks", now.blocks.into()),
        ("alive", now.alive.into()),
        ("rounding", now.rounding.into()),
        ("free_lists", now.free_lists.into()),
        ("retired", now.retired.into()),
        ("free_blocks", now.free_blocks.into()),
        ("pool_headers", now.pool_headers.into()),
        ("pool_tails", now.pool_tails.into()),
        ("unused_pools", now.unused_pools.into()),
        ("raw_blocks", now.raw_blocks.into()),
        ("raw_bytes", now.raw_bytes.into()),
        ("tables", now.tables.into()),
        ("tracing", now.tracing.into()),
        ("taken", now.taken.into()),
        ("taken_peak", now.taken_peak.into()),
        ("exact", now.exact.into()),
        ("classes", Plain::Tuple(classes.collect())),
    ])
    .make(cx)
}

/// `layers()`: births by the layer that served them.
pub(super) fn layers(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let births = cx.heap().births().unwrap_or_default();
    let rows = Layer::ALL.iter().zip(births);
    let rows = rows.map(|(layer, births)| (layer.words().to_owned(), (births as usize).into()));
    Plain::Dict(rows.collect()).make(cx)
}

/// `check_heap()`: proves the invariants of the heap and the collector's books.
pub(super) fn check_heap(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    if let Err(why) = cx.heap().verify() {
        return Err(cx.raise(Exc::SystemError, format_args!("the heap is damaged: {why}")));
    }
    let census = match cx.gc.census(None) {
        Ok(census) => census,
        Err(why) => {
            return Err(cx.raise(Exc::SystemError, format_args!("the counts are damaged: {why}")));
        }
    };
    let blocks = cx.heap().allocated_blocks();
    let entries = [("blocks", blocks.into()), ("tracked", census.tracked.into())];
    Plain::dict(entries).make(cx)
}

/// `faults.fail(n, domain=None)`: request number `n` from now on is refused, counted from 0.
pub(super) fn fail(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [n, domain] = bind(cx, "fail", &args, ["n", "domain"], 1)?;
    let n = n.unwrap_or_else(|| cx.world().none_borrowed());
    let plan = FaultPlan::nth(number(cx, n, "n")? as u64);
    let plan = match domain.filter(|domain| !cx.is_none(*domain)) {
        None => plan,
        Some(domain) => plan.in_domain(domain_of(cx, domain)?),
    };
    cx.heap().plan_faults(Some(plan));
    Ok(cx.none())
}

fn domain_of(cx: &Cx<'_>, op: Borrowed<'_>) -> Res<Domain> {
    if !op.is_a::<StrObject>() {
        let kind = op.ty().name();
        return Err(cx.type_error(format_args!("domain must be a str or None, not {kind}")));
    }
    let text = text_of(cx, op)?;
    for (name, domain) in [("raw", Domain::Raw), ("mem", Domain::Mem), ("object", Domain::Object)] {
        if text.eq_str(name) {
            return Ok(domain);
        }
    }
    Err(cx.value_error(format_args!("domain must be 'raw', 'mem' or 'object', not '{text}'")))
}

/// `faults.stop()`: ends the plan; gives the requests that it looked at and those that it refused.
pub(super) fn stop_faults(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let count = cx.heap().plan_faults(None);
    let entries =
        [("seen", (count.seen as usize).into()), ("refused", (count.refused as usize).into())];
    Plain::dict(entries).make(cx)
}
