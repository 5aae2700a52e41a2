//! Hashes: SipHash-1-3 for text and bytes, and the ways tuples, frozensets and addresses hash.
//!
//! Every public function gives CPython's final value, never -1, which means an error there.

/// The 16-byte secret of text hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HashKey {
    k0: u64,
    k1: u64,
}

impl HashKey {
    /// The key of `PYTHONHASHSEED=seed`; all zero for 0. Source: `lcg_urandom` in `bootstrap_hash.c`.
    #[must_use]
    pub fn from_seed(seed: u32) -> Self {
        if seed == 0 {
            return Self::default();
        }
        let mut state = seed;
        let mut word = || {
            (0..8).fold(0_u64, |word, at| {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                word | (u64::from((state >> 16) & 0xff) << (8 * at))
            })
        };
        Self { k0: word(), k1: word() }
    }
}

/// `hash` of `bytes`, or of a `str` whose compact storage they are. Empty ones hash to 0. Cost: linear.
#[must_use]
pub fn hash_bytes(key: HashKey, bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    finish(siphash13(key, bytes), -2)
}

fn finish(hash: u64, instead: i64) -> i64 {
    if hash == u64::MAX { instead } else { hash.cast_signed() }
}

/// SipHash with one round a word and three at the end.
#[must_use]
pub fn siphash13(key: HashKey, bytes: &[u8]) -> u64 {
    let mut state = Sip {
        v0: key.k0 ^ 0x736f_6d65_7073_6575,
        v1: key.k1 ^ 0x646f_7261_6e64_6f6d,
        v2: key.k0 ^ 0x6c79_6765_6e65_7261,
        v3: key.k1 ^ 0x7465_6462_7974_6573,
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for &word in words {
        state.word(u64::from_le_bytes(word));
    }
    let mut last = (bytes.len() as u64) << 56;
    for (at, &byte) in rest.iter().enumerate() {
        last |= u64::from(byte) << (8 * at);
    }
    state.word(last);
    state.v2 ^= 0xff;
    for _ in 0..3 {
        state.round();
    }
    state.v0 ^ state.v1 ^ state.v2 ^ state.v3
}

struct Sip {
    v0: u64,
    v1: u64,
    v2: u64,
    v3: u64,
}

impl Sip {
    fn word(&mut self, word: u64) {
        self.v3 ^= word;
        self.round();
        self.v0 ^= word;
    }

    fn round(&mut self) {
        self.v0 = self.v0.wrapping_add(self.v1);
        self.v1 = self.v1.rotate_left(13) ^ self.v0;
        self.v0 = self.v0.rotate_left(32);
        self.v2 = self.v2.wrapping_add(self.v3);
        self.v3 = self.v3.rotate_left(16) ^ self.v2;
        self.v0 = self.v0.wrapping_add(self.v3);
        self.v3 = self.v3.rotate_left(21) ^ self.v0;
        self.v2 = self.v2.wrapping_add(self.v1);
        self.v1 = self.v1.rotate_left(17) ^ self.v2;
        self.v2 = self.v2.rotate_left(32);
    }
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// The hash of a tuple, item by item. Source: `tuplehash`, after xxHash.
#[derive(Debug, Clone, Copy)]
pub struct TupleHash {
    state: u64,
}

impl TupleHash {
    /// Of no items yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: PRIME_5 }
    }

    /// Adds the next item's hash.
    pub fn add(&mut self, hash: i64) {
        let lane = hash.cast_unsigned().wrapping_mul(PRIME_2);
        self.state = self.state.wrapping_add(lane).rotate_left(31).wrapping_mul(PRIME_1);
    }

    /// The hash of the `len` items that were added.
    #[must_use]
    pub fn finish(self, len: usize) -> i64 {
        finish(self.state.wrapping_add(len as u64 ^ (PRIME_5 ^ 3_527_539)), 1_546_275_796)
    }
}

impl Default for TupleHash {
    fn default() -> Self {
        Self::new()
    }
}

/// The hash of a frozenset, in whatever order its members come. Source: `frozenset_hash`.
#[derive(Debug, Clone, Copy, Default)]
pub struct SetHash {
    state: u64,
}

impl SetHash {
    /// Of no members yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: 0 }
    }

    /// Adds a member's hash.
    pub fn add(&mut self, hash: i64) {
        let hash = hash.cast_unsigned();
        self.state ^= ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
    }

    /// The hash of the `len` members that were added.
    #[must_use]
    pub fn finish(self, len: usize) -> i64 {
        let mut hash = self.state ^ (len as u64).wrapping_add(1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        finish(hash.wrapping_mul(69_069).wrapping_add(907_133_923), 590_923_713)
    }
}

/// The hash of an object by its address: its low four bits, always zero, go to the top.
#[must_use]
pub fn hash_address(address: usize) -> i64 {
    finish((address as u64).rotate_right(4), -2)
}
