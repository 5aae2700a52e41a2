//! The facade under bad treatment: strangers' handles, forgotten ones, panics, re-entrance, fields
//! filled where they do not lie. Each test ends with heap and counts proved whole.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use strata::{
    Args, Buffer, Captured, Config, Error, Exc, Getter, Method, Own, OwnType, Policy, Runtime,
    Slot, SlotFn, Trace, getter, method,
};

type Done = Result<(), Error>;

/// Ends a test: nothing is broken, and nothing is left.
fn whole(rt: Runtime) {
    rt.verify().unwrap();
    assert_eq!(rt.finish(), Default::default());
}

#[test]
fn values_go_in_and_come_out() -> Done {
    let rt = Runtime::new()?;
    assert_eq!(rt.int(-7)?.to_i64()?, -7);
    let big = rt.big_int("1267650600228229401496703205376")?;
    assert_eq!((big.repr()?, big.getsizeof()?), ("1267650600228229401496703205376".into(), 40));
    assert!(big.to_i64().unwrap_err().is(Exc::OverflowError));
    assert_eq!(rt.float(0.5)?.to_f64()?, 0.5);
    assert_eq!(rt.str("snö ☃")?.to_str()?, "snö ☃");
    assert_eq!(rt.bytes(b"ab\0c")?.as_bytes()?, b"ab\0c");
    assert_eq!(rt.bytearray(b"ab")?.repr()?, "bytearray(b'ab')");
    assert!(rt.none().is_none() && rt.bool(true).is_true()?);
    assert!(rt.big_int("12x").unwrap_err().is(Exc::ValueError));
    let wrong = rt.str("1")?.to_i64().unwrap_err();
    assert_eq!(wrong.to_string(), "a int is wanted, not a str");

    let tuple = rt.tuple([rt.int(1)?, rt.str("a")?])?;
    assert_eq!((tuple.get(1)?.to_str()?, tuple.len()?), ("a".into(), 2));
    assert!(tuple.get(2).unwrap_err().is(Exc::LookupError));
    let list = rt.list([tuple.clone(), tuple.clone()])?;
    list.append(rt.int(3)?)?;
    list.set(0, rt.none())?;
    assert_eq!(list.repr()?, "[None, (1, 'a'), 3]");
    assert_eq!(list.pop()?.to_i64()?, 3);
    assert!(list.set(9, rt.none()).unwrap_err().is(Exc::IndexError));
    let lens: Result<Vec<_>, _> = tuple.iter()?.collect();
    assert_eq!(lens?.len(), 2);
    let dict = rt.dict()?;
    dict.set(&rt.str("k")?, &list)?;
    assert!(dict.get(&rt.str("k")?)?.unwrap().is(&list));
    assert!(dict.get(&list).unwrap_err().is(Exc::TypeError));
    assert_eq!(dict.items().count(), 1);
    assert!(dict.remove(&rt.str("k")?)?.is_some() && dict.is_empty()?);
    let set = rt.set([rt.int(1)?, rt.int(1)?])?;
    set.add(&rt.int(2)?)?;
    assert_eq!((set.repr()?, set.contains(&rt.int(2)?)?), ("{1, 2}".into(), true));
    let frozen = rt.frozenset([rt.int(1)?])?;
    assert!(frozen.add(&rt.none()).unwrap_err().is(Exc::TypeError));
    let same = rt.set([rt.int(1)?])?;
    assert!(frozen.equals(&same)? && frozen.hash()? != 0);
    assert_eq!(rt.builtin("max")?.call(&[&rt.int(3)?, &rt.int(9)?])?.to_i64()?, 9);
    assert!(rt.builtin("no_such").unwrap_err().is(Exc::NameError));
    drop((big, wrong, tuple, list, dict, set, frozen, same));
    whole(rt);
    Ok(())
}

#[test]
fn a_handle_of_another_runtime_is_refused_everywhere() -> Done {
    let (rt, other) = (Runtime::new()?, Runtime::new()?);
    rt.own_type::<Node>()?;
    let stranger = other.int(1000)?;
    let (list, dict, set) = (rt.list([rt.none()])?, rt.dict()?, rt.set([rt.none()])?);
    let node = rt.make::<Node>(&[])?;
    let none = rt.none();
    let refusals = [
        rt.tuple([stranger.clone()]).map(drop),
        rt.list([stranger.clone()]).map(drop),
        rt.set([stranger.clone()]).map(drop),
        rt.memoryview(&stranger).map(drop),
        rt.set_builtin("x", &stranger),
        rt.define_module("m", &[("x", &stranger)]).map(drop),
        rt.make::<Node>(&[&stranger]).map(drop),
        list.append(stranger.clone()),
        list.set(0, stranger.clone()),
        dict.set(&stranger, &none),
        dict.set(&none, &stranger),
        dict.get(&stranger).map(drop),
        dict.remove(&stranger).map(drop),
        set.add(&stranger),
        node.next.set(&node, stranger.clone()),
        list.set_attr("x", &stranger),
        list.get_item(&stranger).map(drop),
        list.set_item(&none, &stranger),
        list.del_item(&stranger),
        list.contains(&stranger).map(drop),
        list.equals(&stranger).map(drop),
        rt.builtin("repr")?.call(&[&stranger]).map(drop),
        list.call_method("append", &[&stranger]).map(drop),
    ];
    for (number, refusal) in refusals.into_iter().enumerate() {
        assert_eq!(refusal, Err(Error::Foreign), "number {number}");
    }
    assert_eq!(stranger.refcount(), 1, "nothing of it stayed anywhere");
    drop((stranger, list, dict, set, node, none));
    whole(rt);
    whole(other);
    Ok(())
}

#[test]
#[expect(clippy::mem_forget, reason = "it is what is tried")]
fn a_forgotten_handle_leaks_and_harms_nobody() -> Done {
    let rt = Runtime::new()?;
    rt.own_type::<Node>()?;
    let node = rt.make::<Node>(&[])?;
    node.next.set(&node, node.clone())?;
    std::mem::forget(node);
    std::mem::forget(rt.list([rt.float(0.5)?])?);
    rt.verify().unwrap();
    assert!(rt.finish().leaked_blocks > 0);
    Ok(())
}

#[test]
fn a_runtime_may_end_while_its_thread_unwinds() {
    let thread = std::thread::spawn(|| {
        let rt = Runtime::new().unwrap();
        let _list = rt.list([rt.none()]).unwrap();
        panic!("with a runtime in hand");
    });
    assert!(thread.join().is_err());
}

/// A node that may keep others, tell of its end, and be looked at from all sides.
#[derive(Trace, Default)]
struct Node {
    next: Slot,
    more: [Slot; 3],
    end: RefCell<Option<Rc<Cell<u32>>>>,
}

thread_local! {
    /// What finalizers of nodes do.
    static LAST_WORDS: Cell<Option<SlotFn<Node, ()>>> = const { Cell::new(None) };
}

impl OwnType for Node {
    const NAME: &'static str = "Node";
    const WEAK: bool = true;
    const FINALIZER: Option<SlotFn<Self, ()>> =
        Some(|this| LAST_WORDS.get().map_or(Ok(()), |words| words(this)));
    const METHODS: &'static [Method<Self>] = &[
        method("panic", |_: &Own<'_, Self>, _: Args<'_, '_>| panic!("as asked")),
        method("call", |_: &Own<'_, Self>, args: Args<'_, '_>| match args.get(0) {
            Some(function) => function.call(&[]),
            None => Err(Error::type_error("call what?")),
        }),
    ];
    const GETTERS: &'static [Getter<Self>] = &[getter("next", |this: &Own<'_, Self>| {
        Ok(this.next.get(this)?.unwrap_or_else(|| this.runtime().none()))
    })];
}

impl Drop for Node {
    fn drop(&mut self) {
        assert!(self.next.is_empty() && self.more.iter().all(Slot::is_empty), "emptied before");
        if let Some(end) = self.end.take() {
            end.set(end.get() + 1);
            assert!(end.get() < 100, "a drop that panics");
        }
    }
}

fn nodes() -> Result<(Runtime, Captured), Error> {
    let page = Captured::default();
    let rt = Runtime::with(Config::default(), page.clone())?;
    rt.set_builtin("Node", &rt.own_type::<Node>()?)?;
    Ok((rt, page))
}

#[test]
fn a_field_is_filled_only_where_it_lies() -> Done {
    let (rt, _) = nodes()?;
    let (node, other) = (rt.make::<Node>(&[])?, rt.make::<Node>(&[])?);
    let (loose, bytes) = (Slot::default(), Buffer::default());
    assert_eq!(loose.set(&node, rt.none()), Err(Error::NotInside));
    assert_eq!(bytes.resize(&node, 10), Err(Error::NotInside));
    assert_eq!(other.next.set(&node, rt.none()), Err(Error::NotInside));
    assert_eq!(other.next.get(&node).unwrap_err(), Error::NotInside);
    assert_eq!(other.next.take(&node).unwrap_err(), Error::NotInside);
    node.more[2].set(&node, other.clone())?;
    assert!(node.more[2].take(&node)?.unwrap().is(other.as_object()));
    assert!(node.more[2].is_empty());
    drop((node, other));
    whole(rt);
    Ok(())
}

#[test]
fn the_drop_of_a_payload_comes_last_and_once_and_may_panic() -> Done {
    let (rt, _) = nodes()?;
    let end = Rc::new(Cell::new(0));
    let node = rt.make::<Node>(&[])?;
    node.end.replace(Some(end.clone()));
    node.next.set(&node, node.clone())?;
    drop(node);
    assert_eq!(end.get(), 0, "it holds itself");
    assert_eq!((rt.collect(), end.get()), (1, 1));
    end.set(99);
    let node = rt.make::<Node>(&[])?;
    node.end.replace(Some(end.clone()));
    drop(node);
    assert_eq!(end.get(), 100, "it panicked, and the block went back all the same");
    whole(rt);
    Ok(())
}

#[test]
fn a_panic_ends_at_the_border_and_is_an_exception_there() -> Done {
    let (rt, page) = nodes()?;
    let node = rt.make::<Node>(&[])?;
    let error = node.as_object().call_method("panic", &[]).unwrap_err();
    assert_eq!(error.to_string(), "SystemError: the native code of 'Node' panicked");
    let text = "try:\n    Node().panic()\nexcept SystemError:\n    caught = 1\n";
    assert_eq!(rt.run("catches", text)?.get("caught")?.to_i64()?, 1);
    LAST_WORDS.set(Some(|_| panic!("in a finalizer")));
    drop(node);
    LAST_WORDS.set(Some(|_| Err(Error::value_error("not yet"))));
    drop(rt.make::<Node>(&[])?);
    LAST_WORDS.set(None);
    let said = page.take();
    assert!(said.contains("SystemError: the native code of 'Node' panicked"), "{said}");
    assert!(said.contains("ValueError: not yet"), "{said}");
    whole(rt);
    Ok(())
}

#[test]
fn a_finalizer_may_collect_raise_allocate_and_bring_the_object_back() -> Done {
    let (rt, _) = nodes()?;
    LAST_WORDS.set(Some(|this| {
        let rt = this.runtime();
        assert_eq!(rt.collect(), 0, "not inside a collection");
        let keep = rt.builtin("kept")?.as_list()?;
        keep.append(this.clone())?;
        rt.builtin("len")?.call(&[&rt.none()]).map(drop)
    }));
    let kept = rt.list([rt.none()])?;
    rt.set_builtin("kept", &kept)?;
    let node = rt.make::<Node>(&[])?;
    node.next.set(&node, node.clone())?;
    let weak = node.as_object().downgrade()?;
    drop(node);
    assert_eq!(rt.collect(), 0, "it came back");
    let back = kept.get(1)?.as_own::<Node>()?;
    assert!(back.next.get(&back)?.unwrap().is(back.as_object()), "as it was");
    assert!(weak.is_dead() && weak.upgrade().is_none(), "weak references were cleared before");
    LAST_WORDS.set(None);
    drop((back, weak));
    rt.set_builtin("kept", &rt.none())?;
    drop(kept);
    assert_eq!(rt.collect(), 1);
    whole(rt);
    Ok(())
}

#[test]
fn a_weak_handle_does_not_keep_its_object() -> Done {
    let (rt, _) = nodes()?;
    let node = rt.make::<Node>(&[])?;
    let weak = node.as_object().downgrade()?;
    assert_eq!(node.as_object().refcount(), 1);
    assert!(weak.upgrade().unwrap().is(node.as_object()));
    drop(node);
    assert!(weak.is_dead() && weak.upgrade().is_none());
    assert!(rt.int(5)?.downgrade().unwrap_err().is(Exc::TypeError));
    drop(weak);
    whole(rt);
    Ok(())
}

#[test]
fn an_exception_passes_through_a_method_as_it_is() -> Done {
    let (rt, _) = nodes()?;
    let text = "
class Odd(ValueError):
    pass
def fail():
    raise Odd('through', 1)
try:
    Node().call(fail)
except Odd as error:
    args = error.args
    lines = error.__traceback__.tb_next is not None
";
    let script = rt.run("through", text)?;
    assert_eq!(script.get("args")?.repr()?, "('through', 1)");
    assert!(script.get("lines")?.is_true()?);
    let error = script.call("fail", &[]).unwrap_err();
    let exception = error.exception().unwrap();
    assert_eq!((exception.kind(), exception.built_in()), ("Odd", Exc::ValueError));
    assert_eq!(exception.message(), "('through', 1)");
    assert!(error.is(Exc::Exception) && !error.is(Exc::TypeError));
    drop(script);
    rt.collect();
    whole(rt);
    Ok(())
}

#[test]
fn scripts_cannot_get_at_what_is_under_a_type() -> Done {
    let (rt, _) = nodes()?;
    for text in [
        "object.__new__(Node)",
        "class Sub(Node): pass",
        "Node.next.__get__(1)",
        "Node.panic(1)",
        "Node(1)",
        "Node(a=1)",
        "Node().next = 1",
        "Node().__class__ = int",
        "Node.call(None, None)",
        "memoryview(Node())",
    ] {
        let error = rt.run("tries", text).map(drop).unwrap_err();
        assert!(error.is(Exc::TypeError) || error.is(Exc::AttributeError), "{text}: {error}");
    }
    whole(rt);
    Ok(())
}

/// A pair of things, made with a lot going on.
#[derive(Trace, Default)]
struct Pair<T: Default + Trace>(Slot, Slot, Plainly<T>);

#[derive(Trace, Default)]
struct Plainly<T: Default + Trace> {
    value: T,
}

impl<T: Default + Trace> OwnType for Pair<T> {
    const NAME: &'static str = "Pair";
    const FREE_LIST: u32 = 2;

    fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Done {
        let [first, second] = args.exactly()?;
        let rt = this.runtime();
        this.0.set(this, first)?;
        rt.collect();
        assert!(!this.as_object().is_tracked(), "not seen before it is whole");
        this.1.set(this, second)?;
        rt.collect();
        Ok(())
    }
}

#[test]
fn a_collection_may_run_at_any_point_of_a_birth() -> Done {
    let rt =
        Runtime::with(Config { gc: Policy::Stress, ..Config::default() }, Captured::default())?;
    rt.set_builtin("Pair", &rt.own_type::<Pair<u8>>()?)?;
    rt.set_builtin("Other", &rt.own_type::<Pair<[Slot; 2]>>()?)?;
    let text = "
head = None
for i in range(50):
    head = Pair(head, [i, Pair(None, {i: head}), Other(1, 2)])
";
    let script = rt.run("births", text)?;
    let head = script.get("head")?;
    assert!(head.is_tracked() && head.as_own::<Pair<u8>>().is_ok());
    assert!(head.as_own::<Pair<[Slot; 2]>>().is_err(), "another type with the same name");
    assert_eq!(head.as_own::<Pair<u8>>()?.2.value, 0);
    drop((head, script));
    rt.collect();
    whole(rt);
    Ok(())
}

#[test]
fn a_long_chain_of_own_objects_dies_on_a_small_stack() {
    let run = || -> Done {
        let (rt, _) = nodes()?;
        let mut head = rt.none();
        for _ in 0..300_000 {
            let node = rt.make::<Node>(&[])?;
            node.next.set(&node, head)?;
            head = node.into();
        }
        drop(head);
        whole(rt);
        Ok(())
    };
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap();
    thread.join().unwrap().unwrap();
}

#[test]
fn runtimes_on_several_threads_share_nothing() {
    let run = |n: i64| -> Result<String, Error> {
        let (rt, _) = nodes()?;
        rt.log_lifetimes_of(&["Node"]);
        let text = "keep = [Node() for i in range(100)]\ndef count(): return len(keep)\n";
        let script = rt.run("keeps", text)?;
        assert_eq!(script.call("count", &[])?.to_i64()?, 100, "{n}");
        drop(script);
        rt.collect();
        let log = rt.take_log();
        rt.end_log();
        whole(rt);
        Ok(log)
    };
    let threads: Vec<_> = (0..2).map(|n| std::thread::spawn(move || run(n))).collect();
    let logs: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect();
    assert_eq!(logs[0], logs[1], "and do the same");
    assert_eq!(logs[0].lines().filter(|line| line.starts_with("freed")).count(), 100);
}

#[test]
fn a_script_that_is_not_run_says_why() -> Done {
    let rt = Runtime::new()?;
    let error = rt.run("broken", "def f(:\n").map(drop).unwrap_err();
    assert!(matches!(error, Error::Fault(_)), "{error}");
    assert!(error.to_string().contains("invalid syntax"), "{error}");
    let error = rt.run("raises", "1 / 0").map(drop).unwrap_err();
    assert_eq!(error.to_string(), "ZeroDivisionError: division by zero");
    whole(rt);
    Ok(())
}

#[test]
fn the_collectors_controls_do_what_they_say() -> Done {
    let (rt, _) = nodes()?;
    let cycle = |rt: &Runtime| -> Done {
        let node = rt.make::<Node>(&[])?;
        node.next.set(&node, node.clone())
    };
    let gc = rt.gc();
    gc.set_thresholds([10, 5, 5]);
    for _ in 0..40 {
        cycle(&rt)?;
    }
    assert_eq!(gc.stats()[0].collections, 0, "nothing happens by itself between calls");
    assert_eq!(gc.collect_due(), 40);
    assert_eq!((gc.collect_due(), gc.stats()[0].collections), (0, 1));
    gc.set_enabled(false);
    (0..40).try_for_each(|_| cycle(&rt))?;
    assert_eq!((gc.collect_due(), gc.is_enabled()), (0, false));
    gc.freeze();
    assert_eq!((rt.collect(), gc.tracked(0)), (0, 0));
    gc.unfreeze();
    assert_eq!(rt.collect(), 40);
    whole(rt);
    Ok(())
}

#[test]
fn a_log_shows_what_style_promised() -> Done {
    let rt = Runtime::new()?;
    rt.log_lifetimes();
    let single = rt.tuple([rt.float(1.5)?])?;
    let address = single.address();
    drop(single);
    let next = rt.tuple([rt.float(2.5)?])?;
    assert_eq!(next.address(), address, "the free list is last in, first out");
    insta::assert_snapshot!(rt.take_log(), @r"
    born    float#1  24 B  pool in use
    born    tuple#1  48 B  pool in use
    retired float#1
    retired tuple#1
    reused  float#2  24 B  free list, left by float#1
    reused  tuple#2  48 B  free list, left by tuple#1
    ");
    rt.end_log();
    drop(next);
    assert_eq!(rt.take_log(), "");
    whole(rt);
    Ok(())
}

#[test]
fn every_constructor_may_be_refused() {
    let refused = strata::refuse_each(|rt| {
        let numbers = [rt.int(1 << 40)?, rt.float(0.5)?, rt.big_int("99999999999999999999")?];
        let texts = [rt.str("text of its own")?, rt.bytes(b"bytes")?, rt.bytearray(b"array")?];
        let list = rt.list(texts)?;
        list.append(rt.tuple(numbers)?)?;
        let dict = rt.dict()?;
        dict.set(&rt.str("a key")?, &list)?;
        let set = rt.set([rt.str("one member")?, rt.str("another")?])?;
        let view = rt.memoryview(&list.get(2)?)?;
        let frozen = rt.frozenset(set.iter()?.collect::<Result<Vec<_>, _>>()?)?;
        dict.set(&frozen, &view)?;
        let names = rt.define_module("made", &[("d", &dict)])?;
        assert!(names.get("d")?.repr()?.contains("text of its own"));
        Ok(())
    });
    assert!(refused.unwrap() > 25);
}
