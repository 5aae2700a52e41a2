//! Embeds a runtime: runs the tuple loop, watches it, and reads the figures.
//!
//! ```console
//! $ cargo run --release --example tuple_loop
//! ```

use std::error::Error;

use strata::stats::{HostMemory, Watch};
use strata::{Captured, Config, Interp, Outcome, Source};

const SCRIPT: &str = "\
for i in range(100_000):
    x = (i, i + 1)
print('the last tuple is', x)
";

fn main() -> Result<(), Box<dyn Error>> {
    let page = Captured::default();
    let interp = Interp::new(Config::default(), Box::new(page.clone()))?;

    let watch = Watch::begin(&interp);
    let outcome = interp.run_main(Source::new("loop.py", SCRIPT.into())?, &["loop.py".into()]);
    let stats = watch.stats(("loop.py", SCRIPT), HostMemory::default());
    drop(watch);

    print!("{}", page.take());
    if !matches!(outcome, Outcome::Done) {
        return Err(format!("the script ended with {outcome:?}").into());
    }
    if let Some(tuples) = stats.types.get("tuple") {
        println!("{} tuples born, {} from the free list", tuples.born, tuples.served.free_list);
    }
    println!("{} arena, {} requests to the system", stats.arenas.current, stats.system.calls);

    let left = interp.finish();
    if left.leaked_blocks + left.leaked_raw > 0 {
        return Err(format!("the runtime left something behind: {left:?}").into());
    }
    Ok(())
}
