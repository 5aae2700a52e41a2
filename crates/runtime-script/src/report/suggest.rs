//! What is appended to a message: the name that was meant, or a module to import.

pub use runtime_types::kernel::suggest::suggest;

/// What is appended to a message: a name that may have been meant, a module to import, or both.
pub fn hint(meant: Option<&str>, module: Option<&str>) -> Option<String> {
    match (meant, module) {
        (Some(meant), Some(module)) => {
            Some(format!(". Did you mean: '{meant}'? Or did you forget to import '{module}'?"))
        }
        (Some(meant), None) => Some(format!(". Did you mean: '{meant}'?")),
        (None, Some(module)) => Some(format!(". Did you forget to import '{module}'?")),
        (None, None) => None,
    }
}
