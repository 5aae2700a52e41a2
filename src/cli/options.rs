//! The options that every subcommand with a runtime has: its limits, its collector, its heap.

use std::time::Duration;

use clap::{Args as ClapArgs, ValueEnum};
use strata::{
    Bell, Config, Console, DebugHooks, FreeListCaps, FreeListKind, FullPools, Geometry,
    GeometryError, HeapConfig, Interp, Outcome, Policy, Session, SmallAllocator, StampError,
    observe::Limits,
};

use super::console::Terminal;
use super::exit::{Exit, refuse, say};
use super::run::exit_of;
use super::{number, size, watch};

// How the runtime is built, and what scripts may take. (A docstring would stand in the help.)
#[derive(ClapArgs)]
pub(crate) struct Options {
    /// Refuse the script more memory than this, such as 64M
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub(crate) max_memory: Option<usize>,

    /// End the script after so many steps: turns of loops, calls, and items that built-in functions
    /// handle
    #[arg(long, value_name = "N", value_parser = number::steps)]
    max_steps: Option<u64>,

    /// End the script after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = number::seconds)]
    pub(crate) timeout: Option<Duration>,

    /// What the hashes of texts depend on: a number, or `random` for one that differs each time
    #[arg(long, value_name = "SEED", default_value = "0", value_parser = number::seed)]
    hash_seed: u32,

    /// When the collector looks for cycles
    #[arg(long, value_name = "POLICY", default_value = "generational")]
    gc: Gc,

    /// Who serves small requests
    #[arg(long, value_name = "NAME", default_value = "pymalloc", help_heading = HEAP)]
    allocator: Allocator,

    /// The largest request that is small, in bytes: a multiple of 16, up to 512
    #[arg(long, value_name = "N", default_value_t = 512, help_heading = HEAP)]
    small_threshold: usize,

    /// How large pools are: a power of two from 4K to 256K
    #[arg(long, value_name = "SIZE", default_value = "16K", value_parser = size::parse,
          help_heading = HEAP)]
    pool_size: usize,

    /// How large arenas are: a power of two from 64K to 64M, at least four pools
    #[arg(long, value_name = "SIZE", default_value = "1M", value_parser = size::parse,
          help_heading = HEAP)]
    arena_size: usize,

    /// Where a pool goes in its list that was full and has a free block again
    #[arg(long, value_name = "WHERE", default_value = "first", help_heading = HEAP)]
    full_pools: Full,

    /// How many dead objects of a type are kept for reuse (0: none), such as tuple=100; may be given
    /// for several types
    #[arg(long, value_name = "TYPE=N", value_parser = free_list, help_heading = HEAP)]
    free_list: Vec<(FreeListKind, u32)>,

    /// Guard every block and look for misuse of memory; what is found ends with code 70
    #[arg(long, help_heading = HEAP)]
    debug_heap: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gc {
    /// Only when the script asks
    Off,
    /// At every safe point: slow, for finding mistakes
    Stress,
    /// As CPython 3.13, by generations and thresholds
    Generational,
}

/// The options that change how the heap is built, and nothing that a script does.
const HEAP: &str = "Heap";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Allocator {
    /// Arenas, pools and blocks, as CPython
    Pymalloc,
    /// The system's malloc for every request, so that valgrind and sanitizers see each block
    System,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Full {
    /// To the front, as CPython: the next request gets the block just freed
    First,
    /// To the end: faster where frees are scattered
    Last,
}

/// What a runtime is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A script.
    Script,
    /// A script and a report on it.
    Report,
    /// A script, and what happened to its objects until then, however it ends.
    Recording,
    /// Statements that somebody types.
    Session,
}

impl Options {
    /// What the options say of the runtime. `count_requests` for a report that tells what was asked of
    /// the heap from what was added by rounding.
    ///
    /// # Errors
    /// What is wrong has been said.
    pub(crate) fn config(&self, count_requests: bool) -> Result<Config, Exit> {
        let small = match self.allocator {
            Allocator::Pymalloc => SmallAllocator::Pools,
            Allocator::System => SmallAllocator::System,
        };
        let geometry = Geometry::new(self.pool_size, self.arena_size, self.small_threshold)
            .map_err(|error| refuse(format_args!("{}: {error}", flag_of(&error))))?;
        let heap = HeapConfig {
            small,
            limit: self.max_memory,
            geometry,
            full_pools: match self.full_pools {
                Full::First => FullPools::First,
                Full::Last => FullPools::Last,
            },
            debug: self.debug_heap.then(DebugHooks::default),
            count_requests,
            ..HeapConfig::default()
        };
        let gc = match self.gc {
            Gc::Off => Policy::Off,
            Gc::Stress => Policy::Stress,
            Gc::Generational => Policy::Generational,
        };
        let (hash_seed, max_steps) = (self.hash_seed, self.max_steps);
        let caps = self.free_list.iter();
        let free_lists =
            caps.fold(FreeListCaps::default(), |caps, &(kind, cap)| caps.with(kind, cap));
        Ok(Config { heap, gc, free_lists, hash_seed, max_steps, ..Config::default() })
    }

    /// A runtime on this console, which Ctrl-C and the clock can reach.
    ///
    /// # Errors
    /// What is wrong has been said.
    pub(crate) fn start(&self, console: &Terminal, purpose: Purpose) -> Result<Interp, Exit> {
        let config = self.config(purpose == Purpose::Report)?;
        let interp = Interp::new(config, Box::new(console.clone()))
            .map_err(|error| self.no_runtime(&error))?;
        self.attend(|| interp.bell(), console, purpose);
        Ok(interp)
    }

    /// A recorded runtime on this console, which Ctrl-C and the clock can reach.
    ///
    /// # Errors
    /// What is wrong has been said.
    pub(crate) fn start_recorded(&self, console: &Terminal) -> Result<Session, Exit> {
        let config = self.config(false)?;
        let session = Session::new(config, Box::new(console.clone()), Limits::default())
            .map_err(|error| self.no_runtime(&error))?;
        self.attend(|| session.interp().bell(), console, Purpose::Recording);
        Ok(session)
    }

    /// Lets Ctrl-C and the clock reach a runtime by its bell.
    fn attend(&self, bell: impl Fn() -> Bell, console: &Terminal, purpose: Purpose) {
        console.listen(bell());
        watch::keyboard(bell(), console.clone());
        if let Some(time) = self.timeout {
            let waits = matches!(purpose, Purpose::Session | Purpose::Recording);
            watch::clock(bell(), console.clone(), time, waits);
        }
    }

    /// What a script's end means for the command's, when a limit may have ended it; says which.
    pub(crate) fn exit_of(&self, outcome: &Outcome, console: &Terminal) -> Exit {
        match outcome {
            // The traceback's last line is all that is known here of the exception.
            Outcome::Raised { .. } if console.last_error_is("MemoryError") => {
                let Some(limit) = self.max_memory else { return exit_of(outcome) };
                say(format_args!("the memory limit of {limit} bytes was reached (--max-memory)"));
                Exit::Limit
            }
            Outcome::Stopped { limit, place } => {
                let _ = console.flush();
                watch::say_limit(*limit, place.as_ref(), self.timeout);
                Exit::Limit
            }
            outcome => exit_of(outcome),
        }
    }

    /// Says why there is no runtime.
    fn no_runtime(&self, error: &StampError) -> Exit {
        match self.max_memory {
            Some(limit) => {
                say(format_args!(
                    "the memory limit of {limit} bytes does not hold the runtime: {error}"
                ));
                Exit::Limit
            }
            None => {
                say(format_args!("no memory to start: {error}"));
                Exit::Failed
            }
        }
    }
}

/// The option that a wrong geometry came from.
fn flag_of(error: &GeometryError) -> &'static str {
    match error {
        GeometryError::Pool(_) => "--pool-size",
        GeometryError::Threshold(_) => "--small-threshold",
        _ => "--arena-size",
    }
}

/// What `--free-list` says: a type that has free lists, and how many objects they may hold.
fn free_list(text: &str) -> Result<(FreeListKind, u32), String> {
    let Some((name, cap)) = text.split_once('=') else {
        return Err("write a type and a number, such as tuple=100".to_owned());
    };
    let kind = name.parse().map_err(|error| format!("`{name}` is {error}"))?;
    match cap.parse() {
        Ok(cap) if cap <= MOST_KEPT => Ok((kind, cap)),
        _ => Err(format!("`{cap}` is no number from 0 to {MOST_KEPT}")),
    }
}

/// More than anybody keeps, and less than could be counted wrong.
const MOST_KEPT: u32 = 1_000_000_000;
