//! The light tree of the diagnosis: what kind of expression stands where, and what CPython's
//! messages call it.

/// Index of a node in [`Nodes`].
pub(super) type Id = u32;

/// What an expression is, as far as messages tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Name,
    True,
    False,
    None,
    Ellipsis,
    Literal,
    FString,
    Tuple,
    List,
    Set,
    Dict,
    ListComp,
    SetComp,
    DictComp,
    Genexp,
    Call,
    Attribute,
    Subscript,
    Starred,
    Lambda,
    /// An operator, boolean or not, but no comparison.
    Operation,
    Compare,
    /// A comparison that is one `in`: a `for` target runs into it.
    CompareIn,
    Conditional,
    Named,
    Yield,
    Await,
}

impl Shape {
    /// The words of "cannot assign to ...".
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::True => "True",
            Self::False => "False",
            Self::None => "None",
            Self::Ellipsis => "ellipsis",
            Self::Literal => "literal",
            Self::FString => "f-string expression",
            Self::Tuple => "tuple",
            Self::List => "list",
            Self::Set => "set display",
            Self::Dict => "dict literal",
            Self::ListComp => "list comprehension",
            Self::SetComp => "set comprehension",
            Self::DictComp => "dict comprehension",
            Self::Genexp => "generator expression",
            Self::Call => "function call",
            Self::Attribute => "attribute",
            Self::Subscript => "subscript",
            Self::Starred => "starred",
            Self::Lambda => "lambda",
            Self::Operation => "expression",
            Self::Compare | Self::CompareIn => "comparison",
            Self::Conditional => "conditional expression",
            Self::Named => "named expression",
            Self::Yield => "yield expression",
            Self::Await => "await expression",
        }
    }
}

/// An expression: tokens `from..to`, without the brackets of a group around it.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) shape: Shape,
    pub(super) from: u32,
    pub(super) to: u32,
    /// Items of a tuple or list; the operand of a star; the left side of a comparison.
    pub(super) parts: Vec<Id>,
}

/// What a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Assign,
    Delete,
    For,
}

/// All nodes of the statement at hand.
#[derive(Debug, Default)]
pub(super) struct Nodes(Vec<Node>);

impl Nodes {
    pub(super) fn add(&mut self, node: Node) -> Id {
        self.0.push(node);
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn get(&self, id: Id) -> Option<&Node> {
        self.0.get(id as usize)
    }

    pub(super) fn shape(&self, id: Id) -> Shape {
        self.get(id).map_or(Shape::Name, |node| node.shape)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The first part of `id` that may not be a target, `id` itself perhaps.
    pub(super) fn invalid_target(&self, id: Id, target: Target) -> Option<Id> {
        let node = self.get(id)?;
        match node.shape {
            Shape::Name | Shape::Attribute | Shape::Subscript => None,
            Shape::Tuple | Shape::List => {
                node.parts.iter().find_map(|part| self.invalid_target(*part, target))
            }
            Shape::Starred if target != Target::Delete => {
                node.parts.first().and_then(|part| self.invalid_target(*part, target))
            }
            Shape::CompareIn if target == Target::For => {
                node.parts.first().and_then(|part| self.invalid_target(*part, target))
            }
            // CPython looks no further into other comparisons.
            Shape::Compare if target == Target::For => None,
            _ => Some(id),
        }
    }
}
