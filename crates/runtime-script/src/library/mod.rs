//! Modules that are written in the language itself and come with the runtime.

/// Names and sources of the modules.
const MODULES: &[(&str, &str)] =
    &[("tracemalloc", include_str!("tracemalloc.py")), ("weakref", include_str!("weakref.py"))];

/// The source of a module, when it comes with the runtime.
pub(crate) fn source_of(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}
