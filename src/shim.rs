//! Stands in for the machine until it exists; runs nothing.
#![expect(missing_docs, reason = "goes away when the machine lands")]

use runtime_core::{Floor, Heap, HeapConfig, StampError};
use runtime_script::syntax::{Fault, Source};
use runtime_types::Console;

pub struct Config {
    pub heap: HeapConfig,
    pub hash_seed: u32,
    pub recursion_limit: u32,
}
impl Default for Config {
    fn default() -> Self {
        Self { heap: HeapConfig::default(), hash_seed: 0, recursion_limit: 1000 }
    }
}
pub struct Interp {
    heap: Box<Heap>,
    console: Box<dyn Console>,
}
pub enum Outcome {
    Done,
    Exit(i32),
    Fault(Fault),
    Raised,
}
pub struct Teardown {
    pub leaked_blocks: usize,
    pub leaked_raw: usize,
}
impl Interp {
    pub fn new(config: Config, console: Box<dyn Console>) -> Result<Interp, StampError> {
        Ok(Self { heap: Box::new(Heap::new(config.heap, Floor::Heap)), console })
    }
    pub fn run_main(&self, source: Source, argv: &[String]) -> Outcome {
        let _ = (source, argv);
        let _ = self.console.out(b"");
        Outcome::Done
    }
    pub fn heap(&self) -> &Heap {
        &self.heap
    }
    pub fn current_line_number(&self) -> Option<u32> {
        None
    }
    pub fn finish(self) -> Teardown {
        Teardown { leaked_blocks: 0, leaked_raw: 0 }
    }
}
