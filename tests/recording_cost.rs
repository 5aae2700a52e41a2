//! What it costs to record: a file of its own, so that no other test runs beside it. The promise is for
//! the build that people use: `cargo test --release --test recording_cost -- --nocapture`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};

use strata::observe::Limits;
use strata::{Config, Interp, Quiet, Session, Source};

/// A million in the build that people use; fewer where each takes longer.
const TURNS: u32 = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };

#[test]
fn a_recorded_loop_of_tuples_takes_at_most_five_times_as_long() {
    fn source() -> Source {
        let turns = format!("for i in range({TURNS}):\n    x = (i, i + 1)\n");
        Source::new("loop.py", turns.into_bytes()).unwrap()
    }
    fn alone() -> Duration {
        let interp = Interp::new(Config::default(), Box::new(Quiet)).unwrap();
        let began = Instant::now();
        interp.run_main(source(), &[]);
        began.elapsed()
    }
    fn recorded() -> Duration {
        let console = Box::new(Quiet);
        let mut session = Session::new(Config::default(), console, Limits::default()).unwrap();
        let began = Instant::now();
        session.run(source(), &[]);
        began.elapsed()
    }
    let run = || {
        // The quickest of several, taken in turns: whatever else runs only makes them slower.
        let times: Vec<(Duration, Duration)> = (0..7).map(|_| (alone(), recorded())).collect();
        let alone = times.iter().map(|times| times.0).min().unwrap();
        let recorded = times.iter().map(|times| times.1).min().unwrap();
        let ratio = recorded.as_secs_f64() / alone.as_secs_f64();
        println!("alone {alone:?}, recorded {recorded:?}: {ratio:.2} times");
        assert!(ratio <= 5.0, "alone {alone:?}, recorded {recorded:?}: {ratio:.2} times");
    };
    std::thread::Builder::new().stack_size(8 << 20).spawn(run).unwrap().join().unwrap();
}
