//! Watching changes nothing that a script, or whoever reads the heap's books, could notice.
//! The corpus is compared but for scripts of over half a second; `EACH=12` takes each twelfth.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use strata::observe::{Limits, Totals};
use strata::{Captured, Config, FaultPlan, Interp, Outcome, Session, Source};

/// What was written, but for addresses.
fn text(kept: &Captured) -> String {
    common::without_addresses(&kept.take())
}

/// All that can be noticed of a run: the output, the books when the script has ended, the place of
/// each block in use, and what is left.
#[derive(Debug, PartialEq)]
struct Noticed {
    out: String,
    totals: Totals,
    places: Vec<(u32, u16, usize, Vec<bool>)>,
    left: usize,
}

impl Noticed {
    /// What is not the same, in a few words.
    fn differences(&self, other: &Self) -> String {
        let mut all = Vec::new();
        if self.out != other.out {
            let lines = self.out.lines().zip(other.out.lines());
            let (at, (one, two)) = lines
                .enumerate()
                .find(|(_, (one, two))| one != two)
                .unwrap_or((0, ("one ends", "before the other")));
            all.push(format!("line {} of the output: {one:?}, watched {two:?}", at + 1));
        }
        if self.totals != other.totals {
            all.push(format!("the books: {:?}, watched {:?}", self.totals, other.totals));
        }
        if self.places != other.places {
            let pools = self.places.iter().zip(&other.places).filter(|(one, two)| one != two);
            all.push(format!("blocks of {} pools", pools.count()));
        }
        if self.left != other.left {
            all.push(format!("{} blocks left, watched {}", self.left, other.left));
        }
        all.join("; ")
    }
}

fn places(heap: &strata::Heap) -> Vec<(u32, u16, usize, Vec<bool>)> {
    let mut all = Vec::new();
    heap.each_pool_map(&mut Vec::new(), |map| {
        all.push((map.place.arena, map.place.pool, map.block_size, map.in_use.to_vec()));
    });
    all
}

/// The books, without what is added up in a watched heap only: of each block, the bytes asked for.
fn totals(heap: &strata::Heap) -> Totals {
    Totals { alive: 0, rounding: 0, ..Totals::from(&heap.accounting()) }
}

fn alone(path: &Path) -> Option<Noticed> {
    let kept = Captured::default();
    let source = Source::new(path.to_string_lossy(), std::fs::read(path).ok()?).ok()?;
    let interp = Interp::new(Config::default(), Box::new(kept.clone())).ok()?;
    interp.set_module_folder(path.parent()?.to_owned());
    if matches!(interp.run_main(source, &[]), Outcome::Fault(_)) {
        return None;
    }
    let totals = totals(interp.heap());
    let places = places(interp.heap());
    let end = interp.finish();
    let out = text(&kept);
    Some(Noticed { out, totals, places, left: end.leaked_blocks + end.leaked_raw })
}

fn watched(path: &Path) -> Noticed {
    let kept = Captured::default();
    let source = Source::new(path.to_string_lossy(), std::fs::read(path).unwrap()).unwrap();
    let mut session =
        Session::new(Config::default(), Box::new(kept.clone()), Limits::default()).unwrap();
    session.interp().set_module_folder(path.parent().unwrap().to_owned());
    session.run(source, &[]);
    let totals = totals(session.heap());
    let places = places(session.heap());
    let ended = session.finish();
    let left = ended.teardown.leaked_blocks + ended.teardown.leaked_raw;
    let out = text(&kept);
    Noticed { out, totals, places, left }
}

fn corpus() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let pending = std::fs::read_to_string(corpus.join("pending.txt")).unwrap();
    let mut scripts = Vec::new();
    for area in std::fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(files) = std::fs::read_dir(&area) else { continue };
        for file in files.map(|entry| entry.unwrap().path()) {
            let name = file.strip_prefix(&corpus).unwrap().with_extension("");
            let name = name.to_string_lossy().into_owned();
            if file.extension().is_some_and(|end| end == "py")
                && !pending.lines().any(|line| line == name)
            {
                scripts.push(file);
            }
        }
    }
    scripts.sort();
    scripts
}

/// Scripts that make something of addresses outside the arenas, of the time, or of how much the host
/// allocated; they differ from run to run by themselves. Addresses are others from run to run only if
/// something else is in the way, so more and more is.
fn differs_by_itself(path: &Path) -> bool {
    let mut in_the_way: Vec<Vec<u8>> = Vec::new();
    let Some(first) = alone(path) else { return true };
    (1..=10).any(|n| {
        in_the_way.extend((1..=n * 20).map(|i| Vec::with_capacity(i * n * 7919 % 40_000)));
        alone(path).is_none_or(|again| again != first)
    })
}

#[test]
fn watching_changes_nothing_in_the_corpus() {
    let all = || {
        let (mut compared, mut wrong) = (0, Vec::new());
        let each = std::env::var("EACH").ok().and_then(|each| each.parse().ok()).unwrap_or(1);
        for path in corpus().into_iter().step_by(each) {
            let began = Instant::now();
            let Some(alone) = alone(&path) else { continue };
            // The slowest take long for what the others show as well.
            if began.elapsed() > Duration::from_millis(500) {
                continue;
            }
            let watched = watched(&path);
            compared += 1;
            if alone != watched && !differs_by_itself(&path) {
                wrong.push(format!("{}: {}", path.display(), alone.differences(&watched)));
            }
        }
        assert!(wrong.is_empty(), "these differ when they are watched:\n{}", wrong.join("\n"));
        assert!(compared * each >= 240, "only {compared} scripts were compared");
    };
    std::thread::Builder::new().stack_size(8 << 20).spawn(all).unwrap().join().unwrap();
}

/// What a script writes when its request number `n` is refused, and how many there were.
fn refused_at(path: &Path, n: u64, watched: bool) -> (String, u64) {
    let kept = Captured::default();
    let source = Source::new(path.to_string_lossy(), std::fs::read(path).unwrap()).unwrap();
    let console = Box::new(kept.clone());
    let plan = || Some(FaultPlan::nth(n));
    let seen = if watched {
        let mut session = Session::new(Config::default(), console, Limits::default()).unwrap();
        session.heap().plan_faults(plan());
        session.run(source, &[]);
        session.heap().plan_faults(None).seen
    } else {
        let interp = Interp::new(Config::default(), console).unwrap();
        interp.heap().plan_faults(plan());
        interp.run_main(source, &[]);
        interp.heap().plan_faults(None).seen
    };
    (text(&kept), seen)
}

#[test]
fn a_watched_script_makes_the_same_requests_and_fails_at_the_same_ones() {
    let all = || {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
        for name in [
            "lifetimes/del_order_in_containers.py",
            "lifetimes/generator_finalisation.py",
            "gc/partial_resurrection.py",
            "refcounts/interned_strings.py",
            "programs/number_crunching.py",
        ] {
            let path = corpus.join(name);
            let (out, requests) = refused_at(&path, u64::MAX, false);
            assert_eq!(refused_at(&path, u64::MAX, true), (out, requests), "{name}");
            assert!(requests > 100, "{name} makes {requests} requests");
            for part in 1..=24 {
                let n = requests * part / 25;
                let (alone, watched) = (refused_at(&path, n, false), refused_at(&path, n, true));
                assert_eq!(watched, alone, "{name}, request {n} of {requests} refused");
            }
        }
    };
    std::thread::Builder::new().stack_size(8 << 20).spawn(all).unwrap().join().unwrap();
}
