//! Lines on a terminal: editing, history, completion.

use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::config::{CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};
use strata::Interp;

use super::Line;

/// Edits lines; keeps their history in a file from session to session.
pub(super) struct Editor<'a> {
    lines: rustyline::Editor<Names<'a>, FileHistory>,
    history: Option<PathBuf>,
}

/// Lines of history that are kept.
const KEPT: usize = 1000;

impl<'a> Editor<'a> {
    /// An editor that completes the names of a session.
    ///
    /// # Errors
    /// When the terminal cannot be used.
    pub(super) fn new(interp: &'a Interp) -> rustyline::Result<Self> {
        let config = Config::builder()
            .max_history_size(KEPT)?
            .completion_type(CompletionType::List)
            .auto_add_history(true)
            .build();
        let mut lines = rustyline::Editor::with_config(config)?;
        lines.set_helper(Some(Names { interp }));
        let history = history_file();
        if let Some(path) = &history {
            // There is none the first time.
            let _ = lines.load_history(path);
        }
        Ok(Self { lines, history })
    }

    /// The next line, with its line end.
    pub(super) fn line(&mut self, prompt: &str) -> Line {
        match self.lines.readline(prompt) {
            Ok(text) => Line::Text(text + "\n"),
            Err(ReadlineError::Interrupted) => Line::Cancelled,
            Err(_) => Line::End,
        }
    }
}

impl Drop for Editor<'_> {
    fn drop(&mut self) {
        if let Some(path) = &self.history {
            // A session that cannot be remembered is over all the same.
            let _ = self.lines.save_history(path);
        }
    }
}

/// `STRATA_HISTORY`, or a file in the home folder; none when it is set to nothing.
fn history_file() -> Option<PathBuf> {
    match std::env::var_os("STRATA_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => Some(std::env::home_dir()?.join(".strata_history")),
    }
}

/// Completes names and attributes; Tab on an empty line indents.
struct Names<'a> {
    interp: &'a Interp,
}

impl Completer for Names<'_> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let before = line.get(..at).unwrap_or(line);
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let start = before.trim_end_matches(is_part).len();
        let word = before.get(start..).unwrap_or("");
        if word.is_empty() {
            return Ok((at, vec!["    ".to_owned()]));
        }
        Ok((start, self.interp.completions(word)))
    }
}

impl Hinter for Names<'_> {
    type Hint = String;
}

impl Highlighter for Names<'_> {}
impl Validator for Names<'_> {}
impl Helper for Names<'_> {}
