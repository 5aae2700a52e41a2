//! Modules that are written in the language itself and come with the runtime.

macro_rules! modules {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!($name, ".py")))),*]
    };
}

/// Names and sources of the modules.
const MODULES: &[(&str, &str)] = modules! {
    "__future__"
    "_collections_abc"
    "abc"
    "contextlib"
    "copy"
    "dataclasses"
    "enum"
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
