//! One function's code while it is being made: instructions, registers, labels, protected ranges.

use std::collections::HashMap;

use indexmap::IndexMap;
use ruff_python_ast as ast;
use ruff_text_size::TextRange;

use super::constants::ConstId;
use super::scope::Kind;
use crate::code::{Handler, Params};
use crate::insn::{Insn, MAX_CONSTS, MAX_REGISTERS, Op, Operand};

/// Where a value is while code is made for its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// A local variable, borrowed.
    Local(u16),
    /// A temporary, used up by whoever reads it.
    Temp(u16),
    /// A constant; it has a number in this code only when an instruction names it.
    Const(ConstId),
}

/// A place in the code that may not be known yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label(usize);

/// What a name means where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Local(u16),
    Cell(u16),
    Global,
    /// In the namespace of the class body.
    Named,
}

/// A range of code whose exceptions are caught, and how many registers stay on the way.
#[derive(Debug)]
pub(super) struct Region {
    start: u32,
    target: Label,
    depth: u16,
}

/// A statement around the one that code is being made for, which `return`, `break` and `continue`
/// must leave in good order.
#[derive(Debug)]
pub(super) enum Block<'a> {
    /// A loop; its iterator, if it has one.
    Loop { iter: Option<u16>, next: Label, done: Label },
    /// The body of a `try` with handlers.
    Try(Region),
    /// The body of a `try` with a `finally`.
    Finally(Region, &'a [ast::Stmt]),
    /// A handler: what was handled before is in the register, and the name of its exception; or the
    /// register of one that has no name and is still needed.
    Handler { region: Region, exception: Option<u16>, saved: u16, name: Option<&'a str> },
    /// A value that is on its way out of the function, in a register, while a `finally` runs.
    Held(u16),
    /// The body of a `with`; its exit method is in the register and the one behind it. The range is
    /// that of the context expression.
    With { region: Region, exit: u16, range: TextRange },
}

impl Block<'_> {
    fn region(&self) -> Option<&Region> {
        match self {
            Self::Loop { .. } | Self::Held(_) => None,
            Self::Try(region)
            | Self::Finally(region, _)
            | Self::Handler { region, .. }
            | Self::With { region, .. } => Some(region),
        }
    }

    fn region_mut(&mut self) -> Option<&mut Region> {
        match self {
            Self::Loop { .. } | Self::Held(_) => None,
            Self::Try(region)
            | Self::Finally(region, _)
            | Self::Handler { region, .. }
            | Self::With { region, .. } => Some(region),
        }
    }
}

/// Why code cannot be made: a limit of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooLarge {
    Registers,
    Constants,
    Code,
}

/// One function's code.
pub(super) struct Unit<'a> {
    pub(super) scope: usize,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) qualname: String,
    pub(super) first_line: u32,
    pub(super) params: Params,
    pub(super) has_docstring: bool,
    pub(super) insns: Vec<Insn>,
    pub(super) positions: Vec<TextRange>,
    /// Constants that instructions name, in the order of their numbers.
    pub(super) consts: IndexMap<ConstId, ()>,
    pub(super) names: IndexMap<String, ()>,
    pub(super) globals: IndexMap<String, ()>,
    /// Names of the variables, by register.
    pub(super) variables: Vec<String>,
    by_name: HashMap<String, u16>,
    pub(super) free: u16,
    /// Registers of the comprehensions around, innermost last: scope, names.
    pub(super) comprehensions: Vec<(usize, Vec<(String, Place)>)>,
    /// What is known of each register's variable.
    known: Vec<Known>,
    /// Variables that each block of statements around has bound.
    layers: Vec<Vec<u16>>,
    pub(super) blocks: Vec<Block<'a>>,
    pub(super) handlers: Vec<(u32, u32, Label, u16)>,
    labels: Vec<Option<u32>>,
    fixups: Vec<(usize, Label)>,
    top: u16,
    most: u16,
    pub(super) range: TextRange,
    pub(super) failed: Option<TooLarge>,
}

impl<'a> Unit<'a> {
    /// An empty unit whose variables take the first registers.
    pub(super) fn new(scope: usize, kind: Kind, name: String, qualname: String) -> Self {
        Self {
            scope,
            kind,
            name,
            qualname,
            first_line: 1,
            params: Params::default(),
            has_docstring: false,
            insns: Vec::new(),
            positions: Vec::new(),
            consts: IndexMap::new(),
            names: IndexMap::new(),
            globals: IndexMap::new(),
            variables: Vec::new(),
            by_name: HashMap::new(),
            free: 0,
            comprehensions: Vec::new(),
            known: Vec::new(),
            layers: vec![Vec::new()],
            blocks: Vec::new(),
            handlers: Vec::new(),
            labels: Vec::new(),
            fixups: Vec::new(),
            top: 0,
            most: 0,
            range: TextRange::default(),
            failed: None,
        }
    }

    /// Adds a variable and gives its register.
    pub(super) fn add_variable(&mut self, name: &str) -> u16 {
        let register = self.variables.len() as u16;
        if self.variables.len() >= MAX_REGISTERS {
            self.failed = Some(TooLarge::Registers);
            return 0;
        }
        self.variables.push(name.to_owned());
        self.by_name.insert(name.to_owned(), register);
        self.top = register + 1;
        self.most = self.top;
        register
    }

    /// The register of a variable.
    pub(super) fn register_of(&self, name: &str) -> Option<u16> {
        self.by_name.get(name).copied()
    }

    /// The first register above all that are in use.
    pub(super) fn top(&self) -> u16 {
        self.top
    }

    /// Gives the temporaries from `top` on back.
    pub(super) fn set_top(&mut self, top: u16) {
        self.top = top;
    }

    /// The next temporary.
    pub(super) fn temp(&mut self) -> u16 {
        let register = self.top;
        if usize::from(register) + 1 >= MAX_REGISTERS {
            self.failed = Some(TooLarge::Registers);
            return register;
        }
        self.top = register + 1;
        self.most = self.most.max(self.top);
        register
    }

    /// Registers that the code needs.
    pub(super) fn registers(&self) -> u16 {
        self.most
    }

    /// Adds an instruction at the current place in the source.
    pub(super) fn emit(&mut self, insn: Insn) -> usize {
        let index = self.insns.len();
        if index >= u32::MAX as usize / 2 {
            self.failed = Some(TooLarge::Code);
            return index;
        }
        self.insns.push(insn);
        self.positions.push(self.range);
        index
    }

    /// The operand for a value. A constant whose number is too large for one goes through a
    /// temporary.
    pub(super) fn operand(&mut self, value: Value) -> Operand {
        match value {
            Value::Local(register) => Operand::local(register),
            Value::Temp(register) => Operand::temp(register),
            Value::Const(id) => {
                let index = self.const_index(id);
                if index < MAX_CONSTS {
                    return Operand::constant(index as u16);
                }
                let temp = self.temp();
                self.emit(Insn::wide(Op::LoadConst, temp, index as u32));
                Operand::temp(temp)
            }
        }
    }

    /// Number of a constant in this code.
    pub(super) fn const_index(&mut self, id: ConstId) -> usize {
        self.consts.insert_full(id, ()).0
    }

    /// Number of an attribute name.
    pub(super) fn name_index(&mut self, name: &str) -> u16 {
        let index = match self.names.get_index_of(name) {
            Some(index) => index,
            None => self.names.insert_full(name.to_owned(), ()).0,
        };
        u16::try_from(index).unwrap_or_else(|_| {
            self.failed = Some(TooLarge::Constants);
            0
        })
    }

    /// Number of a global name.
    pub(super) fn global_index(&mut self, name: &str) -> u32 {
        match self.globals.get_index_of(name) {
            Some(index) => index as u32,
            None => self.globals.insert_full(name.to_owned(), ()).0 as u32,
        }
    }

    /// A label not placed yet.
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    /// Puts a label here.
    pub(super) fn place(&mut self, label: Label) {
        let here = self.insns.len() as u32;
        if let Some(slot) = self.labels.get_mut(label.0) {
            *slot = Some(here);
        }
    }

    /// Adds a jump to a label: an instruction whose wide number is the target.
    pub(super) fn jump(&mut self, op: Op, a: u16, label: Label) {
        let index = self.emit(Insn::wide(op, a, 0));
        self.fixups.push((index, label));
    }

    /// Writes the targets of all jumps and gives the table of handlers, innermost first.
    pub(super) fn finish(&mut self) -> Vec<Handler> {
        for &(index, label) in &self.fixups {
            let target = self.labels.get(label.0).copied().flatten().unwrap_or(0);
            if let Some(insn) = self.insns.get_mut(index) {
                insn.b = target as u16;
                insn.c = (target >> 16) as u16;
            }
        }
        let labels = &self.labels;
        let resolve = |&(start, end, label, depth): &(u32, u32, Label, u16)| Handler {
            start,
            end,
            target: labels.get(label.0).copied().flatten().unwrap_or(0),
            depth,
            exception: depth,
        };
        self.handlers.iter().filter(|(start, end, ..)| start < end).map(resolve).collect()
    }

    /// Begins a range whose exceptions go to `target`; registers below `depth` stay. The handler
    /// finds the exception in register `depth`.
    pub(super) fn region(&self, target: Label, depth: u16) -> Region {
        Region { start: self.insns.len() as u32, target, depth }
    }

    /// Takes the innermost block off and closes its range here.
    pub(super) fn pop_block(&mut self) -> Option<Block<'a>> {
        let block = self.blocks.pop()?;
        if let Some(region) = block.region() {
            let end = self.insns.len() as u32;
            self.handlers.push((region.start, end, region.target, region.depth));
        }
        Some(block)
    }

    /// One more than the register where the outermost handler around keeps what was handled before;
    /// 0 outside of handlers.
    pub(super) fn outermost_saved(&self) -> u16 {
        let saved = self.blocks.iter().find_map(|block| match block {
            Block::Handler { saved, .. } => Some(saved + 1),
            _ => None,
        });
        saved.unwrap_or(0)
    }

    /// Puts a block back that `pop_block` took off, its range beginning anew here.
    pub(super) fn push_again(&mut self, mut block: Block<'a>) {
        let here = self.insns.len() as u32;
        if let Some(region) = block.region_mut() {
            region.start = here;
        }
        self.blocks.push(block);
    }

    /// Notes that a variable is bound from here to the end of the block of statements.
    pub(super) fn set_bound(&mut self, register: u16) {
        let known = self.known(register);
        if *known == Known::Nothing {
            *known = Known::Bound;
            if let Some(layer) = self.layers.last_mut() {
                layer.push(register);
            }
        }
    }

    /// Notes that a `del` or a handler somewhere may unbind a variable, so that nothing can be known.
    pub(super) fn set_unbindable(&mut self, register: u16) {
        *self.known(register) = Known::Unbindable;
    }

    /// Whether a variable is known to be bound here.
    pub(super) fn is_bound(&self, register: u16) -> bool {
        self.known.get(usize::from(register)) == Some(&Known::Bound)
    }

    /// Begins a block of statements that may be left early or not run at all.
    pub(super) fn push_layer(&mut self) {
        self.layers.push(Vec::new());
    }

    /// Ends it: what it bound is not sure any more.
    pub(super) fn pop_layer(&mut self) {
        for register in self.layers.pop().unwrap_or_default() {
            self.forget(register);
        }
    }

    /// Notes that a variable is not bound any more.
    pub(super) fn forget(&mut self, register: u16) {
        let known = self.known(register);
        if *known == Known::Bound {
            *known = Known::Nothing;
        }
    }

    fn known(&mut self, register: u16) -> &mut Known {
        let index = usize::from(register);
        if self.known.len() <= index {
            self.known.resize(index + 1, Known::Nothing);
        }
        #[expect(clippy::indexing_slicing, reason = "it was just made long enough")]
        &mut self.known[index]
    }
}

/// What is known of a variable at the place that code is being made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Bound,
    Unbindable,
}
