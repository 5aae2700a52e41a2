//! The arguments of a call that a script makes of an own type.

use std::marker::PhantomData;

use runtime_types::Look;
use runtime_types::args::Args as RawArgs;
use runtime_types::string::StrObject;

use crate::embed::error::Error;
use crate::embed::handle::Ref;
use crate::embed::runtime::Runtime;

/// Arguments of one call: positional ones, and keywords.
#[derive(Clone, Copy)]
pub struct Args<'a, 'rt> {
    /// What was called, for messages.
    name: &'a str,
    raw: RawArgs<'a>,
    runtime: PhantomData<&'rt Runtime>,
}

impl<'a, 'rt> Args<'a, 'rt> {
    /// # Safety
    /// The arguments are of a runtime that is borrowed for `'rt`.
    pub(super) const unsafe fn new(name: &'a str, raw: RawArgs<'a>) -> Self {
        Self { name, raw, runtime: PhantomData }
    }

    /// Number of positional arguments.
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// Whether there is no argument at all, keywords included.
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The positional argument at `index`.
    pub fn get(&self, index: usize) -> Option<Ref<'rt>> {
        // SAFETY: `new` promised that arguments are of the runtime.
        self.raw.get(index).map(|op| unsafe { Ref::adopt(op.owned()) })
    }

    /// The argument of this keyword.
    pub fn keyword(&self, name: &str) -> Option<Ref<'rt>> {
        let mut keywords = self.raw.keywords();
        let is_it = |key: runtime_gc::Borrowed<'_>| {
            key.view::<StrObject>().is_some_and(|key| key.text().eq_str(name))
        };
        let (_, value) = keywords.find(|(key, _)| is_it(*key))?;
        // SAFETY: as above.
        Some(unsafe { Ref::adopt(value.owned()) })
    }

    /// The arguments, when they are `N` positional ones.
    ///
    /// # Errors
    /// `TypeError` when they are more or fewer, or there is a keyword.
    pub fn exactly<const N: usize>(&self) -> Result<[Ref<'rt>; N], Error> {
        let name = self.name;
        if !self.raw.names().is_empty() {
            return Err(Error::type_error(format!("{name}() takes no keyword arguments")));
        }
        let values: Option<Vec<Ref<'rt>>> = (0..N).map(|index| self.get(index)).collect();
        match values.filter(|_| self.len() == N).map(<[Ref<'rt>; N]>::try_from) {
            Some(Ok(values)) => Ok(values),
            _ => {
                let (given, plural) = (self.len(), if N == 1 { "" } else { "s" });
                let message = format!("{name} expected {N} argument{plural}, got {given}");
                Err(Error::type_error(message))
            }
        }
    }
}
