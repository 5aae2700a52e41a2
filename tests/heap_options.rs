//! The options that change how the heap is built: each changes the rows of the report that it should,
//! and nothing that a script prints.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::path::PathBuf;

use common::{Folder, Ran, check_stats, figure, root, run, scripts, stats_of, strata};
use serde_json::Value;

/// Every option, with a value that is not the default.
const OPTIONS: [&[&str]; 9] = [
    &["--allocator=system"],
    &["--debug-heap"],
    &["--pool-size=4K"],
    &["--arena-size=64K"],
    &["--small-threshold=64"],
    &["--full-pools=last"],
    &["--free-list=tuple=0", "--free-list=list=0", "--free-list=float=0", "--free-list=dict=0"],
    &["--free-list=tuple=3", "--free-list=dictkeys=0", "--free-list=slice=9"],
    // All that go together.
    &[
        "--debug-heap",
        "--pool-size=8K",
        "--arena-size=2M",
        "--small-threshold=256",
        "--full-pools=last",
    ],
];

/// The shown scripts, and of the corpus those that pass and print nothing of addresses or blocks.
fn programs() -> Vec<PathBuf> {
    let corpus = root().join("tests/conformance");
    let pending = std::fs::read_to_string(corpus.join("pending.txt")).unwrap();
    let python = |folder: PathBuf| {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|file| file.extension().is_some_and(|end| end == "py")).collect::<Vec<_>>()
    };
    let mut programs = python(scripts());
    for area in ["language", "types", "lifetimes", "sizes", "errors", "freelists"] {
        let passing = python(corpus.join(area)).into_iter().filter(|file| {
            let name = file.strip_prefix(&corpus).unwrap().with_extension("");
            !pending.lines().any(|line| name.to_string_lossy() == line)
        });
        programs.extend(passing);
    }
    programs.retain(|file| {
        let text = std::fs::read_to_string(file).unwrap();
        !["id(", "_debugmallocstats", "getallocatedblocks"].iter().any(|word| text.contains(word))
    });
    programs.sort();
    programs
}

/// Programs run with options; the corpus itself is run in every mode elsewhere.
const PROGRAMS: usize = 60;

#[test]
fn no_option_changes_what_a_script_prints() {
    let programs = programs();
    assert!(programs.len() >= 40, "only {} programs", programs.len());
    let step = programs.len().div_ceil(PROGRAMS);
    for (n, program) in programs.iter().step_by(step).enumerate() {
        let ran = |options: &[&str]| {
            let folder = program.parent().unwrap();
            let ran = strata(folder).arg("run").args(options).arg(program).output().unwrap();
            let Ran { out, err, code } = ran.into();
            (common::without_addresses(&out), common::without_addresses(&err), code)
        };
        let plain = ran(&[]);
        assert_ne!(plain.2, None, "{}: {plain:?}", program.display());
        // Each program is run with all of them at once and with two of the others in turn.
        for options in [6, n % 6, (n + 3) % 6].map(|which| OPTIONS[which]) {
            assert_eq!(ran(options), plain, "{} {options:?}", program.display());
        }
    }
}

/// The figures of a script that fills some arenas, checked for what always holds.
fn figures(options: &[&str]) -> Value {
    let ran = run(&[&["run", "--stats=json", "lists_of_lists.py"], options].concat());
    assert_eq!(ran.code, Some(0), "{options:?}: {ran:?}");
    let stats = stats_of(&ran);
    check_stats(&stats).unwrap();
    stats
}

/// Births and deaths, which no option may change.
fn lives(stats: &Value) -> Vec<(String, i64, i64)> {
    let types = stats["types"].as_object().unwrap();
    let of = |name: &String, field| figure(stats, &format!("types.{name}.{field}"));
    let mut lives: Vec<_> =
        types.keys().map(|name| (name.clone(), of(name, "born"), of(name, "died"))).collect();
    lives.sort();
    lives
}

#[test]
fn objects_live_and_die_the_same_in_every_heap() {
    let plain = lives(&figures(&[]));
    for options in OPTIONS {
        assert_eq!(lives(&figures(options)), plain, "{options:?}");
    }
}

#[test]
fn the_report_says_how_the_heap_was_built() {
    let plain = figures(&[]);
    for (option, field, before, now) in [
        ("--allocator=system", "allocator", Value::from("pymalloc"), Value::from("system")),
        ("--debug-heap", "debug", Value::from(false), Value::from(true)),
        ("--pool-size=4K", "pool_size", Value::from(16384), Value::from(4096)),
        ("--arena-size=64K", "arena_size", Value::from(1 << 20), Value::from(1 << 16)),
        ("--small-threshold=64", "small_threshold", Value::from(512), Value::from(64)),
        ("--full-pools=last", "full_pools", Value::from("first"), Value::from("last")),
    ] {
        let changed = figures(&[option]);
        assert_eq!((&plain["heap"][field], &changed["heap"][field]), (&before, &now));
        for (other, value) in plain["heap"].as_object().unwrap() {
            assert!(other == field || *value == changed["heap"][other], "{option}: {other}");
        }
    }
}

#[test]
fn smaller_pools_are_more_pools() {
    let (plain, small) = (figures(&[]), figures(&["--pool-size=4K"]));
    let pools = |stats| figure(stats, "pools.current");
    assert!(pools(&small) > 3 * pools(&plain), "{} pools of 4 KiB", pools(&small));
    assert_eq!(figure(&small, "bytes.pool_headers"), 48 * pools(&small));
    assert!(
        figure(&small, "objects.served.new_pool") > 3 * figure(&plain, "objects.served.new_pool")
    );
    // What is asked for is the same, and as much memory serves it, give or take an arena.
    assert_eq!(figure(&small, "bytes.alive"), figure(&plain, "bytes.alive"));
    assert!(figure(&small, "arenas.peak").abs_diff(figure(&plain, "arenas.peak")) <= 1);
    let full = |stats: &Value| -> Vec<i64> {
        let classes = stats["classes"].as_array().unwrap();
        let of = |class: &Value, field: &str| class[field].as_i64().unwrap();
        let room = |class| (of(class, "blocks") + of(class, "free_blocks")) / of(class, "pools");
        classes.iter().filter(|class| of(class, "block_size") == 32).map(room).collect()
    };
    assert_eq!((full(&plain), full(&small)), (vec![510], vec![126]));
}

#[test]
fn smaller_arenas_are_more_arenas() {
    let (plain, small) = (figures(&[]), figures(&["--arena-size=64K"]));
    let arenas = |stats| figure(stats, "arenas.current");
    // Sixteen for each, but the last of either need not be full.
    assert!(arenas(&small) > 16 * (arenas(&plain) - 1), "{} arenas of 64 KiB", arenas(&small));
    assert!(arenas(&small) <= 16 * arenas(&plain));
    assert_eq!(figure(&small, "pools.current"), figure(&plain, "pools.current"));
    assert_eq!(figure(&small, "bytes.alive"), figure(&plain, "bytes.alive"));
    assert!(figure(&small, "bytes.unused_pools") <= figure(&plain, "bytes.unused_pools"));
}

#[test]
fn a_lower_threshold_sends_more_to_the_system() {
    let (plain, low) = (figures(&[]), figures(&["--small-threshold=64"]));
    let large = |stats| figure(stats, "bytes.large");
    assert!(large(&low) > large(&plain));
    assert!(figure(&low, "blocks.raw") > figure(&plain, "blocks.raw"));
    assert!(figure(&low, "arenas.peak") <= figure(&plain, "arenas.peak"));
    let classes = low["classes"].as_array().unwrap();
    assert!(classes.iter().all(|class| class["block_size"].as_i64() <= Some(64)), "{classes:?}");
    // Blocks are the same ones, wherever they are, those of free lists aside.
    let blocks = |stats| {
        let retired: i64 = stats_lists(stats);
        figure(stats, "blocks.current") + figure(stats, "blocks.raw") + retired
    };
    assert!(blocks(&low).abs_diff(blocks(&plain)) <= stats_lists(&plain).unsigned_abs());
}

/// Objects in free lists.
fn stats_lists(stats: &Value) -> i64 {
    let lists = stats["free_lists"].as_array().unwrap();
    lists.iter().map(|list| list["held"].as_i64().unwrap()).sum()
}

#[test]
fn guards_make_blocks_larger() {
    let (plain, guarded) = (figures(&[]), figures(&["--debug-heap"]));
    let blocks = figure(&plain, "blocks.current");
    let more = figure(&guarded, "bytes.alive") - figure(&plain, "bytes.alive");
    // 32 bytes for each block in a pool, but a few blocks leave the pools by that.
    assert!((more - 32 * blocks).abs() < 32 * blocks / 10, "{more} bytes more, {blocks} blocks");
    assert!(figure(&guarded, "arenas.peak") > figure(&plain, "arenas.peak"));
}

/// Frees one block each of many pools that are full, and then takes and frees two at a time.
const SCATTERED: &str = "
kept = [(i, i) for i in range(20000)]
for i in range(0, 20000, 150):
    kept[i] = None
more = [(i, i) for i in range(100)]
print(len(kept), len(more))
";

#[test]
fn where_full_pools_go_changes_who_serves_next() {
    let folder = Folder::new();
    let places = |option: &str| {
        let ran = folder.run(SCATTERED.to_owned() + "print([id(x) for x in more])\n", &[option]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.out
    };
    let (first, last) = (places("--full-pools=first"), places("--full-pools=last"));
    assert_ne!(first, last, "`id()` shows another order of reuse");
    let stats = ["--full-pools=first", "--full-pools=last"].map(|option| {
        let ran = folder.run(SCATTERED, &[option, "--stats=json"]);
        assert_eq!(ran.out, "20000 100\n");
        stats_of(&ran)
    });
    for path in ["bytes.alive", "blocks.current", "arenas.peak", "objects.born"] {
        assert_eq!(figure(&stats[0], path), figure(&stats[1], path), "{path}");
    }
}

/// Makes objects, all alive at once, lets them go, and makes others of the same size class but of a
/// type without a free list: how many of the dead objects' blocks do they get? `HEAD` is what stands
/// in front of the dead ones, `OTHER` makes one of the others.
const KEPT: &str = "\
def ids(make, n):
    objects = [make(i) for i in range(n)]
    return {id(x) for x in objects}, objects
def test(make, other, head, n):
    first, objects = ids(make, n)
    while objects: objects.pop()
    second, keep = ids(other, n)
    return len({x - head for x in first} & second)
print(test(MAKE, OTHER, HEAD, 60))
x = [MAKE(i) for i in range(60)]
while x: x.pop()
";

#[test]
fn a_cap_shows_in_the_report_and_in_who_gets_the_memory() {
    let folder = Folder::new();
    let (block, other) = ("16", "lambda i: bytes(31)");
    for (name, make, head, other) in [
        ("dict", "lambda i: dict()", block, other),
        ("float", "lambda i: i + 0.5", "0", "lambda i: (1 << 40) + i"),
        ("list", "lambda i: []", block, other),
        ("slice", "lambda i: slice(i)", block, other),
        ("tuple", "lambda i: (i, i)", block, other),
    ] {
        let script = KEPT.replace("MAKE", make).replace("OTHER", other).replace("HEAD", head);
        for cap in [0u64, 1, 7, 50, 100] {
            let option = format!("--free-list={name}={cap}");
            let ran = folder.run(&script, &[&option, "--stats=json"]);
            let kept = cap.min(60);
            // One or two may go to what the script itself makes in between.
            let reused: u64 = ran.out.trim().parse().unwrap();
            assert!((58 - kept.min(58)..=60 - kept).contains(&reused), "{option}: {ran:?}");
            let stats = stats_of(&ran);
            assert_eq!(stats["heap"]["free_lists"][name], Value::from(cap), "{option}");
            let rows = stats["free_lists"].as_array().unwrap();
            let row = rows
                .iter()
                .find(|row| row["type"] == name && (row["items"].is_null() || row["items"] == 2));
            match row {
                Some(row) => {
                    assert_eq!(row["cap"], Value::from(cap), "{option}: {row}");
                    let held = row["held"].as_u64().unwrap();
                    assert!(held <= cap && held + 5 >= kept, "{option}: {row}");
                }
                // What it held may be in use just then.
                None => assert!(cap <= 1, "{option}: {rows:?}"),
            }
        }
    }
}

#[test]
fn kept_key_tables_and_memory_errors_have_caps_too() {
    let folder = Folder::new();
    let tables = "\
import sys
def test():
    before = sys.getallocatedblocks()
    dicts = [{'a': i} for i in range(60)]
    while dicts: dicts.pop()
    dicts = None
    return sys.getallocatedblocks() - before
test()
import gc; gc.collect()
print(test())
";
    let left = |cap: &str| {
        let ran = folder.run(tables, &["--free-list=dict=0", "--free-list", cap]);
        ran.out.trim().parse::<i64>().unwrap_or_else(|_| panic!("{ran:?}"))
    };
    let none = left("dictkeys=0");
    assert_eq!([left("dictkeys=9") - none, left("dictkeys=80") - none], [9, 60]);
    let errors =
        "try:\n    bytes(1 << 62)\nexcept MemoryError as e:\n    print(type(e).__name__)\n";
    for cap in [0, 5] {
        let option = format!("--free-list=MemoryError={cap}");
        let ran = folder.run(errors, &[&option, "--stats=json"]);
        assert_eq!(ran.out, "MemoryError\n", "{ran:?}");
        let stats = stats_of(&ran);
        let rows = stats["free_lists"].as_array().unwrap();
        let held = rows.iter().find(|row| row["type"] == "MemoryError");
        assert_eq!(held.map_or(0, |row| row["held"].as_u64().unwrap()), cap, "{rows:?}");
    }
}

#[test]
fn derived_types_have_no_free_list() {
    let folder = Folder::new();
    for (name, base) in [("float", "float"), ("list", "list"), ("dict", "dict"), ("tuple", "tuple")]
    {
        let script = format!(
            "class T({base}): __slots__ = ()\nx = [T() for i in range(60)]\ndel x\n\
             class E(MemoryError): pass\nx = [E() for i in range(60)]\ndel x\n"
        );
        let option = format!("--free-list={name}=1000");
        let ran = folder.run(script, &[&option, "--stats=json"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        for row in stats_of(&ran)["free_lists"].as_array().unwrap() {
            assert_ne!(row["type"], "T", "{row}");
            assert_ne!(row["type"], "E", "{row}");
            if row["type"] == name {
                assert!(row["held"].as_u64().unwrap() < 30, "{row}");
            }
        }
    }
}

#[test]
fn types_without_free_lists_are_refused_with_those_that_have_one() {
    for (option, words) in [
        ("--free-list=int=5", "dict, dictkeys, float, list, MemoryError, slice and tuple"),
        ("--free-list=tuple", "write a type and a number"),
        ("--free-list=tuple=many", "`many` is no number"),
        ("--free-list=tuple=-1", "`-1` is no number"),
        ("--free-list=tuple=4294967295", "no number from 0 to 1000000000"),
    ] {
        let ran = run(&["run", "tuple_loop.py", option]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{option}: {ran:?}");
        assert!(ran.err.contains(words), "{option}: {ran:?}");
    }
}

#[test]
fn sizes_without_sense_are_refused_in_one_line() {
    for (option, words) in [
        ("--pool-size=5000", "--pool-size: a pool of 5000 bytes is not a power of two"),
        ("--pool-size=512K", "--pool-size: a pool of 524288 bytes"),
        ("--arena-size=3M", "--arena-size: an arena of 3145728 bytes is not a power of two"),
        ("--small-threshold=100", "--small-threshold: a small threshold of 100 is not a multiple"),
        ("--small-threshold=528", "--small-threshold: a small threshold of 528"),
        ("--small-threshold=0", "--small-threshold: a small threshold of 0"),
    ] {
        let ran = run(&["run", "tuple_loop.py", option]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{option}: {ran:?}");
        assert!(ran.err.lines().count() == 1 && ran.err.contains(words), "{option}: {ran:?}");
    }
    let ran = run(&["run", "tuple_loop.py", "--pool-size=32K", "--arena-size=64K"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("--arena-size: an arena of 65536 bytes holds fewer than 4 pools"));
    for (option, words) in [
        ("--pool-size=lots", "write a number and a unit"),
        ("--small-threshold=-16", "--small-threshold"),
        ("--full-pools=middle", "first, last"),
    ] {
        let ran = run(&["run", "tuple_loop.py", option]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{option}: {ran:?}");
        assert!(ran.err.contains(words), "{option}: {ran:?}");
    }
}

#[test]
fn a_limit_holds_in_every_heap() {
    let folder = Folder::new();
    let script =
        "try:\n    x = [(i, i) for i in range(10**6)]\nexcept MemoryError:\n    print('no')\n";
    for options in OPTIONS {
        let ran = folder.run(script, &[options, &["--max-memory=12M"]].concat());
        assert_eq!((ran.out.as_str(), ran.code), ("no\n", Some(0)), "{options:?}: {ran:?}");
    }
}
