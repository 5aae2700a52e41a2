//! How much containers over-allocate: CPython's formulas, as measured on 3.13.
//!
//! Sizes are items (lists), slots (dicts, sets) or bytes (bytearrays). None means a size beyond the
//! address space, which the caller answers with `MemoryError`.

/// The list's capacity after a resize to `new` items, with `len` items and `capacity` now.
#[must_use]
pub fn list_capacity(capacity: usize, len: usize, new: usize) -> Option<usize> {
    if capacity >= new && new >= capacity >> 1 {
        return Some(capacity);
    }
    if new == 0 {
        return Some(0);
    }
    let grown = new.checked_add(new >> 3)?.checked_add(6)? & !3;
    // A jump that is larger than the reserve would be gets no reserve.
    let jump = new.checked_sub(len).is_some_and(|jump| jump > grown - new);
    if jump { Some(new.checked_add(3)? & !3) } else { Some(grown) }
}

/// The list's capacity after a first `extend` from a source of known length, and `list(seq)`.
#[must_use]
pub fn list_capacity_exact(len: usize) -> Option<usize> {
    Some(len.checked_add(1)? & !1)
}

/// Binary logarithm of the slots of the smallest dict table: 8 slots.
pub const DICT_LOG2_LEAST: u32 = 3;

/// Binary logarithm of the slots of a dict table that is asked to hold `least`.
///
/// The bitwise or is no maximum: 3 and 6 give 16 slots, not 8. Source: `calculate_log2_keysize`.
#[must_use]
pub fn dict_log2_slots(least: usize) -> u32 {
    let rounded = (least | 8).wrapping_sub(1) | 7;
    usize::BITS - rounded.leading_zeros()
}

/// Entries that a dict table of `1 << log2_slots` slots takes: two thirds.
#[must_use]
pub const fn dict_usable(log2_slots: u32) -> usize {
    let slots = 1_usize << if log2_slots < 63 { log2_slots } else { 63 };
    slots - slots.div_ceil(3) // and twice as many slots may not fit
}

/// Bytes of index in front of the entries of a dict table.
#[must_use]
pub fn dict_index_bytes(log2_slots: u32) -> Option<usize> {
    let width = match log2_slots {
        0..8 => 1,
        8..16 => 2,
        16..32 => 4,
        _ => 8,
    };
    1_usize.checked_shl(log2_slots)?.checked_mul(width)
}

/// The minimum asked for when a dict of `used` live entries runs out of room.
#[must_use]
pub fn dict_growth(used: usize) -> Option<usize> {
    used.checked_mul(3)
}

/// Binary logarithm of the slots of a dict that is made for `count` entries.
/// Source: `estimate_log2_keysize`.
#[must_use]
pub fn dict_log2_presized(count: usize) -> Option<u32> {
    Some(dict_log2_slots(count.checked_mul(3)?.checked_add(1)? / 2))
}

/// Whether a set of `fill` used and dummy slots must grow, after an insertion, with that `mask`.
#[must_use]
#[inline]
pub fn set_must_grow(fill: usize, mask: usize) -> bool {
    match (fill.checked_mul(5), mask.checked_mul(3)) {
        (Some(fill), Some(mask)) => fill >= mask,
        // In 128 bits no product overflows.
        _ => (fill as u128) * 5 >= (mask as u128) * 3,
    }
}

/// Slots of a set that grows because it is full, with `used` members.
#[must_use]
pub fn set_grown_slots(used: usize) -> Option<usize> {
    set_slots(used.checked_mul(if used > 50_000 { 2 } else { 4 })?)
}

/// Slots of a set that takes `count` more members of another set or dict at once.
#[must_use]
pub fn set_merged_slots(used: usize, count: usize) -> Option<usize> {
    set_slots(used.checked_add(count)?.checked_mul(2)?)
}

/// The smallest set table of more than `least` slots, 8 at least.
#[must_use]
pub fn set_slots(least: usize) -> Option<usize> {
    least.checked_add(1)?.checked_next_power_of_two().map(|slots| slots.max(8))
}

/// What becomes of a bytearray's allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteArrayFit {
    /// It stays as it is, and the bytes where they are.
    Keep,
    /// It is made this large, and the bytes go to its start.
    Exactly(usize),
}

/// The bytearray's allocation after a resize to `new` bytes, with `allocated` now, of which the first
/// `offset` were given up at the front. Every non-empty allocation holds one byte more, for a zero at
/// the end. Source: `PyByteArray_Resize`.
#[must_use]
pub fn bytearray_fit(allocated: usize, offset: usize, new: usize) -> Option<ByteArrayFit> {
    let needed = new.checked_add(1)?;
    if needed.checked_add(offset)? <= allocated {
        let keep = new >= allocated / 2;
        return Some(if keep { ByteArrayFit::Keep } else { ByteArrayFit::Exactly(needed) });
    }
    // `new <= 1.125 * allocated`, in eighths; the float of the source is exact below 2**50.
    if (new as u128) * 8 <= (allocated as u128) * 9 {
        let grown = new.checked_add(new >> 3)?.checked_add(if new < 9 { 3 } else { 6 })?;
        return Some(ByteArrayFit::Exactly(grown));
    }
    Some(ByteArrayFit::Exactly(needed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_grow_and_shrink_as_measured() {
        let (mut capacity, mut seen) = (0, Vec::new());
        for len in 0..1100 {
            let next = list_capacity(capacity, len, len + 1).unwrap();
            if next != capacity {
                seen.push(next);
            }
            capacity = next;
        }
        let expected = [
            4, 8, 16, 24, 32, 40, 52, 64, 76, 92, 108, 128, 148, 172, 200, 232, 268, 308, 352, 400,
            456, 520, 592, 672, 760, 860, 972, 1100,
        ];
        assert_eq!(seen, expected);
        let (mut capacity, mut shrunk) = (100, Vec::new());
        for len in (0..100).rev() {
            let next = list_capacity(capacity, len + 1, len).unwrap();
            if next != capacity {
                shrunk.push((len, next));
            }
            capacity = next;
        }
        let expected = [(49, 60), (29, 36), (17, 24), (11, 16), (7, 12), (5, 8), (1, 4), (0, 0)];
        assert_eq!(shrunk, expected);
        assert_eq!(list_capacity(10, 10, 30), Some(32), "[0] * 10 *= 3");
        assert_eq!(list_capacity(0, 0, usize::MAX), None);
        assert_eq!([0, 1, 2, 5].map(list_capacity_exact), [0, 2, 2, 6].map(Some));
    }

    #[test]
    fn dict_tables_have_the_measured_sizes() {
        let asked = [0, 3, 6, 8, 9, 15, 16, 63, 64, 65];
        let slots = [8, 16, 16, 8, 16, 16, 32, 64, 128, 128];
        assert_eq!(asked.map(|least| 1_usize << dict_log2_slots(least)), slots);
        let sizes = [184, 272, 464, 832, 1584, 3328, 6576, 13056, 26032, 51968, 103_856, 207_616];
        for (log2, size) in (3..).zip(sizes) {
            let bytes = 32 + dict_index_bytes(log2).unwrap() + dict_usable(log2) * 16;
            assert_eq!(64 + bytes, size, "{log2}");
        }
        assert_eq!(dict_usable(3), 5);
        assert_eq!(dict_growth(usize::MAX), None);
    }

    #[test]
    fn sets_grow_as_measured() {
        let (mut slots, mut seen) = (8, Vec::new());
        for used in 1..100_000 {
            if set_must_grow(used, slots - 1) {
                slots = set_grown_slots(used).unwrap();
                seen.push((used, 200 + 16 * slots + 16));
            }
        }
        let expected = [
            (5, 728),
            (19, 2264),
            (77, 8408),
            (307, 32984),
            (1229, 131_288),
            (4915, 524_504),
            (19_661, 2_097_368),
            (78_643, 4_194_520),
        ];
        assert_eq!(seen, expected);
        let merged = [5, 8, 18, 50, 100].map(|n| 216 + 16 * set_merged_slots(0, n).unwrap());
        assert_eq!(merged, [472, 728, 1240, 2264, 4312]);
    }

    #[test]
    fn bytearrays_grow_and_shrink_as_measured() {
        let fit = |allocated, new| match bytearray_fit(allocated, 0, new).unwrap() {
            ByteArrayFit::Keep => allocated,
            ByteArrayFit::Exactly(allocated) => allocated,
        };
        let (mut allocated, mut seen) = (0, Vec::new());
        for len in 1..216 {
            let next = fit(allocated, len);
            if next != allocated {
                seen.push(next);
            }
            allocated = next;
        }
        let expected = [2, 5, 8, 12, 19, 27, 36, 46, 57, 70, 84, 100, 118, 138, 161, 187, 216];
        assert_eq!(seen, expected);
        let (mut allocated, mut shrunk) = (101, Vec::new());
        for len in (0..100).rev() {
            let next = fit(allocated, len);
            if next != allocated {
                shrunk.push((len, next));
            }
            allocated = next;
        }
        assert_eq!(shrunk, [(49, 50), (24, 25), (11, 12), (5, 6), (2, 3), (0, 1)]);
        // Bytes given up at the front count as used, and are left behind by every move.
        assert_eq!(bytearray_fit(101, 10, 90), Some(ByteArrayFit::Keep));
        assert_eq!(bytearray_fit(101, 60, 40), Some(ByteArrayFit::Exactly(41)));
        assert_eq!(bytearray_fit(100, 50, 60), Some(ByteArrayFit::Exactly(73)));
        assert_eq!(bytearray_fit(1, 0, usize::MAX), None);
    }
}
