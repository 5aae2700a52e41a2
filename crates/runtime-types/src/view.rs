//! Telling what an object is, and looking at it as that.
//!
//! Every type carries the number of the struct that its objects are ([`Layout`]), which subclasses
//! keep. So a look is safe code: it compares the number and gives the struct or nothing.

use runtime_gc::Borrowed;

use crate::cx::{Cx, Res};
use crate::ty::Type;

/// The structs that objects are, as [`runtime_core::TypeSpec::layout`] numbers them. Floors above
/// take numbers from [`Layout::FIRST_ABOVE`] on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
#[expect(missing_docs, reason = "each is the struct of the type with that name")]
pub enum Layout {
    Object = 0,
    Type,
    None,
    Int,
    Float,
    Str,
    Bytes,
    ByteArray,
    Tuple,
    List,
    Dict,
    DictView,
    DictIter,
    Set,
    SetIter,
    Range,
    RangeIter,
    Slice,
    SeqIter,
    Enumerate,
    Zip,
    Map,
    Filter,
    Reversed,
    CallIter,
    Exception,
    Traceback,
    Cell,
    Method,
    Native,
    MethodDescriptor,
    GetSet,
    Module,
    Property,
    StaticMethod,
    ClassMethod,
    Super,
    WeakRef,
    MemoryView,
    LongRangeIter,
    Stream,
    SlotWrapper,
    MethodWrapper,
    Member,
    Proxy,
    ManagedBuffer,
    MemoryIter,
    Count,
    Cycle,
    Repeat,
    Chain,
    Accumulate,
    Compress,
    DropWhile,
    TakeWhile,
    FilterFalse,
    StarMap,
    ISlice,
    Pairwise,
    Batched,
    Product,
    Combinations,
    Permutations,
    ZipLongest,
    Tee,
    TeeData,
    GroupBy,
    Grouper,
    Partial,
    KeyWrapper,
    LruCache,
    ItemGetter,
    AttrGetter,
    MethodCaller,
    Deque,
    DequeIter,
    OrderedIter,
    TupleGetter,
    Array,
    ArrayIter,
    Random,
    Alias,
    Union,
    Own,
}

impl Layout {
    /// The first number that floors above may give to their own structs.
    pub const FIRST_ABOVE: u16 = 1000;
}

/// The struct of one kind of object, recognisable by its number.
///
/// # Safety
/// The struct begins with an object header, only types whose objects begin with it carry `LAYOUT`,
/// and every field that may change while the object is shared is a cell.
pub unsafe trait View {
    /// The number in the type.
    const LAYOUT: u16;
    /// The word for it in messages: `'list'`, ...
    const NAME: &'static str;
}

/// Looks at borrowed objects.
pub trait Look<'a> {
    /// The object as a `T`, when it is one or derived from one.
    fn view<T: View>(self) -> Option<&'a T>;

    /// The object as a `T`, for code that only a `T` should reach.
    ///
    /// # Errors
    /// `TypeError` when it is something else: a method pulled off its type and called on another.
    fn expect<T: View>(self, cx: &Cx<'_>) -> Res<&'a T>;

    /// Whether the object is a `T` or derived from one.
    #[expect(clippy::wrong_self_convention, reason = "a borrowed reference is copied")]
    fn is_a<T: View>(self) -> bool;
}

impl<'a> Look<'a> for Borrowed<'a> {
    #[inline(always)]
    fn view<T: View>(self) -> Option<&'a T> {
        if self.ty().layout == T::LAYOUT {
            // SAFETY: the type says that its objects begin with a `T`, and the object is alive for
            // `'a`; it is shared, and what changes in it is a cell.
            Some(unsafe { &*self.as_obj().cast::<T>().as_ptr() })
        } else {
            None
        }
    }

    #[inline(always)]
    fn expect<T: View>(self, cx: &Cx<'_>) -> Res<&'a T> {
        match self.view() {
            Some(view) => Ok(view),
            None => Err(cx.type_error(format_args!(
                "descriptor requires a '{}' object but received a '{}'",
                T::NAME,
                Type::of(self).name()
            ))),
        }
    }

    #[inline(always)]
    fn is_a<T: View>(self) -> bool {
        self.ty().layout == T::LAYOUT
    }
}
