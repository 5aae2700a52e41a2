//! `strata run FILE`: runs a script, and says what that cost when asked.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use strata::stats::{Style, Watch};
use strata::{
    Config, Console, DebugHooks, Fault, FreeListCaps, FreeListKind, FullPools, Geometry,
    GeometryError, HeapConfig, Interp, Outcome, Policy, SmallAllocator, Source, StampError,
};

use super::console::Terminal;
use super::exit::{Exit, refuse, say};
use super::{misuse, size};

/// Run a Python script
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The script
    file: PathBuf,

    /// Words for the script, which finds them in sys.argv; put `--` before words that begin with a
    /// dash
    #[arg(allow_negative_numbers = true)]
    args: Vec<String>,

    /// When the script's last line has run, report what its objects cost, on standard error
    #[arg(
        long,
        value_name = "FORMAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "table"
    )]
    stats: Option<Format>,

    /// Write the report to this file instead
    #[arg(long, value_name = "PATH")]
    stats_to: Option<PathBuf>,

    /// Refuse the script more memory than this, such as 64M
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    max_memory: Option<usize>,

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
enum Format {
    /// Tables for people
    Table,
    /// One line of JSON
    Json,
}

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

/// Runs the script.
pub(crate) fn run(args: &Args) -> Exit {
    let name = args.file.to_string_lossy();
    let config = match args.config() {
        Ok(config) => config,
        Err(error) => return refuse(format_args!("{}: {error}", flag_of(&error))),
    };
    let path = whole_path(&args.file);
    let source = match read(&args.file, &name, &path.to_string_lossy()) {
        Ok(source) => source,
        Err(exit) => return exit,
    };
    let console = match Terminal::new() {
        Ok(console) => console,
        Err(error) => return refuse(format_args!("cannot open standard output: {error}")),
    };
    let interp = match Interp::new(config, Box::new(console.clone())) {
        Ok(interp) => interp,
        Err(error) => return no_runtime(args, &error),
    };
    if let Some(folder) = folder_of(&path) {
        interp.set_module_folder(folder);
    }
    let words: Vec<String> =
        std::iter::once(name.clone().into_owned()).chain(args.args.clone()).collect();
    let outcome = match args.format() {
        None => interp.run_main(source, &words),
        Some(format) => {
            let text = source.text().to_owned();
            let watch = Watch::begin(&interp);
            let outcome = interp.run_main(source, &words);
            let stats = watch.stats((&name, &text), crate::HOST.memory());
            drop(watch);
            // The script's output comes before the report on it.
            let _ = console.flush();
            if !matches!(outcome, Outcome::Fault(_))
                && let Err(error) = args.report(format, &stats)
            {
                say(format_args!("cannot write the report: {error}"));
            }
            outcome
        }
    };
    let exit = match outcome {
        Outcome::Raised { .. } if args.hit_the_limit(&console) => Exit::Limit,
        outcome => exit_of(&outcome),
    };
    let damaged = misuse::found(interp.heap());
    // What the globals' finalizers print is the last of the script's output.
    let mut late = false;
    interp.finish_and(|heap| late = misuse::found(heap));
    let _ = console.flush();
    if damaged || late { Exit::Internal } else { exit }
}

pub(super) fn exit_of(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Done => Exit::Success,
        Outcome::Exit(code) => Exit::Script(*code),
        Outcome::Raised { interrupted: true } => Exit::Interrupted,
        Outcome::Raised { interrupted: false } => Exit::Failed,
        Outcome::Fault(fault) => fault_exit(fault),
    }
}

/// Says why a script cannot be run.
fn fault_exit(fault: &Fault) -> Exit {
    match fault {
        Fault::Syntax(fault) => {
            // As CPython prints it, its lines ended.
            let _ = write!(io::stderr(), "{fault}");
            Exit::Failed
        }
        Fault::Refused(refusal) => refuse(format_args!("{refusal}")),
    }
}

impl Args {
    fn config(&self) -> Result<Config, GeometryError> {
        let small = match self.allocator {
            Allocator::Pymalloc => SmallAllocator::Pools,
            Allocator::System => SmallAllocator::System,
        };
        let heap = HeapConfig {
            small,
            limit: self.max_memory,
            geometry: Geometry::new(self.pool_size, self.arena_size, self.small_threshold)?,
            full_pools: match self.full_pools {
                Full::First => FullPools::First,
                Full::Last => FullPools::Last,
            },
            debug: self.debug_heap.then(DebugHooks::default),
            // From the first block on, so that the report can tell what was asked from what was
            // added by rounding.
            count_requests: self.format().is_some(),
            ..HeapConfig::default()
        };
        let gc = match self.gc {
            Gc::Off => Policy::Off,
            Gc::Stress => Policy::Stress,
            Gc::Generational => Policy::Generational,
        };
        let caps = self.free_list.iter();
        let free_lists =
            caps.fold(FreeListCaps::default(), |caps, &(kind, cap)| caps.with(kind, cap));
        Ok(Config { heap, gc, free_lists, ..Config::default() })
    }

    /// Whether the exception that ended the script is the limit's doing; if so, says it.
    fn hit_the_limit(&self, console: &Terminal) -> bool {
        // The traceback's last line is all that is known here of the exception.
        let Some(limit) = self.max_memory.filter(|_| console.last_error_is("MemoryError")) else {
            return false;
        };
        say(format_args!("the memory limit of {limit} bytes was reached (--max-memory)"));
        true
    }

    /// The report that was asked for: naming a file for it asks for the table.
    fn format(&self) -> Option<Format> {
        self.stats.or(self.stats_to.is_some().then_some(Format::Table))
    }

    fn report(&self, format: Format, stats: &strata::stats::Stats) -> io::Result<()> {
        let colour = self.stats_to.is_none()
            && io::stderr().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let style = if colour { Style::Colour } else { Style::Plain };
        let text = match format {
            Format::Table => stats.to_table(style),
            Format::Json => stats.to_json() + "\n",
        };
        match &self.stats_to {
            None => io::stderr().write_all(text.as_bytes()),
            Some(path) => std::fs::write(path, text),
        }
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

/// The option that a wrong geometry came from.
fn flag_of(error: &GeometryError) -> &'static str {
    match error {
        GeometryError::Pool(_) => "--pool-size",
        GeometryError::Threshold(_) => "--small-threshold",
        _ => "--arena-size",
    }
}

fn no_runtime(args: &Args, error: &StampError) -> Exit {
    match args.max_memory {
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

/// A script's path from the root, as tracebacks show it: it stays right wherever the process goes.
pub(super) fn whole_path(path: &Path) -> PathBuf {
    match std::env::current_dir() {
        Ok(folder) if path.is_relative() => folder.join(path),
        _ => path.to_owned(),
    }
}

/// The folder that a script lies in, links resolved: modules are looked for there.
pub(super) fn folder_of(path: &Path) -> Option<PathBuf> {
    Some(path.canonicalize().ok()?.parent()?.to_owned())
}

/// Larger files are refused by the source's own check, which needs to see no more than this.
const READ_MAX: u64 = 1 << 32;

/// Reads and decodes the script; what is wrong with it has been said.
pub(super) fn read(path: &Path, name: &str, whole: &str) -> Result<Source, Exit> {
    let cannot = |error: &io::Error| match error.kind() {
        ErrorKind::NotFound => refuse(format_args!("{name}: no such file")),
        ErrorKind::IsADirectory => {
            refuse(format_args!("{name}: is a directory; name the script in it"))
        }
        ErrorKind::PermissionDenied => refuse(format_args!("{name}: may not be read")),
        _ => refuse(format_args!("{name}: cannot be read: {error}")),
    };
    let file = File::open(path).map_err(|error| cannot(&error))?;
    let mut bytes = Vec::new();
    file.take(READ_MAX).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    let bad = std::str::from_utf8(&bytes).err().map(|error| place(&bytes, error.valid_up_to()));
    match (Source::new(whole, bytes), bad) {
        (Ok(source), _) => Ok(source),
        (Err(Fault::Refused(refusal)), _) => Err(refuse(format_args!("{refusal}"))),
        (Err(_), Some((line, column, byte))) => Err(refuse(format_args!(
            "{name}, line {line}, column {column}: byte 0x{byte:02x} is not UTF-8; save the file \
             as UTF-8"
        ))),
        (Err(fault), None) => Err(fault_exit(&fault)),
    }
}

/// Line and column, 1-based and in characters, of the byte at `offset`, and the byte.
fn place(bytes: &[u8], offset: usize) -> (usize, usize, u8) {
    let before = String::from_utf8_lossy(bytes.get(..offset).unwrap_or(bytes));
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    (line, column, bytes.get(offset).copied().unwrap_or(0))
}
