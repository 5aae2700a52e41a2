//! What the tests that run scripts share: a tape for both streams, and a run that leaves nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::cell::RefCell;
use std::rc::Rc;

use runtime_script::syntax::Source;
use runtime_script::{Config, Interp, Outcome};
use runtime_types::Console;

/// Both streams on one tape.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Console for Tape {
    fn out(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn err(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.out(bytes)
    }

    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a script as the file `NAME.py`; gives what it wrote, without addresses. Its runtime must leave
/// nothing behind.
pub(crate) fn run(name: &str, script: &[u8]) -> String {
    let tape = Tape::default();
    let source = Source::new(format!("{name}.py"), script.to_vec()).unwrap();
    let interp = Interp::new(Config::default(), Box::new(tape.clone())).unwrap();
    let outcome = interp.run_main(source, &[]);
    assert!(!matches!(outcome, Outcome::Fault(_)), "{name}: {outcome:?}");
    let left = interp.finish();
    assert_eq!(left.leaked_blocks + left.leaked_raw, 0, "{name} leaves blocks");
    let text = String::from_utf8(tape.0.take()).unwrap();
    without_addresses(&text)
}

fn without_addresses(text: &str) -> String {
    let mut pieces = text.split("0x");
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (address, rest) = piece.split_at(digits);
        clean.push_str("0x");
        clean.push_str(if digits < 6 { address } else { "ADDR" });
        clean.push_str(rest);
    }
    clean
}
