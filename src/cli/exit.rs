//! How the command ends, and how it speaks.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use strata::Fault;

/// Why the process ends; each is one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: the script ran to its end.
    Success,
    /// 1: an uncaught exception, or a syntax error.
    Failed,
    /// The script's own code, of which the system keeps the low eight bits.
    Script(i32),
    /// 2: wrong usage, or a script that is refused; nothing was run.
    Usage,
    /// 3: a limit ended the script.
    Limit,
    /// 120: standard output could not be written.
    Output,
    /// 130: interrupted from the keyboard.
    Interrupted,
    /// 70: a mistake of Strata's own.
    Internal,
}

impl Exit {
    /// The code that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Script(code) => (code & 0xff) as u8,
            Self::Usage => 2,
            Self::Limit => 3,
            Self::Output => 120,
            Self::Interrupted => 130,
            Self::Internal => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// One message of the command's own, on standard error.
pub(crate) fn say(message: fmt::Arguments<'_>) {
    // When standard error is closed, nobody can be told.
    let _ = writeln!(io::stderr(), "strata: {message}");
}

/// The same, ending the command as wrong usage.
pub(crate) fn refuse(message: fmt::Arguments<'_>) -> Exit {
    say(message);
    Exit::Usage
}

/// Says why a script cannot be run.
pub(crate) fn fault_exit(fault: &Fault) -> Exit {
    match fault {
        Fault::Syntax(fault) => {
            // As CPython prints it, its lines ended.
            let _ = write!(io::stderr(), "{fault}");
            Exit::Failed
        }
        Fault::Refused(refusal) => refuse(format_args!("{refusal}")),
    }
}
