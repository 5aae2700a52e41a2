//! Which addresses hold an object born since watching began.
//!
//! ```text
//! address = region (its high bits) | granule (16 bytes) | 0000
//! regions: { number -> 65,536 bits, one for each granule of 1 MiB }
//! ```
//!
//! One bit for each 16 bytes of memory that objects live in: 0.8 % of it. The last region asked for
//! is kept at hand, since births and deaths come in neighbourhoods.

use std::collections::HashMap;

/// Bytes of a region, and bits for it.
const REGION: usize = 1 << 20;
const WORDS: usize = REGION / 16 / 64;

type Bits = Box<[u64; WORDS]>;

/// A set of addresses that are multiples of 16.
#[derive(Default)]
pub(super) struct Live {
    regions: Vec<Bits>,
    by_number: HashMap<usize, usize>,
    /// The number and index of the region asked for last.
    last: Option<(usize, usize)>,
}

impl Live {
    /// Adds an address; `false` when it was there already.
    pub(super) fn insert(&mut self, address: usize) -> bool {
        let index = self.region(address / REGION);
        let Some((word, bit)) = self.bit(index, address) else { return true };
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    /// Removes an address; `false` when it was not there.
    pub(super) fn remove(&mut self, address: usize) -> bool {
        let index = self.region(address / REGION);
        let Some((word, bit)) = self.bit(index, address) else { return false };
        let there = *word & bit != 0;
        *word &= !bit;
        there
    }

    /// The index of the region with this number, made when it is new.
    fn region(&mut self, number: usize) -> usize {
        if let Some((last, index)) = self.last
            && last == number
        {
            return index;
        }
        let index = *self.by_number.entry(number).or_insert_with(|| {
            self.regions.push(Box::new([0; WORDS]));
            self.regions.len() - 1
        });
        self.last = Some((number, index));
        index
    }

    fn bit(&mut self, region: usize, address: usize) -> Option<(&mut u64, u64)> {
        let granule = address % REGION / 16;
        let word = self.regions.get_mut(region)?.get_mut(granule / 64)?;
        Some((word, 1 << (granule % 64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_the_set_from_insert_to_remove() {
        let mut live = Live::default();
        let addresses = [0x10, 0x20, 0x7f00_0000_0010, 0x7f00_000f_fff0, 0x7f00_0010_0000];
        for address in addresses {
            assert!(live.insert(address), "{address:#x} is new");
        }
        for address in addresses {
            assert!(!live.insert(address), "{address:#x} is known");
            assert!(live.remove(address));
            assert!(!live.remove(address), "{address:#x} is gone");
        }
    }
}
