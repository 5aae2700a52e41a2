//! Arguments to parameters: defaults, keywords, `*args`, `**kwargs`, and CPython's complaints.

use runtime_core::Obj;
use runtime_gc::{Borrowed, Ref, incref};
use runtime_types::args::Args;
use runtime_types::string::text_of;
use runtime_types::{Cx, Exc, Look, Raised, Res, dict, iter, protocol};

use super::function::FunctionObject;
use crate::code::CodeObject;

/// Puts arguments into the registers of a new frame.
///
/// # Errors
/// `TypeError` when they do not fit the parameters; registers filled by then stay filled.
///
/// # Safety
/// `registers` are those of a new frame of the function's code, all empty.
pub(crate) unsafe fn bind(
    cx: &mut Cx<'_>,
    function: &FunctionObject,
    code: &CodeObject,
    registers: *mut Option<Obj>,
    args: Args<'_>,
) -> Res<()> {
    let binder = Binder { function, code, registers };
    binder.positional(cx, args)?;
    binder.keywords(cx, args)?;
    binder.too_many(cx, args)?;
    binder.defaults(cx)?;
    binder.keyword_defaults(cx)
}

struct Binder<'a> {
    function: &'a FunctionObject,
    code: &'a CodeObject,
    registers: *mut Option<Obj>,
}

impl Binder<'_> {
    fn is_set(&self, register: usize) -> bool {
        // SAFETY: parameters are the first registers of the frame.
        unsafe { (*self.registers.add(register)).is_some() }
    }

    fn set(&self, register: usize, value: Borrowed<'_>) {
        self.set_owned(register, value.owned());
    }

    fn set_owned(&self, register: usize, value: Ref) {
        debug_assert!(!self.is_set(register));
        // SAFETY: as in `is_set`; the register was empty.
        unsafe { *self.registers.add(register) = Some(value.into_raw()) };
    }

    fn var_args_register(&self) -> usize {
        let params = self.code.parts.params;
        usize::from(params.positional + params.keyword_only)
    }

    fn positional(&self, cx: &Cx<'_>, args: Args<'_>) -> Res<()> {
        let params = self.code.parts.params;
        let fit = usize::from(params.positional);
        for (register, value) in args.positionals().iter().take(fit).enumerate() {
            self.set(register, *value);
        }
        if params.var_args {
            let rest = args.positionals().get(fit..).unwrap_or_default();
            self.set_owned(self.var_args_register(), cx.tuple_from(rest)?);
        }
        Ok(())
    }

    fn keywords(&self, cx: &mut Cx<'_>, args: Args<'_>) -> Res<()> {
        let params = self.code.parts.params;
        let rest = params.var_keywords.then(|| dict::new(cx)).transpose()?;
        if let Some(rest) = &rest {
            let register = self.var_args_register() + usize::from(params.var_args);
            self.set(register, rest.borrow());
        }
        if args.names().is_empty() {
            return Ok(());
        }
        let named = usize::from(params.positional + params.keyword_only);
        let first = usize::from(params.positional_only);
        for (name, value) in args.keywords() {
            let known = (first..named).find(|&register| self.is_parameter(register, name));
            match (known, &rest) {
                (Some(register), _) if self.is_set(register) => {
                    let text = text_of(cx, name)?;
                    return Err(
                        self.error(cx, format_args!("got multiple values for argument '{text}'"))
                    );
                }
                (Some(register), _) => self.set(register, value),
                (None, Some(rest)) => dict::set(cx, rest.borrow(), name, value)?,
                (None, None) => return Err(self.unexpected(cx, args, name)),
            }
        }
        Ok(())
    }

    fn is_parameter(&self, register: usize, name: Borrowed<'_>) -> bool {
        let Some(parameter) = self.code.variable(register) else { return false };
        if parameter.is(name) {
            return true;
        }
        match (
            parameter.view::<runtime_types::string::StrObject>(),
            name.view::<runtime_types::string::StrObject>(),
        ) {
            (Some(a), Some(b)) => runtime_types::string::equal(a, b),
            _ => false,
        }
    }

    fn unexpected(&self, cx: &Cx<'_>, args: Args<'_>, name: Borrowed<'_>) -> Raised {
        let params = self.code.parts.params;
        let only = usize::from(params.positional_only);
        let misused: Vec<String> = args
            .names()
            .iter()
            .filter(|name| (0..only).any(|register| self.is_parameter(register, **name)))
            .filter_map(|name| text_of(cx, *name).ok().map(|text| text.to_string()))
            .collect();
        if !misused.is_empty() {
            let names = misused.join(", ");
            return self.error(
                cx,
                format_args!(
                    "got some positional-only arguments passed as keyword arguments: '{names}'"
                ),
            );
        }
        let Ok(text) = text_of(cx, name) else {
            return cx.type_error(format_args!("keywords must be strings"));
        };
        let text = text.to_string();
        let named = usize::from(params.positional + params.keyword_only);
        let candidates: Vec<String> =
            (only..named).filter_map(|register| self.parameter_text(register)).collect();
        let candidates = candidates.iter().map(String::as_str);
        match crate::report::suggest(&text, candidates) {
            Some(near) => self.error(
                cx,
                format_args!("got an unexpected keyword argument '{text}'. Did you mean '{near}'?"),
            ),
            None => self.error(cx, format_args!("got an unexpected keyword argument '{text}'")),
        }
    }

    fn parameter_text(&self, register: usize) -> Option<String> {
        let name = self.code.variable(register)?;
        Some(name.view::<runtime_types::string::StrObject>()?.text().to_string())
    }

    fn too_many(&self, cx: &Cx<'_>, args: Args<'_>) -> Res<()> {
        let params = self.code.parts.params;
        let most = usize::from(params.positional);
        let given = args.len();
        if given <= most || params.var_args {
            return Ok(());
        }
        let defaults = self.default_count();
        let named = usize::from(params.keyword_only);
        let keyword_given = (most..most + named).filter(|&r| self.is_set(r)).count();
        let plural = if most == 1 { "" } else { "s" };
        let takes = if defaults > 0 {
            // A program may set more defaults than there are parameters.
            format!("from {} to {most}", most as isize - defaults as isize)
        } else {
            most.to_string()
        };
        let plural = if defaults > 0 { "s" } else { plural };
        let were = if given == 1 && keyword_given == 0 { "was" } else { "were" };
        let error = if keyword_given > 0 {
            let (some, more) =
                (if given == 1 { "" } else { "s" }, if keyword_given == 1 { "" } else { "s" });
            self.error(
                cx,
                format_args!(
                    "takes {takes} positional argument{plural} but {given} positional \
                     argument{some} (and {keyword_given} keyword-only argument{more}) were given"
                ),
            )
        } else {
            self.error(
                cx,
                format_args!("takes {takes} positional argument{plural} but {given} {were} given"),
            )
        };
        Err(error)
    }

    fn default_count(&self) -> usize {
        let Some(defaults) = self.function.defaults.get() else { return 0 };
        defaults.borrow().view::<runtime_types::tuple::TupleObject>().map_or(0, |t| t.len())
    }

    fn defaults(&self, cx: &Cx<'_>) -> Res<()> {
        let params = self.code.parts.params;
        let count = usize::from(params.positional);
        if (0..count).all(|register| self.is_set(register)) {
            return Ok(());
        }
        let defaults = self.function.defaults.get();
        let tuple = defaults
            .as_ref()
            .and_then(|defaults| defaults.borrow().view::<runtime_types::tuple::TupleObject>());
        let values = tuple.map_or(&[][..], |tuple| tuple.items());
        // Of more defaults than parameters the last ones count.
        let values = values.get(values.len().saturating_sub(count)..).unwrap_or_default();
        let first = count - values.len();
        let missing = (0..first).filter(|&register| !self.is_set(register));
        self.complain(cx, missing, "positional")?;
        for (register, value) in (first..count).zip(values) {
            if !self.is_set(register) {
                self.set(register, *value);
            }
        }
        Ok(())
    }

    fn keyword_defaults(&self, cx: &mut Cx<'_>) -> Res<()> {
        let params = self.code.parts.params;
        let first = usize::from(params.positional);
        let named = first..first + usize::from(params.keyword_only);
        let defaults = self.function.kw_defaults.get();
        for register in named.clone().filter(|&register| !self.is_set(register)) {
            if let (Some(defaults), Some(name)) = (&defaults, self.code.variable(register))
                && let Some(value) = dict::get(cx, defaults.borrow(), name)?
            {
                self.set_owned(register, value);
            }
        }
        let missing = named.filter(|&register| !self.is_set(register));
        self.complain(cx, missing, "keyword-only")
    }

    /// Names the parameters that got nothing.
    fn complain(&self, cx: &Cx<'_>, missing: impl Iterator<Item = usize>, kind: &str) -> Res<()> {
        let names: Vec<String> =
            missing.filter_map(|register| self.parameter_text(register)).collect();
        let list = match names.as_slice() {
            [] => return Ok(()),
            [only] => format!("'{only}'"),
            [first, second] => format!("'{first}' and '{second}'"),
            [first @ .., last] => format!("'{}', and '{last}'", first.join("', '")),
        };
        let count = names.len();
        let plural = if count == 1 { "" } else { "s" };
        Err(self
            .error(cx, format_args!("missing {count} required {kind} argument{plural}: {list}")))
    }

    fn error(&self, cx: &Cx<'_>, message: std::fmt::Arguments<'_>) -> Raised {
        let name = self.function.qualname.get().unwrap_or_else(|| cx.empty_str());
        match text_of(cx, name.borrow()) {
            Ok(name) => cx.type_error(format_args!("{name}() {message}")),
            Err(raised) => raised,
        }
    }
}

/// Moves positional arguments as they are: for functions of just these parameters.
///
/// # Safety
/// `from` holds `count` owned references, which are taken; `to` are empty registers.
#[inline(always)]
pub(crate) unsafe fn move_arguments(from: *mut Option<Obj>, to: *mut Option<Obj>, count: usize) {
    for i in 0..count {
        // SAFETY: per contract.
        unsafe { *to.add(i) = from.add(i).replace(None) };
    }
}

/// Adds a reference to each of some objects and writes them down.
///
/// # Safety
/// The objects are alive; `to` are empty registers.
pub(crate) unsafe fn copy_arguments(from: &[Borrowed<'_>], to: *mut Option<Obj>) {
    for (i, value) in from.iter().enumerate() {
        // SAFETY: per contract.
        unsafe {
            incref(value.as_obj());
            *to.add(i) = Some(value.as_obj());
        }
    }
}

/// What a message calls a callable: `module.qualname()`, without the module for a built-in; itself as
/// text when it has no such name. CPython: `_PyObject_FunctionStr`.
pub(crate) fn function_text(cx: &mut Cx<'_>, function: Borrowed<'_>) -> Res<String> {
    let mut named = |name: &str| match protocol::get_attr_str(cx, function, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => iter::caught(cx, raised, &[Exc::AttributeError]).map(|()| None),
    };
    let (name, module) = (named("__qualname__")?, named("__module__")?);
    let Some(name) = name else {
        let shown = protocol::str(cx, function)?;
        return Ok(text_of(cx, shown.borrow())?.to_string());
    };
    let name = protocol::str(cx, name.borrow())?;
    let name = text_of(cx, name.borrow())?.to_string();
    let module = match module.filter(|module| !cx.is_none(module.borrow())) {
        Some(module) => {
            let module = protocol::str(cx, module.borrow())?;
            text_of(cx, module.borrow())?.to_string()
        }
        None => return Ok(format!("{name}()")),
    };
    Ok(if module == "builtins" { format!("{name}()") } else { format!("{module}.{name}()") })
}
