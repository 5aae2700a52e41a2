//! Modules that are written in the language itself and come with the runtime. They are read and
//! compiled when a program imports them.

pub(crate) mod named;

/// Names and sources of the modules.
const MODULES: &[(&str, &str)] = &[
    ("_collections_abc", include_str!("_collections_abc.py")),
    ("collections", include_str!("collections.py")),
    ("functools", include_str!("functools.py")),
    ("heapq", include_str!("heapq.py")),
    ("tracemalloc", include_str!("tracemalloc.py")),
    ("weakref", include_str!("weakref.py")),
];

/// The source of a module, when it comes with the runtime.
pub(crate) fn source_of(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}
