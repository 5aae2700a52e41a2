//! Tables of the names that a scope binds or uses, in the order in which it first names them.

use std::collections::HashMap;

use ruff_text_size::TextRange;

/// What a scope belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    Function,
    /// A comprehension, with the words of "'yield' inside ...".
    Comprehension(&'static str),
}

/// How a scope names a name; a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Uses(u8);

impl Uses {
    pub(super) const USED: Self = Self(1);
    pub(super) const LOCAL: Self = Self(2);
    pub(super) const PARAMETER: Self = Self(4);
    pub(super) const GLOBAL: Self = Self(8);
    pub(super) const NONLOCAL: Self = Self(16);
    pub(super) const ANNOTATED: Self = Self(32);
    /// Bound by the `for` of a comprehension.
    pub(super) const ITERATION: Self = Self(64);
    /// Bound by an `import`: CPython lets a `global` follow.
    pub(super) const IMPORTED: Self = Self(128);

    /// Whether it has any of the bits of `others`.
    pub(super) const fn any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    pub(super) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// One scope.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) kind: ScopeKind,
    pub(super) children: Vec<usize>,
    /// `global` and `nonlocal` statements, by name.
    pub(super) directives: Vec<(&'a str, TextRange)>,
    /// Whether the target of a comprehension's `for` is being bound.
    pub(super) in_target: bool,
    /// How many iterables of comprehensions enclose the current place.
    pub(super) in_iterable: u32,
    names: Vec<(&'a str, Uses)>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(kind: ScopeKind) -> Self {
        Self {
            kind,
            children: Vec::new(),
            directives: Vec::new(),
            in_target: false,
            in_iterable: 0,
            names: Vec::new(),
            places: HashMap::new(),
        }
    }

    pub(super) fn uses(&self, name: &str) -> Uses {
        let place = self.places.get(name).and_then(|place| self.names.get(*place));
        place.map_or(Uses::default(), |(_, uses)| *uses)
    }

    pub(super) fn add(&mut self, name: &'a str, uses: Uses) {
        let next = self.names.len();
        let place = *self.places.entry(name).or_insert(next);
        match self.names.get_mut(place) {
            Some((_, known)) => *known = known.and(uses),
            None => self.names.push((name, uses)),
        }
    }

    /// All names, in the order in which the scope first names them.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'a str, Uses)> + '_ {
        self.names.iter().copied()
    }

    /// Where the scope declares `name` to be another scope's.
    pub(super) fn directive(&self, name: &str) -> Option<TextRange> {
        self.directives.iter().find(|(declared, _)| *declared == name).map(|(_, range)| *range)
    }
}
