//! `--stats` on the programs of the memory document: the figures, and how they are shown.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use common::{Folder, check_stats, figure, run, stats_of};
use serde_json::Value;

/// The figures of one of the shown scripts, checked for what always holds.
fn figures(script: &str, words: &[&str]) -> Value {
    let ran = run(&[&["run", "--stats=json", script][..], words].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let stats = stats_of(&ran);
    check_stats(&stats).unwrap();
    stats
}

#[test]
fn a_million_tuples_need_one_place_and_no_more_arenas_than_a_hundred_thousand() {
    for script in ["tuple_loop.py", "tuple_loop_in_a_function.py"] {
        let million = figures(script, &["1000000"]);
        assert!(figure(&million, "types.tuple.born") >= 1_000_000);
        assert!(figure(&million, "types.tuple.served.free_list") >= 999_900);
        assert!(figure(&million, "types.tuple.alive") < 100);
        let fewer = figures(script, &["100000"]);
        assert_eq!(figure(&million, "arenas.peak"), figure(&fewer, "arenas.peak"), "{script}");
        assert_eq!(figure(&million, "arenas.current"), figure(&fewer, "arenas.current"));
    }
}

#[test]
fn the_line_that_makes_the_tuples_is_named_first() {
    let stats = figures("tuple_loop.py", &["100000"]);
    let line = &stats["lines"][0];
    assert_eq!((line["file"].as_str(), line["line"].as_i64()), (Some("tuple_loop.py"), Some(7)));
    assert!(line["births"].as_i64() >= Some(100_000), "{line}");
}

#[test]
fn the_other_programs_of_the_document_add_up() {
    figures("list_append_loop.py", &[]);
    let stats = figures("lists_of_lists.py", &[]);
    assert!(figure(&stats, "types.list.alive") >= 1004);
    assert!(figure(&stats, "types.list.born") >= figure(&stats, "types.list.alive"));
}

#[test]
fn the_system_allocator_uses_no_arena() {
    let stats = figures("tuple_loop.py", &["1000", "--allocator=system"]);
    assert_eq!(figure(&stats, "arenas.peak"), 0);
    assert_eq!(figure(&stats, "objects.served.pool"), 0);
    assert!(figure(&stats, "bytes.large") > 0);
}

#[test]
fn the_figures_are_the_same_on_every_run() {
    let twice = [(); 2].map(|()| {
        let mut stats = figures("lists_of_lists.py", &[]);
        stats.as_object_mut().unwrap().remove("rss");
        stats.as_object_mut().unwrap().remove("resident");
        let bytes = stats["bytes"].as_object_mut().unwrap();
        bytes.remove("host");
        bytes.remove("host_peak");
        stats
    });
    assert_eq!(twice[0], twice[1]);
}

/// The books explain what is in RAM, whatever fills it.
#[test]
#[cfg(target_os = "linux")]
fn resident_memory_is_explained_to_within_5_per_cent() {
    const TUPLES: &str = "kept = [(i, i + 1) for i in range(1000000)]\n";
    const GROWN: &str = "x = []\nfor i in range(1000000):\n    x.append(i)\n";
    const LARGE: &str = "x = [[0] * 1000 for i in range(5000)]\n";
    const FREED: &str = "x = [(i, i) for i in range(500000)]\nx = None\n";
    const TEXT: &str = "x = ['spam' * 50 + str(i) for i in range(100000)]\n";
    for (script, option) in [
        ("", "--full-pools=first"),
        (TUPLES, "--full-pools=first"),
        (TUPLES, "--arena-size=64K"),
        (GROWN, "--full-pools=first"),
        (LARGE, "--full-pools=first"),
        (FREED, "--full-pools=first"),
        (TEXT, "--full-pools=first"),
        (TEXT, "--debug-heap"),
        (TEXT, "--allocator=system"),
    ] {
        let stats = stats_of(&Folder::new().run(script, &["--stats=json", option]));
        let of = |field: &str| figure(&stats, &format!("resident.{field}"));
        let (rss, explained) = (figure(&stats, "rss.now"), of("explained"));
        let off = (rss - explained).abs() as f64 / rss as f64;
        println!("{off:.4} {}", &stats["resident"]);
        assert!(off <= 0.05, "{explained} of {rss} bytes ({option}): {}", stats["resident"]);
        let rows = ["arenas", "raw", "host", "malloc", "stack", "program"];
        assert_eq!(rows.map(of).iter().sum::<i64>() - of("untouched"), explained);
    }
}

#[test]
fn rounding_is_what_size_classes_add_to_what_was_asked() {
    let report = |script| {
        let stats = stats_of(&Folder::new().run(script, &["--stats=json"]));
        check_stats(&stats).unwrap();
        ["bytes.alive", "bytes.rounding"].map(|path| figure(&stats, path))
    };
    // A pair asks for 56 bytes and gets 64. A pool of 255 ends with 16 that are nobody's.
    // The lists that hold them are too long for pools.
    let [few, few_added] = report("kept = [(x, x) for x in [None] * 100]");
    let [many, added] = report("kept = [(x, x) for x in [None] * 3100]");
    let (asked, added) = (many - few, added - few_added);
    assert!((168_000..169_000).contains(&asked), "{asked} bytes for 3000 pairs");
    assert!((24_000..25_000).contains(&added), "{added} bytes added");
}

#[test]
fn what_started_with_the_runtime_is_in_no_type() {
    let stats = stats_of(&Folder::new().run("", &["--stats=json"]));
    check_stats(&stats).unwrap();
    assert!(figure(&stats, "objects.born") < 100, "{stats}");
    assert!(figure(&stats, "startup.blocks") > 100, "{stats}");
}

#[test]
fn a_report_may_go_to_a_file_and_leave_standard_error_alone() {
    let folder = Folder::new();
    let ran = folder.run("print(1)\n", &["--stats=json", "--stats-to=report.json"]);
    assert_eq!((ran.out.as_str(), ran.err.as_str(), ran.code), ("1\n", "", Some(0)));
    let text = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
    check_stats(&serde_json::from_str(&text).unwrap()).unwrap();
}

#[test]
fn a_script_that_fails_is_reported_on_too() {
    let ran = Folder::new().run("x = [1.5]\nx[3]\n", &["--stats=json"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("IndexError"), "{ran:?}");
    check_stats(&stats_of(&ran)).unwrap();
}

#[test]
fn the_table_fits_80_columns_and_is_plain_when_it_is_not_on_a_terminal() {
    let long = format!("x = [{}]\n", "(1.5, 2.5), ".repeat(50));
    for ran in [
        run(&["run", "tuple_loop.py", "--stats"]),
        run(&["run", "lists_of_lists.py", "--stats=table"]),
        Folder::new().run(long, &["--stats"]),
    ] {
        assert_eq!(ran.code, Some(0), "{ran:?}");
        for line in ran.err.lines() {
            assert!(line.chars().count() <= 80, "{line}");
            assert!(!line.contains('\x1b'), "{line}");
        }
        for word in ["by type", "free list", "arenas", "pools", "alive", "host", "RSS"] {
            assert!(ran.err.contains(word), "{word} is missing:\n{}", ran.err);
        }
    }
}

#[test]
fn births_in_a_module_are_on_the_lines_of_the_module() {
    let folder = common::Folder::new();
    std::fs::write(folder.path().join("helper.py"), "\n\ndef f(x):\n    return (x, x)\n").unwrap();
    let script = "import helper\nfor i in range(500):\n    helper.f(i)\n";
    let ran = folder.run(script, &["--stats=json"]);
    let stats = common::stats_of(&ran);
    let lines = stats["lines"].as_array().unwrap();
    let first = lines.iter().find(|line| line["line"] == 4).unwrap();
    assert!(first["file"].as_str().unwrap().ends_with("helper.py"), "{lines:?}");
    assert_eq!(first["births"], 500, "{lines:?}");
    let own = lines.iter().find(|line| line["file"] == "t.py" && line["line"] == 2);
    assert!(own.is_some_and(|line| line["births"].as_u64() >= Some(243)), "{lines:?}");
    let table = folder.run(script, &["--stats"]).err;
    assert!(table.contains("   4  helper.py: return (x, x)"), "{table}");
}

#[test]
fn every_field_of_the_report_is_documented() {
    let page = std::fs::read_to_string(common::root().join("docs/src/stats.md")).unwrap();
    let stats = figures("lists_of_lists.py", &[]);
    for (name, value) in stats.as_object().unwrap() {
        assert!(page.contains(&format!("`{name}")), "{name}");
        let fields = match value {
            Value::Array(items) => items.first().and_then(Value::as_object),
            _ if name == "types" => value["list"].as_object(),
            _ => value.as_object(),
        };
        for field in fields.into_iter().flat_map(serde_json::Map::keys) {
            let documented = page.lines().any(|line| {
                line.starts_with("| `") && line.contains(name.as_str()) && line.contains(field)
            });
            assert!(documented, "{name}: {field}");
        }
    }
}
