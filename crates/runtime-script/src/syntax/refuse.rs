//! Refusals: valid Python outside the accepted subset, or beyond a limit of this runtime.
//!
//! Every construct has a code that never changes its meaning; [`REFUSALS`] is the table that
//! `strata explain CODE` reads. Codes below S100 are constructs that are always refused, S1xx those
//! that a [`Features`](super::Features) switch governs, S9xx limits.

use std::fmt;

/// One kind of refusal: what is refused, and how to write it instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalKind {
    /// Stable code, such as `S001`.
    pub code: &'static str,
    /// The construct's name, in the plural.
    pub construct: &'static str,
    /// A way to write it instead.
    pub instead: &'static str,
}

/// A script that is valid Python but is not run, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code, such as `S001`.
    pub code: &'static str,
    /// The construct's name, in the plural.
    pub construct: &'static str,
    /// The file's name, as messages show it.
    pub file: String,
    /// Line, 1-based.
    pub line: u32,
    /// Column, 1-based, in characters.
    pub column: u32,
    /// A way to write it instead.
    pub instead: &'static str,
}

impl Refusal {
    /// The refusal of `kind` at a place.
    pub fn new(kind: &RefusalKind, file: impl Into<String>, line: u32, column: u32) -> Self {
        let RefusalKind { code, construct, instead } = *kind;
        Self { code, construct, file: file.into(), line, column, instead }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, construct, file, line, column, instead } = self;
        write!(
            f,
            "{file}, line {line}, column {column}: {construct} are not supported; \
             {instead} [{code}]"
        )
    }
}

macro_rules! refusals {
    ($($name:ident = $code:literal, $construct:literal, $instead:literal;)*) => {
        $(
            #[doc = concat!("`", $code, "`: ", $construct, ".")]
            pub const $name: RefusalKind =
                RefusalKind { code: $code, construct: $construct, instead: $instead };
        )*

        /// Every kind of refusal, in the order of the codes.
        pub const REFUSALS: &[RefusalKind] = &[$($name),*];
    };
}

refusals! {
    MATCH = "S001", "match statements", "write the cases as if/elif/else";
    ASYNC_DEF = "S002", "async functions", "write a plain function or a generator";
    ASYNC_FOR = "S003", "async for loops and comprehensions", "write a plain for loop";
    ASYNC_WITH = "S004", "async with statements", "write a plain with statement";
    AWAIT = "S005", "await expressions", "call a plain function";
    EXCEPT_STAR = "S006", "except* clauses", "write a plain except clause";
    TYPE_ALIAS = "S007", "type statements", "assign the type to a name";
    TYPE_PARAMS = "S008", "type parameters", "leave them out; annotations are not checked";
    MATMUL = "S009", "uses of the @ operator", "call a method or a function";
    COMPLEX = "S010", "complex literals", "keep the two parts as separate floats";
    NAMED_ESCAPE = "S011", "\\N{...} escapes", "write the character itself, or \\uXXXX";
    T_STRING = "S012", "t-strings", "write an f-string or call str.format";
    ENCODING = "S013", "source encodings other than UTF-8", "save the file as UTF-8";

    CLASSES = "S101", "class statements", "keep the data in dicts and tuples";
    GENERATORS = "S102", "yield expressions", "build and return a list";
    GENEXPS = "S103", "generator expressions", "write a list comprehension";
    WITH = "S104", "with statements", "write try/finally";
    IMPORTS = "S105", "imports of modules other than sys", "leave the module out";
    DECORATORS = "S106", "decorators", "call the decorator and assign what it returns";
    STAR_ARGS = "S107", "* and ** in parameters and arguments", "name every argument";
    LAMBDAS = "S108", "lambda expressions", "write a def";
    COMPREHENSIONS = "S109", "comprehensions", "write a for loop";
    EXCEPTIONS = "S110", "try and raise statements", "test with if before acting";
    F_STRINGS = "S111", "f-strings", "call str.format, or join strings with +";
    UNPACKING = "S112", "starred targets and displays", "index, slice or concatenate";
    NAMED_EXPRESSIONS = "S113", "assignment expressions", "assign in a statement before";
    ANNOTATIONS = "S114", "annotations", "leave them out";
    SCOPE_STATEMENTS = "S115", "global and nonlocal statements", "return the new value";
    BYTES = "S116", "bytes literals", "write a str, or a list of ints";
    SLICES = "S117", "slices", "index in a loop";
    SETS = "S118", "set displays", "write a dict with None for values";
    ASSERTS = "S119", "assert statements", "test with if and raise";
    DELETES = "S120", "del statements", "assign None";
    NESTED_FUNCTIONS = "S121", "functions inside functions", "move the function to the module";

    TOO_LARGE = "S901", "files over 4 GiB", "split the file";
    TOO_DEEP = "S902", "expressions nested this deeply", "give parts of it names of their own";
    NO_STACK = "S903", "parses without memory for the parser's stack", "raise the memory limit";
    UNKNOWN = "S904", "constructs that this parser does not know", "write it another way";
    TOO_MANY_REGISTERS = "S920", "functions with more than 16,000 variables and intermediate values",
        "split the function";
    TOO_MANY_NAMES = "S921", "functions that use more than 65,000 attribute names",
        "split the function";
    TOO_LONG = "S922", "functions of more than a billion instructions", "split the function";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(REFUSALS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn a_refusal_says_where_what_and_what_instead() {
        assert_eq!(
            Refusal::new(&MATCH, "x.py", 3, 5).to_string(),
            "x.py, line 3, column 5: match statements are not supported; \
             write the cases as if/elif/else [S001]"
        );
    }
}
