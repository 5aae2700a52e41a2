//! The Mersenne Twister MT19937, as CPython's `random` runs it: equal seeds give equal numbers.
//!
//! M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-dimensionally equidistributed uniform
//! pseudorandom number generator", 1998.

/// Words of the state.
pub const WORDS: usize = 624;
const MIDDLE: usize = 397;
const MATRIX: u32 = 0x9908_b0df;
const UPPER: u32 = 0x8000_0000;
const LOWER: u32 = 0x7fff_ffff;

/// The state: the words, and how many of them were handed out.
#[derive(Clone, Copy)]
pub struct Twister {
    words: [u32; WORDS],
    next: usize,
}

impl Twister {
    /// A state of zeros, to be seeded.
    pub const fn empty() -> Self {
        Self { words: [0; WORDS], next: WORDS }
    }

    /// The state with these words.
    pub const fn from_state(words: [u32; WORDS], next: usize) -> Self {
        Self { words, next }
    }

    /// The words, and how many of them were handed out.
    pub const fn state(&self) -> (&[u32; WORDS], usize) {
        (&self.words, self.next)
    }

    fn seed_word(&mut self, seed: u32) {
        let mut last = seed;
        for (index, word) in (0_u32..).zip(self.words.iter_mut()) {
            if index > 0 {
                last = 1_812_433_253_u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(index);
            }
            *word = last;
        }
        self.next = WORDS;
    }

    fn word(&self, index: usize) -> u32 {
        self.words.get(index % WORDS).copied().unwrap_or(0)
    }

    fn set(&mut self, index: usize, value: u32) {
        if let Some(word) = self.words.get_mut(index % WORDS) {
            *word = value;
        }
    }

    /// Seeds it with the words of a number, lowest first; at least one.
    pub fn seed(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let (mut i, mut j) = (1, 0);
        // One step: word `i` from the one before it; the last word is also the first.
        let step = |this: &mut Self, i: &mut usize, factor: u32, more: &dyn Fn(u32) -> u32| {
            let before = this.word(*i - 1);
            let mixed = this.word(*i) ^ (before ^ (before >> 30)).wrapping_mul(factor);
            this.set(*i, more(mixed));
            *i += 1;
            if *i >= WORDS {
                this.set(0, this.word(WORDS - 1));
                *i = 1;
            }
        };
        for _ in 0..WORDS.max(key.len()) {
            let add = key.get(j).copied().unwrap_or(0).wrapping_add(j as u32);
            step(self, &mut i, 1_664_525, &|mixed| mixed.wrapping_add(add));
            j += 1;
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 1..WORDS {
            let at = i as u32;
            step(self, &mut i, 1_566_083_941, &|mixed| mixed.wrapping_sub(at));
        }
        self.set(0, UPPER);
    }

    fn refill(&mut self) {
        for k in 0..WORDS {
            let y = (self.word(k) & UPPER) | (self.word(k + 1) & LOWER);
            let odd = if y & 1 == 1 { MATRIX } else { 0 };
            self.set(k, self.word(k + MIDDLE) ^ (y >> 1) ^ odd);
        }
        self.next = 0;
    }

    /// The next 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.next >= WORDS {
            self.refill();
        }
        let mut y = self.word(self.next);
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// The next float from zero up to one, of 53 bits.
    pub fn next_f64(&mut self) -> f64 {
        let (a, b) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_reference() {
        let mut twister = Twister::empty();
        twister.seed(&[0x123, 0x234, 0x345, 0x456]);
        let first: Vec<u32> = (0..4).map(|_| twister.next_u32()).collect();
        assert_eq!(first, [1_067_595_299, 955_945_823, 477_289_528, 4_107_218_783]);
    }
}
