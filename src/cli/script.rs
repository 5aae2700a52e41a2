//! Where a script comes from: a file, standard input, or the command line.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use strata::{Fault, Origin, Source};

use super::exit::{Exit, fault_exit, refuse};

/// A script that was read.
pub(crate) struct Script {
    /// What it is called in messages and reports; `sys.argv[0]` too.
    pub(crate) name: String,
    pub(crate) source: Source,
    /// Where its modules lie.
    pub(crate) folder: Option<PathBuf>,
}

/// Larger files are refused by the source's own check, which needs to see no more than this.
const READ_MAX: u64 = 1 << 32;

impl Script {
    /// Reads a file, or standard input for `-`.
    ///
    /// # Errors
    /// What is wrong with it has been said.
    pub(crate) fn read(path: &Path) -> Result<Self, Exit> {
        Self::read_as(path, &whole_path(path).to_string_lossy())
    }

    /// The same without the folders in tracebacks and in what the script sees of its name: whatever
    /// it does is then the same wherever it lies.
    ///
    /// # Errors
    /// As [`Script::read`].
    pub(crate) fn read_placeless(path: &Path) -> Result<Self, Exit> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { source: Self::read_as(path, &name)?.source, name, folder: folder_of(path) })
    }

    fn read_as(path: &Path, shown: &str) -> Result<Self, Exit> {
        let name = path.to_string_lossy().into_owned();
        if name == "-" {
            let bytes = all_of(io::stdin().lock(), "standard input")?;
            // What was read from a stream is gone: tracebacks have no lines to show.
            let source = decode("standard input", "<stdin>", bytes)?.from_origin(Origin::Stream);
            return Ok(Self { name, source, folder: here() });
        }
        let bytes = all_of(open(path, &name)?, &name)?;
        let source = decode(&name, shown, bytes)?;
        Ok(Self { name, source, folder: folder_of(path) })
    }

    /// The text after `-c`. As in CPython it need not end its last line.
    ///
    /// # Errors
    /// What is wrong with it has been said.
    pub(crate) fn of_text(text: &str) -> Result<Self, Exit> {
        let source = decode("the text after -c", "<string>", format!("{text}\n").into_bytes())?;
        let source = source.from_origin(Origin::Text);
        Ok(Self { name: "-c".to_owned(), source, folder: here() })
    }
}

fn open(path: &Path, name: &str) -> Result<File, Exit> {
    let file = File::open(path).map_err(|error| cannot_read(&error, name))?;
    match file.metadata() {
        Ok(facts) if facts.is_dir() => Err(cannot_read(&ErrorKind::IsADirectory.into(), name)),
        _ => Ok(file),
    }
}

fn all_of(from: impl Read, name: &str) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    match from.take(READ_MAX).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(cannot_read(&error, name)),
    }
}

fn cannot_read(error: &io::Error, name: &str) -> Exit {
    match error.kind() {
        ErrorKind::NotFound => refuse(format_args!("{name}: no such file")),
        ErrorKind::IsADirectory => {
            refuse(format_args!("{name}: is a directory; name the script in it"))
        }
        ErrorKind::PermissionDenied => refuse(format_args!("{name}: may not be read")),
        _ => refuse(format_args!("{name}: cannot be read: {error}")),
    }
}

/// The source of `bytes`, which messages of the command call `name` and tracebacks `shown`.
fn decode(name: &str, shown: &str, bytes: Vec<u8>) -> Result<Source, Exit> {
    let bad = std::str::from_utf8(&bytes).err().map(|error| place(&bytes, error.valid_up_to()));
    match (Source::new(shown, bytes), bad) {
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

/// A script's path from the root, as tracebacks show it: it stays right wherever the process goes.
fn whole_path(path: &Path) -> PathBuf {
    match std::env::current_dir() {
        Ok(folder) if path.is_relative() => folder.join(path),
        _ => path.to_owned(),
    }
}

/// The folder that a script lies in, links resolved: modules are looked for there.
fn folder_of(path: &Path) -> Option<PathBuf> {
    Some(path.canonicalize().ok()?.parent()?.to_owned())
}

/// Modules of a script that has no file are looked for where the command was called.
pub(crate) fn here() -> Option<PathBuf> {
    std::env::current_dir().ok()
}
