//! A session: lines that come one after the other, run as soon as they make a statement.
//!
//! ```text
//! line -> chunk so far -> syntax::interactive (whole?) -> compile -> run in __main__
//!                                                                      \-> shows values, sets _
//! ```
//!
//! As CPython's `PyRun_InteractiveLoop`: each statement is a source of its own called `<stdin>`, whose
//! first line is 1; what it raises is shown, and the session goes on.

use runtime_gc::{Borrowed, Ref};
use runtime_types::builtins::{attribute_names, write_line};
use runtime_types::{Cx, Res, dict, protocol};

use crate::compile::CompileError;
use crate::interp::{Interp, Machine, Outcome};
use crate::syntax::{self, Chunk, Fault, Origin, Source};
use crate::vm::run;

/// What became of the lines so far.
#[derive(Debug)]
pub enum Reply {
    /// They are no whole statement yet.
    More,
    /// They were nothing, or ran.
    Done(Outcome),
}

/// The name of every statement's source.
const NAME: &str = "<stdin>";

impl Interp {
    /// Makes `__main__`, for a session, with `exit` and `quit` among the built-in names.
    ///
    /// # Errors
    /// What the runtime wrote about; memory is refused already.
    pub fn begin_session(&self, argv: &[String]) -> Result<(), Outcome> {
        self.machine().set_argv(argv);
        let cx = &mut self.cx();
        let source = Source::new(NAME, Vec::new()).map_err(Outcome::Fault)?;
        let index = self.machine().add_source(source.from_origin(Origin::Text));
        let begun = crate::modules::main_namespace(cx, index).and_then(|globals| {
            self.machine().set_main(globals);
            crate::late_builtins::add_exits(cx)
        });
        begun.map_err(|raised| self.end_of(cx, raised))
    }

    /// Runs the lines in `text`, each with its line end, if they are a whole statement; or if there
    /// will be no more of them, which is `last`.
    ///
    /// Whatever is raised, syntax errors included, has been shown when this returns.
    pub fn feed(&self, text: &str, last: bool) -> Reply {
        let source = match Source::new(NAME, text.as_bytes().to_vec()) {
            Ok(source) => source.from_origin(Origin::Text),
            Err(fault) => return Reply::Done(self.show(fault)),
        };
        let tree = match syntax::parse_chunk(&source, crate::FEATURES, last) {
            Ok(Chunk::Open) => return Reply::More,
            Ok(Chunk::Whole(tree)) => tree,
            Err(fault) => return Reply::Done(self.show(fault)),
        };
        if tree.body.is_empty() {
            return Reply::Done(Outcome::Done);
        }
        let cx = &mut self.cx();
        let index = self.machine().add_source(source);
        let outcome = self.run_chunk(cx, &tree, index);
        let _ = self.machine().world.console.flush();
        Reply::Done(match outcome {
            Ok(()) => Outcome::Done,
            Err(CompileError::Fault(fault)) => self.show(fault),
            Err(CompileError::Raised(raised)) => self.end_of(cx, raised),
        })
    }

    fn run_chunk(
        &self,
        cx: &mut Cx<'_>,
        tree: &ruff_python_ast::ModModule,
        index: u32,
    ) -> Result<(), CompileError> {
        let machine = self.machine();
        let Some(globals) = machine.main() else { return Ok(()) };
        let code = machine.compile_chunk(cx, index, tree)?;
        run::run_module(cx, code.borrow(), globals.borrow())?;
        Ok(())
    }

    /// Shows why lines were not run.
    fn show(&self, fault: Fault) -> Outcome {
        let text = match &fault {
            Fault::Syntax(fault) => fault.to_string(),
            Fault::Refused(refusal) => format!("{refusal}\n"),
        };
        let _ = self.machine().world.console.err(text.as_bytes());
        Outcome::Fault(fault)
    }

    /// What a word may go on as: names in sight for `wo`, attributes for `x.y.wo`; sorted, each whole.
    ///
    /// Attributes on the way are asked for, so code of the session's own may run.
    pub fn completions(&self, word: &str) -> Vec<String> {
        let cx = &mut self.cx();
        let found = match word.rsplit_once('.') {
            None => self.names_in_sight(cx),
            Some((path, _)) => match resolve(cx, self.machine(), path) {
                Some(object) => attribute_names(cx, object.borrow())
                    .into_iter()
                    .map(|name| format!("{path}.{name}"))
                    .collect(),
                None => Vec::new(),
            },
        };
        let tail = word.rsplit('.').next().unwrap_or(word);
        let hidden = |name: &str| name.rsplit('.').next().is_some_and(|last| last.starts_with('_'));
        let mut found: Vec<String> = found
            .into_iter()
            .filter(|name| name.starts_with(word) && (tail.starts_with('_') || !hidden(name)))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn names_in_sight(&self, cx: &Cx<'_>) -> Vec<String> {
        let mut names: Vec<String> = KEYWORDS.iter().map(|&word| word.to_owned()).collect();
        if let Some(main) = self.machine().main() {
            crate::uncaught::add_keys(main.borrow(), &mut names);
        }
        crate::uncaught::add_keys(Machine::of(cx).builtins(), &mut names);
        names
    }
}

/// The object that a dotted path of names leads to.
fn resolve(cx: &mut Cx<'_>, machine: &Machine, path: &str) -> Option<Ref> {
    let mut parts = path.split('.');
    let name = cx.name(parts.next()?).ok()?;
    let main = machine.main()?;
    let mut object = dict::get_name(cx, main.borrow(), name.borrow())
        .or_else(|| dict::get_name(cx, machine.builtins(), name.borrow()))?;
    for part in parts {
        object = match protocol::get_attr_str(cx, object.borrow(), part) {
            Ok(object) => object,
            Err(raised) => {
                drop(cx.take_raised(raised));
                return None;
            }
        };
    }
    Some(object)
}

/// `sys.displayhook`: shows the value of an expression and keeps it as `_`, unless it is `None`.
///
/// # Errors
/// Those of the object's own `repr`, and of the console.
pub(crate) fn display(cx: &mut Cx<'_>, value: Borrowed<'_>) -> Res<()> {
    if cx.is_none(value) {
        return Ok(());
    }
    let builtins = Machine::of(cx).builtins();
    let last = cx.name("_")?;
    // The value before is let go first, so that `repr` is asked when only this one is kept.
    let none = cx.none();
    dict::set(cx, builtins, last.borrow(), none.borrow())?;
    let text = protocol::repr(cx, value)?;
    write_line(cx, text.borrow())?;
    dict::set(cx, builtins, last.borrow(), value)
}

/// Words of the language, and those that are names for it.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];
