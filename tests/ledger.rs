//! Every unit of a count has a holder: for each name at each line of the corpus scripts about counts
//! and lifetimes, those who are known to hold the object are as many as its count says, which is what
//! `sys.getrefcount` says less its own argument. While native code runs in the middle of the script
//! (what called `__init__`, a finalizer), it may hold what is missing, and nothing may be too much.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "ledger/random.rs"]
mod random;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::ptr::NonNull;

use strata::observe::Limits;
use strata::{Config, Event, Interp, Obj, Observer, Outcome, Quiet, Session, Source};

/// Adds up, at each line, who holds what.
struct Clerk {
    recorder: NonNull<dyn Observer>,
    interp: NonNull<Interp>,
    visits: RefCell<HashMap<(u32, u32), u32>>,
    /// Whether the lines of modules are left out.
    script_only: bool,
    looked: Cell<usize>,
    exact: Cell<usize>,
    wrong: RefCell<BTreeMap<String, usize>>,
}

/// A line is looked at so many times.
const VISITS: u32 = 3;

impl Observer for Clerk {
    fn event(&self, event: &Event<'_>) {
        // SAFETY: runtime and recorder live as long as the session of the test.
        let (interp, recorder) = unsafe { (self.interp.as_ref(), self.recorder.as_ref()) };
        recorder.event(event);
        let Event::Line { at: Some(at) } = *event else { return };
        let mut visits = self.visits.borrow_mut();
        let visits = visits.entry(at).or_default();
        *visits += 1;
        if *visits > if self.script_only { 1 } else { VISITS } {
            return;
        }
        if self.script_only && at.0 != 0 {
            return;
        }
        let native = interp.native_code();
        let mut held: HashMap<Obj, u32> = HashMap::new();
        interp.each_reference(&mut |_, op| *held.entry(op).or_default() += 1);
        let mut wrong: Vec<(String, Obj, u32)> = Vec::new();
        interp.each_name(&mut |name, op| {
            // SAFETY: what a name means is alive.
            let header = unsafe { op.as_ref() };
            // Those that no script can write are the compiler's.
            if header.is_immortal() || name.starts_with('.') {
                return;
            }
            let known = held.get(&op).copied().unwrap_or_default();
            wrong.push((name.to_owned(), op, known));
        });
        for (name, op, known) in wrong {
            // SAFETY: as above.
            let count = unsafe { op.as_ref() }.count();
            self.looked.set(self.looked.get() + 1);
            let adds_up = match native {
                None => known == count,
                Some(_) => known <= count,
            };
            self.exact.set(self.exact.get() + usize::from(known == count));
            if !adds_up {
                let mut units = Vec::new();
                interp.each_reference(&mut |by, held| {
                    if held == op {
                        units.push(format!("{} of {} {:?}", by.kind(), by.holder(), by.place()));
                    }
                });
                let line = format!("line {at:?}: {name} counts {count}, held {known}: {units:?}");
                *self.wrong.borrow_mut().entry(line).or_default() += 1;
            }
        }
    }
}

/// Names looked at, those of them whose every holder is known, and those that do not add up.
fn ledger(path: &Path) -> (usize, usize, Vec<String>) {
    add_up(std::fs::read(path).unwrap(), path.parent())
}

/// The same of a text and its modules, which lie in `folder`; without one, of the text alone.
fn add_up(text: Vec<u8>, folder: Option<&Path>) -> (usize, usize, Vec<String>) {
    let source = Source::new("script.py", text).unwrap();
    let mut session = Session::new(Config::default(), Box::new(Quiet), Limits::default()).unwrap();
    if let Some(folder) = folder {
        session.interp().set_module_folder(folder.to_owned());
    }
    let clerk = Clerk {
        recorder: session.observer(),
        interp: NonNull::from(session.interp()),
        visits: RefCell::default(),
        script_only: folder.is_none(),
        looked: Cell::new(0),
        exact: Cell::new(0),
        wrong: RefCell::default(),
    };
    let clerk: Box<dyn Observer> = Box::new(clerk);
    let clerk = NonNull::from(Box::leak(clerk));
    // SAFETY: the clerk is never freed.
    unsafe { session.heap().watch(Some(clerk)) };
    let outcome = session.run(source, &[]);
    let ended = matches!(outcome, Outcome::Done | Outcome::Exit(_));
    assert!(ended || folder.is_some(), "a random script fails: {outcome:?}");
    let heap = session.heap();
    // SAFETY: nobody is told any more.
    unsafe { heap.watch(None) };
    drop(session);
    // SAFETY: the clerk is a `Clerk`, and nobody else uses it any more.
    let clerk = unsafe { clerk.cast::<Clerk>().as_ref() };
    (clerk.looked.get(), clerk.exact.get(), clerk.wrong.take().into_keys().collect())
}

#[test]
fn every_unit_of_a_count_has_a_holder_at_every_line() {
    let all = || {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
        let pending = std::fs::read_to_string(corpus.join("pending.txt")).unwrap();
        let (mut looked, mut exact, mut wrong) = (0, 0, Vec::new());
        for area in ["refcounts", "lifetimes"] {
            let mut files: Vec<_> = std::fs::read_dir(corpus.join(area))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|end| end == "py"))
                .filter(|path| {
                    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                    !pending.lines().any(|line| line == format!("{area}/{name}"))
                })
                .collect();
            files.sort();
            for file in files {
                let (names, known, lines) = ledger(&file);
                looked += names;
                exact += known;
                wrong.extend(lines.iter().map(|line| format!("{}: {line}", file.display())));
            }
        }
        assert!(wrong.is_empty(), "{} of {looked}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(looked >= 5_000, "only {looked} names were looked at");
        // The rest is held by native code that runs: it called `__init__`, or a finalizer.
        assert!(exact * 1000 >= looked * 990, "all holders are known of {exact} of {looked}");
    };
    std::thread::Builder::new().stack_size(8 << 20).spawn(all).unwrap().join().unwrap();
}

#[test]
fn the_counts_of_random_scripts_add_up() {
    const SCRIPTS: usize = 60;
    let all = || {
        let (mut looked, mut exact, mut wrong) = (0, 0, Vec::new());
        for seed in 0..SCRIPTS {
            let (names, known, lines) = add_up(random::script(seed as u64).into_bytes(), None);
            looked += names;
            exact += known;
            wrong.extend(lines.iter().map(|line| format!("script {seed}: {line}")));
        }
        assert!(wrong.is_empty(), "{} of {looked}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(looked >= 1_000 * SCRIPTS, "only {looked} names were looked at");
        assert!(exact * 1000 >= looked * 980, "all holders are known of {exact} of {looked}");
    };
    std::thread::Builder::new().stack_size(8 << 20).spawn(all).unwrap().join().unwrap();
}
