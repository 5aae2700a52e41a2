//! `_codegen`: functions from text, for modules that write methods by what a class says.
//!
//! Not `exec`: the text is one `def`, and what comes back is its function, made in the namespace given.

use runtime_types::args::{Args, NativeDef};
use runtime_types::string::text_of;
use runtime_types::{Cx, Exc, Look, Res, dict, list, module};

use crate::code::CodeObject;
use crate::import;
use crate::syntax::Source;
use crate::vm::function;

const FUNCTIONS: &[NativeDef] = &[NativeDef::exactly("function", 2, from_text)];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = dict::new(cx)?;
    module::add_functions(cx, dict.borrow(), "_codegen", FUNCTIONS)?;
    let (key, name) = (cx.name("__name__")?, cx.name("_codegen")?);
    dict::set_name(cx, dict.borrow(), key.borrow(), name.clone())?;
    module::new(cx, name, dict)
}

/// `function(text, globals)`: the function of the `def` that the text is.
fn from_text(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (text, globals) = list::two(cx, &args)?;
    let bytes = text_of(cx, text)?.to_string().into_bytes();
    let source = match Source::new("<string>", bytes) {
        Ok(source) => source.without_excerpts(),
        Err(_) => return Err(cx.value_error(format_args!("text that is no source"))),
    };
    let module = import::compiled_source(cx, source)?;
    let module: &CodeObject = module.borrow().expect(cx)?;
    let codes = module.parts.consts.iter().find(|value| value.borrow().is_a::<CodeObject>());
    let Some(code) = codes.cloned() else {
        return Err(cx.raise(Exc::SystemError, format_args!("text without a function")));
    };
    let parts = function::Parts {
        code,
        globals: globals.owned(),
        defaults: None,
        kw_defaults: None,
        annotations: None,
        closure: None,
        module: None,
    };
    function::new(cx, parts)
}
