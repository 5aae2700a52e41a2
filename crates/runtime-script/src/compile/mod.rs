//! From a checked tree to code objects.
//!
//! ```text
//! scope        which variable a name means
//! constants    one object for each constant of the module
//! unit         one function's code while it is made: registers, labels, protected ranges
//! expr         expressions          call      calls and functions
//! assign       targets and `del`    stmt      statements    flow   loops and `try`
//! class        class statements          with      `with` statements
//! generator    generators and generator expressions
//! ```
//!
//! An expression is compiled to a *value*: a local variable or a constant, which instructions read
//! where it is, or a temporary, which the instruction that reads it uses up. Temporaries are a stack
//! above the variables; whoever takes some gives them back in reverse order. Scratch memory is the
//! host's, in proportion to the source; what stays is copied into the heap.

mod assign;
mod call;
mod class;
mod constants;
mod expr;
mod flow;
mod generator;
mod order;
mod scope;
mod stmt;
mod text;
mod unit;
mod unparse;
mod with;

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};
use runtime_core::HeapVec;
use runtime_gc::Ref;
use runtime_types::ty::Type;
use runtime_types::{Cx, OrRaise, Raised, Res};

use crate::code::{self, CodeParts, GlobalName};
use crate::insn::{Insn, Op};
use crate::syntax::{Fault, Refusal, Source, refuse};
use constants::{ConstId, Constants};
use scope::{Kind, Scopes};
use unit::{Place, TooLarge, Unit, Value};

/// Why there is no code.
pub(crate) enum CompileError {
    /// An exception is set: memory was refused.
    Raised(Raised),
    /// The script is beyond a limit of the machine.
    Fault(Fault),
}

impl From<Raised> for CompileError {
    fn from(raised: Raised) -> Self {
        Self::Raised(raised)
    }
}

type Compiled<T = ()> = Result<T, CompileError>;

/// Compiles a statement of a session: expressions of the module's own level show their values.
pub(crate) fn interactive(
    cx: &mut Cx<'_>,
    code_type: &Type,
    source: &Source,
    source_index: u32,
    tree: &ast::ModModule,
) -> Result<Ref, CompileError> {
    compile(cx, code_type, (source, source_index), tree, true).map(|(code, _)| code)
}

/// Compiles a module.
///
/// `source_index` is what the code's positions refer to; `code_type` the interpreter's type `code`.
pub(crate) fn module(
    cx: &mut Cx<'_>,
    code_type: &Type,
    source: &Source,
    source_index: u32,
    tree: &ast::ModModule,
) -> Result<Ref, CompileError> {
    compile(cx, code_type, (source, source_index), tree, false).map(|(code, _)| code)
}

/// The same for the main module; with its constants, which CPython keeps until it has run.
pub(crate) fn main_module(
    cx: &mut Cx<'_>,
    code_type: &Type,
    source: &Source,
    source_index: u32,
    tree: &ast::ModModule,
) -> Result<(Ref, Vec<Ref>), CompileError> {
    let (code, constants) = compile(cx, code_type, (source, source_index), tree, false)?;
    Ok((code, constants.of_tree(cx)))
}

fn compile(
    cx: &mut Cx<'_>,
    code_type: &Type,
    (source, source_index): (&Source, u32),
    tree: &ast::ModModule,
    interactive: bool,
) -> Result<(Ref, Constants), CompileError> {
    let scopes = Scopes::of(tree);
    let unit = Unit::new(0, Kind::Module, "<module>".to_owned(), "<module>".to_owned());
    let mut compiler = Compiler {
        cx,
        code_type,
        source,
        source_index,
        scopes: &scopes,
        constants: Constants::default(),
        as_text: unparse::is_asked_for(tree),
        unit,
        interactive,
    };
    compiler.module_body(tree)?;
    let unit = std::mem::replace(
        &mut compiler.unit,
        Unit::new(0, Kind::Module, String::new(), String::new()),
    );
    let code = compiler.finish(unit)?;
    Ok((code, compiler.constants))
}

struct Compiler<'a, 'c, 'w> {
    cx: &'c mut Cx<'w>,
    code_type: &'c Type,
    source: &'c Source,
    source_index: u32,
    scopes: &'a Scopes,
    constants: Constants,
    /// Whether annotations are kept as text.
    as_text: bool,
    /// The function that code is being made for.
    unit: Unit<'a>,
    /// Whether expressions of the module's own level show their values.
    interactive: bool,
}

impl<'a> Compiler<'a, '_, '_> {
    fn module_body(&mut self, tree: &'a ast::ModModule) -> Compiled {
        let docstring = stmt::docstring(&tree.body).filter(|_| !self.interactive);
        if let Some(text) = docstring {
            let text = self.str_const(text)?;
            self.store_global("__doc__", Value::Const(text));
        }
        if tree.body.iter().any(stmt::has_annotation) {
            let dict = self.unit.temp();
            self.emit(Insn::new(Op::BuildDict, dict, dict, 0));
            self.store_global("__annotations__", Value::Temp(dict));
            self.unit.set_top(dict);
        }
        let rest = if docstring.is_some() { 1 } else { 0 };
        self.body(tree.body.get(rest..).unwrap_or_default())?;
        self.return_none()
    }

    fn emit(&mut self, insn: Insn) {
        self.unit.emit(insn);
    }

    /// From here on instructions belong to this part of the source.
    fn at(&mut self, node: impl Ranged) {
        self.unit.range = node.range();
    }

    fn at_range(&mut self, range: TextRange) {
        self.unit.range = range;
    }

    /// The place of an access to an attribute, or of a call of a method: `range`, but from the name on
    /// when that stands on another line than the begin. CPython:
    /// `update_start_location_to_match_attr`.
    fn at_attribute(&mut self, range: TextRange, attribute: &ast::ExprAttribute) {
        let name = attribute.attr.range();
        self.unit.range = range;
        if self.source.line(range.start()) != self.source.line(name.end()) {
            self.unit.range = TextRange::new(name.start(), range.end().max(name.end()));
        }
    }

    fn const_id(&mut self, object: Ref) -> Compiled<ConstId> {
        Ok(self.constants.add(self.cx, object)?)
    }

    fn none_const(&mut self) -> Compiled<ConstId> {
        let none = self.cx.none();
        self.const_id(none)
    }

    fn str_const(&mut self, text: &str) -> Compiled<ConstId> {
        let str = self.cx.str(text)?;
        self.const_id(str)
    }

    /// The value of an annotation, or its text where the module asks for that.
    fn annotation(&mut self, expr: &'a ast::Expr) -> Compiled<Value> {
        if !self.as_text {
            return self.expr(expr);
        }
        let text = unparse::annotation(self.source, expr);
        self.str_const(&text).map(Value::Const)
    }

    /// Makes the code object of a finished unit.
    fn finish(&mut self, mut unit: Unit<'a>) -> Compiled<Ref> {
        if let Some(limit) = unit.failed {
            return Err(self.too_large(limit, unit.range));
        }
        let handlers = unit.finish();
        Ok(self.code_object(unit, &handlers)?)
    }

    fn too_large(&self, limit: TooLarge, range: TextRange) -> CompileError {
        let kind = match limit {
            TooLarge::Registers => &refuse::TOO_MANY_REGISTERS,
            TooLarge::Constants => &refuse::TOO_MANY_NAMES,
            TooLarge::Code => &refuse::TOO_LONG,
        };
        let (line, column) = self.source.line_col(range.start());
        CompileError::Fault(Fault::Refused(Refusal::new(
            kind,
            self.source.name(),
            line,
            column + 1,
        )))
    }

    fn code_object(&mut self, unit: Unit<'a>, handlers: &[code::Handler]) -> Res {
        let cx: &Cx<'_> = self.cx;
        let name = cx.name(&unit.name)?;
        let qualname = cx.name(&unit.qualname)?;
        let constants = &self.constants;
        let consts = unit
            .consts
            .keys()
            .map(|id| Ok(constants.get(*id).cloned().unwrap_or_else(|| cx.none())));
        let parts = CodeParts {
            name,
            qualname,
            source: self.source_index,
            first_line: unit.first_line,
            params: unit.params,
            is_module: unit.kind == Kind::Module,
            is_class: unit.kind == Kind::Class,
            has_docstring: unit.has_docstring,
            locals: unit.variables.len() as u16 - unit.free,
            free: unit.free,
            registers: unit.registers(),
            insns: copied(cx, &unit.insns)?,
            positions: copied(cx, &unit.positions)?,
            consts: collected(cx, consts)?,
            names: collected(cx, unit.names.keys().map(|name| cx.name(name)))?,
            globals: collected(
                cx,
                unit.globals.keys().map(|name| {
                    Ok(GlobalName {
                        name: cx.name(name)?,
                        globals: Default::default(),
                        builtins: Default::default(),
                        place: Default::default(),
                    })
                }),
            )?,
            variables: collected(cx, unit.variables.iter().map(|name| cx.name(name)))?,
            handlers: copied(cx, handlers)?,
        };
        code::new(cx, self.code_type, parts)
    }

    /// Runs `body` on a new unit for a function in `scope`; gives its code.
    fn function_unit(
        &mut self,
        scope: usize,
        name: &str,
        range: TextRange,
        body: impl FnOnce(&mut Self) -> Compiled,
    ) -> Compiled<(ConstId, Vec<String>)> {
        let qualname = match (self.unit.kind, self.place_of(name)) {
            (Kind::Module, _) => name.to_owned(),
            (_, Place::Global) if self.is_declared_global(name) => name.to_owned(),
            (Kind::Class, _) => format!("{}.{name}", self.unit.qualname),
            _ => format!("{}.<locals>.{name}", self.unit.qualname),
        };
        let kind = self.scopes.get(scope).map_or(Kind::Function, |scope| scope.kind);
        let mut unit = Unit::new(scope, kind, name.to_owned(), qualname);
        unit.first_line = self.source.line_col(range.start()).0;
        unit.range = range;
        let outer = std::mem::replace(&mut self.unit, unit);
        let outcome = body(self);
        let unit = std::mem::replace(&mut self.unit, outer);
        outcome?;
        let first_free = unit.variables.len() - usize::from(unit.free);
        let free = unit.variables.get(first_free..).unwrap_or_default().to_vec();
        let code = self.finish(unit)?;
        Ok((self.const_id(code)?, free))
    }

    /// Whether a `global` statement in the scope names it.
    fn is_declared_global(&self, name: &str) -> bool {
        let name = &*self.scopes.mangled(self.unit.scope, name);
        let scope = self.scopes.get(self.unit.scope);
        scope.and_then(|scope| scope.symbols.get(name)).is_some_and(|symbol| symbol.global)
    }

    /// Number of an attribute's name in this code.
    fn attribute(&mut self, name: &str) -> u16 {
        let name = self.scopes.mangled(self.unit.scope, name);
        self.unit.name_index(&name)
    }

    /// What a name means in the scope that code is being made for.
    fn place_of(&self, name: &str) -> Place {
        let name = &*self.scopes.mangled(self.unit.scope, name);
        for (_, names) in self.unit.comprehensions.iter().rev() {
            if let Some((_, place)) = names.iter().rev().find(|(known, _)| known == name) {
                return *place;
            }
        }
        if self.unit.kind == Kind::Module {
            return Place::Global;
        }
        let Some(scope) = self.scopes.get(self.unit.scope) else { return Place::Global };
        let Some(symbol) = scope.symbols.get(name) else { return Place::Global };
        if self.unit.kind == Kind::Class && !symbol.global {
            // What a comprehension in the body reads is not in the namespace: it is of the functions
            // around the class, as for a function inside, or global.
            let in_body = self.unit.comprehensions.is_empty();
            match symbol.bound && !symbol.nonlocal {
                true if in_body => return Place::Named,
                true if !symbol.free => return Place::Global,
                true => {}
                false if !symbol.free && in_body => return Place::Named,
                false => {}
            }
        }
        if symbol.global || !(symbol.bound || symbol.free) {
            return Place::Global;
        }
        let Some(register) = self.unit.register_of(name) else { return Place::Global };
        if symbol.cell || symbol.free { Place::Cell(register) } else { Place::Local(register) }
    }
}

fn copied<T: Copy>(cx: &Cx<'_>, items: &[T]) -> Res<HeapVec<T>> {
    // SAFETY: the vector becomes part of a code object of this world, which outlives it.
    let mut copy = unsafe { HeapVec::new(cx.heap_ptr()) };
    copy.reserve_exact(items.len()).or_raise(cx)?;
    copy.extend_from_slice(items).or_raise(cx)?;
    Ok(copy)
}

fn collected<T>(cx: &Cx<'_>, items: impl ExactSizeIterator<Item = Res<T>>) -> Res<HeapVec<T>> {
    // SAFETY: as in `copied`.
    let mut list = unsafe { HeapVec::new(cx.heap_ptr()) };
    list.reserve_exact(items.len()).or_raise(cx)?;
    for item in items {
        list.push(item?).or_raise(cx)?;
    }
    Ok(list)
}
