//! Types that belong to a module: made when a program first needs them, so that starting costs
//! nothing for modules that are not imported. They live as long as the world.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, StampError};
use runtime_gc::{Borrowed, Ref};

use crate::cx::{Cx, OrRaise, Res};
use crate::ty::{Type, TypeDef};

macro_rules! late_types {
    ($($name:ident = $def:expr;)*) => {
        /// The types, by name.
        #[derive(Clone, Copy)]
        pub(crate) enum Late { $($name,)* }

        const COUNT: usize = [$(Late::$name,)*].len();

        impl Late {
            const fn def(self) -> TypeDef {
                match self { $(Self::$name => $def,)* }
            }
        }
    };
}

late_types! {
    Count = crate::itertools::COUNT;
    Cycle = crate::itertools::CYCLE;
    Repeat = crate::itertools::REPEAT;
    Chain = crate::itertools::CHAIN;
    Accumulate = crate::itertools::ACCUMULATE;
    Compress = crate::itertools::COMPRESS;
    DropWhile = crate::itertools::DROP_WHILE;
    TakeWhile = crate::itertools::TAKE_WHILE;
    FilterFalse = crate::itertools::FILTER_FALSE;
    StarMap = crate::itertools::STAR_MAP;
    ISlice = crate::itertools::ISLICE;
    Pairwise = crate::itertools::PAIRWISE;
    Batched = crate::itertools::BATCHED;
    Product = crate::itertools::PRODUCT;
    Combinations = crate::itertools::COMBINATIONS;
    CombinationsWithReplacement = crate::itertools::COMBINATIONS_WITH_REPLACEMENT;
    Permutations = crate::itertools::PERMUTATIONS;
    ZipLongest = crate::itertools::ZIP_LONGEST;
    Tee = crate::itertools::TEE;
    TeeData = crate::itertools::TEE_DATA;
    GroupBy = crate::itertools::GROUP_BY;
    Grouper = crate::itertools::GROUPER;
    Deque = crate::collections::DEQUE;
    DequeIter = crate::collections::DEQUE_ITER;
    DequeReverseIter = crate::collections::DEQUE_REVERSE_ITER;
    DefaultDict = crate::collections::DEFAULT_DICT;
    OrderedDict = crate::collections::ORDERED_DICT;
    OrderedIter = crate::collections::ORDERED_ITER;
    OrderedKeys = crate::collections::ORDERED_KEYS;
    OrderedValues = crate::collections::ORDERED_VALUES;
    OrderedItems = crate::collections::ORDERED_ITEMS;
    TupleGetter = crate::collections::TUPLE_GETTER;
    Partial = crate::functools::PARTIAL;
    KeyWrapper = crate::functools::KEY_WRAPPER;
    LruCache = crate::functools::LRU_CACHE;
    ItemGetter = crate::operator::ITEM_GETTER;
    AttrGetter = crate::operator::ATTR_GETTER;
    MethodCaller = crate::operator::METHOD_CALLER;
    Array = crate::array::ARRAY;
    ArrayIter = crate::array::ARRAY_ITER;
}

/// The types that have been made.
pub(crate) struct LateTypes([Cell<Option<NonNull<Type>>>; COUNT]);

impl Default for LateTypes {
    fn default() -> Self {
        Self([const { Cell::new(None) }; COUNT])
    }
}

impl Late {
    /// The type that it is derived from.
    fn base(self, cx: &Cx<'_>) -> NonNull<Type> {
        match self {
            Self::DefaultDict | Self::OrderedDict => cx.types.dict,
            Self::OrderedKeys => cx.types.dict_keys,
            Self::OrderedValues => cx.types.dict_values,
            Self::OrderedItems => cx.types.dict_items,
            _ => cx.types.object,
        }
    }

    /// The type, if it has been made.
    pub(crate) fn known<'w>(self, cx: &Cx<'w>) -> Option<&'w Type> {
        // SAFETY: types live as long as the world.
        cx.world().late.0.get(self as usize)?.get().map(|ty| unsafe { &*ty.as_ptr() })
    }

    /// The type, made now if need be.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn ty<'w>(self, cx: &Cx<'w>) -> Res<&'w Type> {
        if let Some(known) = self.known(cx) {
            return Ok(known);
        }
        let base = self.base(cx);
        // SAFETY: the world was started, and its pointer is made from the whole of it.
        let made = unsafe { crate::World::stamp_derived(cx.world_ptr(), &self.def(), base) };
        let made = made.map_err(|error| match error {
            StampError::Alloc(error) => error,
            _ => AllocError::TooLarge,
        });
        let made = made.or_raise(cx)?;
        if let Some(cell) = cx.world().late.0.get(self as usize) {
            cell.set(Some(made));
        }
        // SAFETY: as above.
        Ok(unsafe { &*made.as_ptr() })
    }
}

/// Whether an object is of this type or of one derived from it.
pub(crate) fn is_late(cx: &Cx<'_>, op: Borrowed<'_>, which: Late) -> bool {
    which.known(cx).is_some_and(|ty| Type::of(op).is_subtype(ty))
}

/// Puts types into a module's namespace, under their names.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn add_types(cx: &Cx<'_>, dict: Borrowed<'_>, types: &[Late]) -> Res<()> {
    for late in types {
        let ty = late.ty(cx)?;
        let name = cx.name(ty.short_name())?;
        crate::dict::set_name(cx, dict, name.borrow(), ty.as_borrowed().owned())?;
    }
    Ok(())
}

/// A module with this name and namespace.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn finish_module(cx: &Cx<'_>, name: &str, dict: Ref) -> Res {
    let (key, name) = (cx.name("__name__")?, cx.name(name)?);
    crate::dict::set_name(cx, dict.borrow(), key.borrow(), name.clone())?;
    crate::module::new(cx, name, dict)
}
