//! `strata heap FILE`: the heap as a map, and why each arena stays.

use std::collections::HashMap;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::json;
use strata::observe::{BlockCode, BlockUse, HeapState, MapStyle, Record};

use super::exit::{Exit, refuse};
use super::options::Options;
use super::recorded;

/// Run a Python script and show its heap: arenas, pools, blocks, and what keeps them
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The script; what it writes goes to standard error
    file: PathBuf,

    /// Words for the script, which finds them in sys.argv
    #[arg(allow_negative_numbers = true)]
    args: Vec<String>,

    /// As it was when this line was about to run for the first time; else after the last line
    #[arg(long, value_name = "N", conflicts_with = "at_event")]
    at_line: Option<u32>,

    /// As it was when so many events had happened
    #[arg(long, value_name = "N")]
    at_event: Option<u64>,

    /// As JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: Options,
}

/// Runs the script and shows the map.
pub(crate) fn run(args: &Args) -> Exit {
    let ran = match recorded::run(&args.file, &args.args, &args.options) {
        Ok(ran) => ran,
        Err(exit) => return exit,
    };
    let (session, name) = (&ran.session, args.file.to_string_lossy());
    let recording = session.recording();
    let end = session.script_end();
    let mut replay = recording.replay();
    let mut at_end = false;
    if let Some(line) = args.at_line {
        loop {
            if replay.state().events() >= end {
                return refuse(format_args!("--at-line {line}: {name} never came to this line"));
            }
            match replay.step() {
                Some(happening) if happening.record == (Record::Line { at: Some((0, line)) }) => {
                    break;
                }
                Some(_) => {}
                None => {
                    return refuse(format_args!(
                        "--at-line {line}: {name} never came to this line"
                    ));
                }
            }
        }
    } else if let Some(event) = args.at_event {
        if event > recording.events() || event < recording.first_event() {
            let (first, last) = (recording.first_event(), recording.events());
            return refuse(format_args!("--at-event {event}: {name} has events {first} to {last}"));
        }
        replay.run_to(event);
    } else {
        replay.run_to(end);
        at_end = true;
    }
    // Who holds what is known of the living only.
    let holders = if at_end { session.holders() } else { HashMap::new() };
    let state = replay.state();
    let text = if args.json {
        format!("{}\n", as_json(state))
    } else {
        let values = if at_end { session.values() } else { HashMap::new() };
        let colour = io::stdout().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let value = |block: BlockCode| values.get(&block).cloned();
        state.map(MapStyle { colour }, &holders, &value)
    };
    match recorded::show(&text) {
        Ok(()) => ran.exit,
        Err(exit) => exit,
    }
}

fn as_json(state: &HeapState) -> serde_json::Value {
    let arenas: Vec<_> = state
        .arenas()
        .map(|(number, pools)| {
            let pools: Vec<_> = pools
                .iter()
                .enumerate()
                .filter(|(_, pool)| pool.block_size > 0)
                .map(|(index, pool)| {
                    let blocks: Vec<_> = pool
                        .blocks
                        .iter()
                        .enumerate()
                        .filter(|(_, block)| block.used != BlockUse::Free)
                        .map(|(index, block)| {
                            let object = state.object(block).map(|object| object.name.to_string());
                            let retired = block.used == BlockUse::Retired;
                            json!({ "block": index, "asked": block.asked, "object": object, "retired": retired })
                        })
                        .collect();
                    json!({
                        "pool": index,
                        "block_size": pool.block_size,
                        "room": pool.blocks.len(),
                        "used": pool.used(),
                        "blocks": blocks,
                    })
                })
                .collect();
            json!({ "arena": number, "pools": pools })
        })
        .collect();
    json!({ "schema": 1, "event": state.events(), "arenas": arenas })
}
