//! `strata why FILE` and `strata layout FILE`: one object, in the middle of a script.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use strata::observe::{BlockUse, HeapState, columns_of, place_text, shortened};
use strata::{Answer, NoAnswer, Question};

use super::exit::{Exit, refuse};
use super::options::Options;
use super::recorded::{self, Recorded};

/// Run a Python script and say who holds an object, reference by reference, and what keeps it alive
#[derive(ClapArgs)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    object: Object,
}

/// Run a Python script and show an object's memory: its fields, its block, its neighbours
#[derive(ClapArgs)]
pub(crate) struct LayoutArgs {
    #[command(flatten)]
    object: Object,
}

#[derive(ClapArgs)]
struct Object {
    /// The script; what it writes goes to standard error
    file: PathBuf,

    /// Words for the script, which finds them in sys.argv
    #[arg(allow_negative_numbers = true)]
    args: Vec<String>,

    /// When this line is about to run for the first time
    #[arg(long, value_name = "N")]
    line: u32,

    /// The object that this name means there
    #[arg(long, value_name = "NAME")]
    name: String,

    #[command(flatten)]
    options: Options,
}

/// Says who holds the object.
pub(crate) fn why(args: &WhyArgs) -> Exit {
    shown(&args.object, |answer, state, text| {
        let Some(count) = answer.count else {
            text.push_str("immortal: its count never moves, and nobody keeps it alive\n");
            return;
        };
        let says = u64::from(count) + 1;
        let _ = writeln!(
            text,
            "count {count}; sys.getrefcount({}) says {says}, since the call holds it, too\n",
            shortened(&args.object.name, 12)
        );
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut from: HashMap<String, usize> = HashMap::new();
        for unit in &answer.units {
            let place = unit.place.clone().unwrap_or_default();
            let row = match unit.object.and_then(|block| state.object_at(block)) {
                Some(object) => (object.name.to_string(), place),
                None => match unit.kind {
                    "variable" => (format!("variable of {}", unit.holder), place),
                    "temporary" => ("temporary".to_owned(), format!("of {}", unit.holder)),
                    _ => (unit.holder.clone(), place),
                },
            };
            // A holder that has it a million times is one row for most of them.
            let times = from.entry(row.0.clone()).or_default();
            *times += 1;
            if *times <= SHOWN {
                rows.push(row);
            }
        }
        let width = rows.iter().map(|(holder, _)| columns_of(holder)).max().unwrap_or(0);
        let mut rows = rows.into_iter().peekable();
        while let Some((holder, place)) = rows.next() {
            let blank = width.saturating_sub(columns_of(&holder));
            let mut row = |place: &str| {
                let row = format!("  {holder}{:blank$}  {place}", "");
                let _ = writeln!(text, "{}", shortened(row.trim_end(), COLUMNS));
            };
            row(&place);
            if rows.peek().is_none_or(|(next, _)| *next != holder)
                && let Some(times) = from.remove(&holder)
                && times > SHOWN
            {
                row(&format!("... and {} times more", times - SHOWN));
            }
        }
        text.push('\n');
        match &answer.path {
            Some(path) => {
                text.push_str("kept alive by ");
                let steps = path.iter().map(String::as_str).collect::<Vec<_>>();
                wrapped(text, "kept alive by ".len(), &some_of(&steps), " -> ");
            }
            None => text.push_str(
                "no name leads to it: a cycle keeps it until the next collection, or native code\n\
                 does\n",
            ),
        }
    })
}

/// Shows the object's memory.
pub(crate) fn layout(args: &LayoutArgs) -> Exit {
    shown(&args.object, |answer, state, text| {
        let _ = writeln!(text, "offset  bytes  field");
        let mut end = 0;
        for field in &answer.fields {
            let value = match field.name.as_str() {
                "reference count" => {
                    answer.count.map_or_else(|| "immortal".to_owned(), |count| count.to_string())
                }
                "type" => answer.type_name.clone(),
                "length" => answer.length.map_or_else(String::new, |length| length.to_string()),
                _ => String::new(),
            };
            let row = format!("{:>6}  {:>5}  {:<26} {value}", field.offset, field.size, field.name);
            let _ = writeln!(text, "{}", row.trim_end());
            end = field.offset + field.size as isize;
        }
        let slack = answer.granted.saturating_sub(answer.asked);
        if slack > 0 {
            let _ = writeln!(
                text,
                "{end:>6}  {slack:>5}  slack: its block has {} bytes",
                answer.granted
            );
        }
        if let Some((bytes, granted)) = answer.array {
            let _ =
                writeln!(text, "\nbeside it an array of {bytes} bytes, in a block of {granted}");
        }
        let sides = neighbours(answer, state);
        if !sides.is_empty() {
            text.push_str("\nneighbours in the pool\n");
            for (place, what) in sides {
                let _ = writeln!(text, "  {place:<14}  {what}");
            }
        }
    })
}

/// The blocks in front of and behind the object's, and what lies there.
fn neighbours(answer: &Answer, state: &HeapState) -> Vec<(String, String)> {
    let Some(mine) = state.place(answer.block) else { return Vec::new() };
    let pools = state.arenas().find(|(number, _)| *number == mine.arena).map(|(_, pools)| pools);
    let Some(pool) = pools.and_then(|pools| pools.get(usize::from(mine.pool))) else {
        return Vec::new();
    };
    let around = [mine.block.checked_sub(1), Some(mine.block), mine.block.checked_add(1)];
    let rows = around.into_iter().flatten().filter_map(|block| {
        let found = pool.blocks.get(usize::from(block))?;
        let what = match (found.used, state.object(found)) {
            (BlockUse::Free, _) => "free".to_owned(),
            (BlockUse::Retired, Some(object)) => format!("{}, retired", object.name),
            (_, Some(object)) => object.name.to_string(),
            (_, None) if block == mine.block => format!("{}, this one", answer.type_name),
            (_, None) => "an array, or an object from before".to_owned(),
        };
        Some((runtime_place(mine.arena, mine.pool, block), what))
    });
    rows.collect()
}

fn runtime_place(arena: u32, pool: u16, block: u16) -> String {
    format!("a{arena}/p{pool}/b{block}")
}

/// Columns of a row.
const COLUMNS: usize = 80;
/// References from one holder that are shown before they are only counted.
const SHOWN: usize = 8;
/// Steps of a way that are shown, at its beginning and at its end.
const STEPS: usize = 6;

/// A way without its middle, when it is long.
fn some_of<'a>(steps: &[&'a str]) -> Vec<&'a str> {
    match (steps.get(..STEPS), steps.len().checked_sub(STEPS).and_then(|from| steps.get(from..))) {
        (Some(first), Some(last)) if steps.len() > 2 * STEPS + 1 => {
            [first, &["..."], last].concat()
        }
        _ => steps.to_vec(),
    }
}

/// Writes parts behind what stands in the row up to `column`, in as many rows as they need.
fn wrapped(text: &mut String, mut column: usize, parts: &[&str], between: &str) {
    for (index, part) in parts.iter().enumerate() {
        let more = if index + 1 < parts.len() { between } else { "" };
        let margin = if index == 0 { column } else { 4 };
        let part = shortened(part, COLUMNS - margin - more.trim_end().len());
        let width = columns_of(&part);
        if index > 0 && column + width + more.trim_end().len() > COLUMNS {
            text.truncate(text.trim_end().len());
            text.push_str("\n    ");
            column = margin;
        }
        text.push_str(&part);
        text.push_str(more);
        column += width + more.len();
    }
    text.push('\n');
}

/// Runs the script, asks, and shows what `tell` has to say under a line about the object.
fn shown(object: &Object, tell: impl FnOnce(&Answer, &HeapState, &mut String)) -> Exit {
    let question = Question { line: object.line, name: object.name.clone() };
    let ran = recorded::run_asking(&object.file, &object.args, &object.options, question);
    let (Recorded { session, exit, .. }, answer) = match ran {
        Ok(ran) => ran,
        Err(exit) => return exit,
    };
    let (file, line, name) = (object.file.to_string_lossy(), object.line, &object.name);
    let answer = match answer {
        Ok(answer) => answer,
        Err(NoAnswer::NoLine) => {
            return refuse(format_args!("--line {line}: {file} never came to this line"));
        }
        Err(NoAnswer::NoName) => {
            return refuse(format_args!(
                "--name {name}: no such name is bound when line {line} of {file} is about to run"
            ));
        }
        Err(NoAnswer::NoMemory) => return refuse(format_args!("no memory to look at the heap")),
    };
    let recording = session.recording();
    let mut replay = recording.replay();
    let state = replay.run_to(answer.event);
    let mut head = format!("{name} on line {line} of {file}");
    if let Some(function) = &answer.function {
        let _ = write!(head, ", in {function}");
    }
    head.push_str(": ");
    match state.object_at(answer.block) {
        Some(known) => {
            let _ = write!(head, "{}", known.name);
        }
        None => {
            let _ = write!(head, "{} from before the script", answer.type_name);
        }
    }
    let mut parts = vec![head];
    parts.extend(answer.value.clone());
    parts.push(format!("at {}", place_text(state, answer.block)));
    if let Some((source, line @ 1..)) = state.object_at(answer.block).and_then(|known| known.born) {
        let of = recording.sources.get(source as usize).filter(|_| source > 0);
        let of = of.map_or_else(String::new, |source| format!(" of {}", source.name));
        parts.push(format!("born on line {line}{of}"));
    }
    let mut text = String::new();
    wrapped(&mut text, 0, &parts.iter().map(String::as_str).collect::<Vec<_>>(), ", ");
    text.push('\n');
    tell(&answer, state, &mut text);
    match recorded::show(&text) {
        Ok(()) => exit,
        Err(exit) => exit,
    }
}
