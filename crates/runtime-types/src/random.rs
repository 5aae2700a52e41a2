//! The module `_random`: the Mersenne Twister as an object, and what `random.seed` needs besides.
//!
//! The distributions of the module `random` are written in the language itself, over `Random`.

use std::cell::Cell;

use runtime_core::{Floor, Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};
use smallvec::SmallVec;

use crate::args::{Args, NativeDef};
use crate::bytes::BytesObject;
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::int::{IntObject, read_bytes};
use crate::kernel::sha512;
use crate::kernel::twister::{Twister, WORDS};
use crate::list::{this, two};
use crate::protocol;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// A generator of random numbers.
#[repr(C)]
pub struct RandomObject {
    object: Object,
    twister: Cell<Twister>,
}

// SAFETY: only `Random` and its subclasses carry the number; the state is in a cell.
unsafe impl View for RandomObject {
    const LAYOUT: u16 = Layout::Random as u16;
    const NAME: &'static str = "_random.Random";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "Random",
        basic_size: size_of::<RandomObject>(),
        flags: TypeFlags::BASE,
        layout: Layout::Random as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots { new: Some(new), init: Some(|_, _, _| Ok(())), ..Slots::NONE },
    methods: &[
        NativeDef::exactly("getrandbits", 1, getrandbits),
        NativeDef::exactly("getstate", 0, getstate),
        NativeDef::exactly("random", 0, |cx, args| {
            let value = on(cx, &args, Twister::next_f64)?;
            cx.float(value)
        }),
        NativeDef::between("seed", 0, 1, seed),
        NativeDef::exactly("setstate", 1, setstate),
    ],
    module: "_random",
    ..TypeDef::EMPTY
};

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    const FUNCTIONS: &[NativeDef] = &[
        NativeDef::exactly("entropy", 1, entropy),
        NativeDef::exactly("sha512", 1, |cx, args| {
            let op = this(cx, &args)?;
            let digest = sha512::digest(op.expect::<BytesObject>(cx)?.bytes());
            cx.bytes(&digest)
        }),
    ];
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "_random", FUNCTIONS)?;
    let random = cx.ty(cx.types.random).as_borrowed().owned();
    let name = cx.name("Random")?;
    crate::dict::set_name(cx, dict.borrow(), name.borrow(), random)?;
    let (key, name) = (cx.name("__name__")?, cx.name("_random")?);
    crate::dict::set_name(cx, dict.borrow(), key.borrow(), name.clone())?;
    crate::module::new(cx, name, dict)
}

fn new(cx: &mut Cx<'_>, ty: &Type, _: Args<'_>) -> Res {
    // SAFETY: the type is alive, as a pointer to the whole of it.
    let op = unsafe { (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0) }.or_raise(cx)?;
    // SAFETY: `tp_alloc` gave its one reference to us; the block holds a `RandomObject`.
    let op = unsafe {
        let p = op.cast::<RandomObject>().as_ptr();
        (&raw mut (*p).twister).write(Cell::new(seeded_by_chance()));
        Ref::steal(op)
    };
    crate::class::track_instance(&op);
    Ok(op)
}

/// Does something with the generator of a method.
fn on<T>(cx: &Cx<'_>, args: &Args<'_>, what: impl FnOnce(&mut Twister) -> T) -> Res<T> {
    let op = this(cx, args)?;
    let cell = &op.expect::<RandomObject>(cx)?.twister;
    // SAFETY: the state is reached here only, nothing in `what` comes back here, and no reference
    // to it leaves this function.
    Ok(what(unsafe { &mut *cell.as_ptr() }))
}

/// Bits from the host: its own hashing is keyed by the system's entropy.
fn chance() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

fn seeded_by_chance() -> Twister {
    let mut key = [0; 8];
    for pair in key.chunks_exact_mut(2) {
        let bits = chance();
        for (word, half) in pair.iter_mut().zip([bits as u32, (bits >> 32) as u32]) {
            *word = half;
        }
    }
    let mut twister = Twister::empty();
    twister.seed(&key);
    twister
}

/// `entropy(n)`: so many bytes that nobody knows.
fn entropy(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let len = length(cx, op)?;
    let mut bytes: Vec<u8> = Vec::new();
    reserve(cx, &mut bytes, len)?;
    let mut twister = seeded_by_chance();
    bytes.extend((0..len).map(|_| twister.next_u32() as u8));
    cx.bytes(&bytes)
}

fn length(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    let len = protocol::to_index(cx, op, Exc::OverflowError)?;
    usize::try_from(len).map_err(|_| cx.value_error(format_args!("negative argument not allowed")))
}

fn reserve<T>(cx: &Cx<'_>, list: &mut Vec<T>, len: usize) -> Res<()> {
    let bytes = len.saturating_mul(size_of::<T>());
    match list.try_reserve_exact(len) {
        Ok(()) => Ok(()),
        Err(_) => Err(cx.raise_no_memory(runtime_core::AllocError::System { bytes })),
    }
}

/// `seed(n=None)`: by an int's bits, by the hash of anything else.
fn seed(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let Some(by) = args.get(1).filter(|by| !cx.is_none(*by)) else {
        on(cx, &args, |twister| *twister = seeded_by_chance())?;
        return Ok(cx.none());
    };
    let mut key: SmallVec<[u32; 8]> = SmallVec::new();
    if let Some(int) = by.view::<IntObject>() {
        // Words of 32 bits from digits of 30.
        let (mut bits, mut held) = (0_u64, 0);
        for digit in int.digits() {
            bits |= u64::from(*digit) << held;
            held += 30;
            if held >= 32 {
                key.push(bits as u32);
                bits >>= 32;
                held -= 32;
            }
        }
        if bits != 0 || key.is_empty() {
            key.push(bits as u32);
        }
        while key.len() > 1 && key.last() == Some(&0) {
            key.pop();
        }
    } else {
        let hash = protocol::hash(cx, by)?.cast_unsigned();
        key.push(hash as u32);
        if hash >> 32 != 0 {
            key.push((hash >> 32) as u32);
        }
    }
    on(cx, &args, |twister| twister.seed(&key))?;
    Ok(cx.none())
}

/// `getrandbits(k)`
fn getrandbits(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, k) = two(cx, &args)?;
    let bits = protocol::to_index(cx, k, Exc::OverflowError)?;
    let Ok(bits) = usize::try_from(bits) else {
        return Err(cx.value_error(format_args!("number of bits must be non-negative")));
    };
    if bits <= 32 {
        if bits == 0 {
            return cx.int(0);
        }
        let word = on(cx, &args, Twister::next_u32)?;
        return cx.int_of_size(i64::from(word >> (32 - bits)));
    }
    let mut bytes: Vec<u8> = Vec::new();
    reserve(cx, &mut bytes, bits.div_ceil(32).saturating_mul(4))?;
    on(cx, &args, |twister| {
        let mut left = bits;
        while left > 0 {
            let word = twister.next_u32();
            let word = if left < 32 { word >> (32 - left) } else { word };
            bytes.extend(word.to_le_bytes());
            left = left.saturating_sub(32);
        }
    })?;
    read_bytes(cx, &bytes, true, false)
}

/// `getstate()`: 624 words and the place of the next.
fn getstate(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let twister = on(cx, &args, |twister| *twister)?;
    let (words, next) = twister.state();
    let list = crate::list::with_capacity(cx, WORDS + 1)?;
    for word in words.iter().copied().chain([next as u32]) {
        crate::list::append(cx, list.borrow(), cx.int(i64::from(word))?)?;
    }
    crate::list::to_tuple(cx, list.borrow())
}

/// `setstate(state)`
fn setstate(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, state) = two(cx, &args)?;
    if !state.is_a::<crate::tuple::TupleObject>() {
        return Err(cx.type_error(format_args!("state vector must be a tuple")));
    }
    let items = crate::tuple::items_of(cx, state)?;
    if items.len() != WORDS + 1 {
        return Err(cx.value_error(format_args!("state vector is the wrong size")));
    }
    let mut words = [0; WORDS];
    for (word, item) in words.iter_mut().zip(items) {
        let Some(int) = item.view::<IntObject>() else {
            return Err(cx.type_error(format_args!("an integer is required")));
        };
        *word = int.kernel().to_u64().unwrap_or(0) as u32;
    }
    let next = items.last().and_then(|next| next.view::<IntObject>()).and_then(IntObject::to_i64);
    let Some(next) = next.and_then(|next| usize::try_from(next).ok()).filter(|next| *next <= WORDS)
    else {
        return Err(cx.value_error(format_args!("invalid state")));
    };
    on(cx, &args, |twister| *twister = Twister::from_state(words, next))?;
    Ok(cx.none())
}
