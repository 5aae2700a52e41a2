//! Modules that are written in the language itself and come with the runtime. They are read and
//! compiled when a program imports them.

pub(crate) mod named;

macro_rules! modules {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!($name, ".py")))),*]
    };
}

/// Names and sources of the modules.
const MODULES: &[(&str, &str)] = modules! {
    "__future__"
    "_collections_abc"
    "_oserrors"
    "_sitebuiltins"
    "abc"
    "collections"
    "contextlib"
    "copy"
    "copyreg"
    "dataclasses"
    "enum"
    "functools"
    "heapq"
    "io"
    "random"
    "string"
    "tracemalloc"
    "typing"
    "weakref"
};

/// The source of a module, when it comes with the runtime.
pub(crate) fn source_of(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}
