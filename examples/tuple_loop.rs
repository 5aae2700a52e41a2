//! Embeds a runtime: runs the tuple loop, watches it, and reads the figures.
//!
//! ```console
//! $ cargo run --release --example tuple_loop
//! ```

use std::cell::RefCell;
use std::error::Error;
use std::io;
use std::rc::Rc;

use strata::stats::{HostMemory, Watch};
use strata::{Config, Console, Interp, Outcome, Source};

const SCRIPT: &str = "\
for i in range(100_000):
    x = (i, i + 1)
print('the last tuple is', x)
";

/// Keeps what a script prints.
#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Console for Page {
    fn out(&self, bytes: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn err(&self, bytes: &[u8]) -> io::Result<()> {
        self.out(bytes)
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let page = Page::default();
    let interp = Interp::new(Config::default(), Box::new(page.clone()))?;

    let watch = Watch::begin(&interp);
    let outcome = interp.run_main(Source::new("loop.py", SCRIPT.into())?, &["loop.py".into()]);
    let stats = watch.stats(("loop.py", SCRIPT), HostMemory::default());
    drop(watch);

    print!("{}", String::from_utf8_lossy(&page.0.borrow()));
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
