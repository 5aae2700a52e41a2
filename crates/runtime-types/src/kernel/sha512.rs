//! SHA-512 (FIPS 180-4), with which `random.seed` turns text into a number.

/// Fractions of the cube roots of the first 80 primes.
const K: [u64; 80] = constants();

/// Fractions of the square roots of the first 8 primes.
const START: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// The first 64 bits of the fractions of the cube roots of the first 80 primes, by bisection on
/// integers: `floor(cbrt(p) * 2**64)` modulo `2**64`.
#[expect(clippy::indexing_slicing, reason = "const code; the index is below 80")]
const fn constants() -> [u64; 80] {
    let mut k = [0; 80];
    let (mut found, mut candidate) = (0, 2_u64);
    while found < 80 {
        let mut divisor = 2;
        while divisor * divisor <= candidate && !candidate.is_multiple_of(divisor) {
            divisor += 1;
        }
        if divisor * divisor > candidate {
            k[found] = cube_root_fraction(candidate);
            found += 1;
        }
        candidate += 1;
    }
    k
}

/// The fraction of the cube root of `p`, bit by bit, compared in limbs of 32 bits.
const fn cube_root_fraction(p: u64) -> u64 {
    let mut root: u128 = 0;
    let mut bit = 67;
    while bit > 0 {
        bit -= 1;
        let trial = root | 1 << bit;
        if cube_at_most(trial, p) {
            root = trial;
        }
    }
    root as u64
}

/// Whether `x**3 <= p * 2**192`, for `x` below `2**67` and `p` below `2**9`.
#[expect(clippy::indexing_slicing, reason = "const code; indices are below the lengths")]
const fn cube_at_most(x: u128, p: u64) -> bool {
    let limbs = [(x & 0xffff_ffff) as u64, (x >> 32 & 0xffff_ffff) as u64, (x >> 64) as u64];
    let mut square = [0_u64; 6];
    let mut cube = [0_u64; 9];
    let mut i = 0;
    while i < 3 {
        let (mut carry, mut j) = (0_u64, 0);
        while j < 3 {
            let sum = square[i + j] + limbs[i] * limbs[j] + carry;
            square[i + j] = sum & 0xffff_ffff;
            carry = sum >> 32;
            j += 1;
        }
        square[i + 3] = carry;
        i += 1;
    }
    i = 0;
    while i < 6 {
        let (mut carry, mut j) = (0_u64, 0);
        while j < 3 {
            let sum = cube[i + j] + square[i] * limbs[j] + carry;
            cube[i + j] = sum & 0xffff_ffff;
            carry = sum >> 32;
            j += 1;
        }
        cube[i + 3] = carry;
        i += 1;
    }
    // The right side is `p` in limb 6, since it is below 2**32; nothing lies below it.
    if cube[7] != 0 || cube[8] != 0 || cube[6] > p {
        return false;
    }
    let mut rest = 0;
    i = 0;
    while i < 6 {
        rest |= cube[i];
        i += 1;
    }
    cube[6] < p || rest == 0
}

/// The digest of some bytes.
pub fn digest(bytes: &[u8]) -> [u8; 64] {
    let mut state = START;
    let mut chunks = bytes.chunks_exact(128);
    for chunk in &mut chunks {
        block(&mut state, chunk);
    }
    let rest = chunks.remainder();
    let mut tail = [0_u8; 256];
    let length = if rest.len() < 112 { 128 } else { 256 };
    let bits = (bytes.len() as u128) << 3;
    for (to, from) in tail.iter_mut().zip(rest.iter().chain([&0x80])) {
        *to = *from;
    }
    for (to, from) in tail.iter_mut().take(length).rev().zip(bits.to_le_bytes()) {
        *to = from;
    }
    for chunk in tail.chunks_exact(128).take(length / 128) {
        block(&mut state, chunk);
    }
    let mut digest = [0; 64];
    for (to, word) in digest.chunks_exact_mut(8).zip(state) {
        to.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// Works 128 bytes into the state.
#[expect(clippy::indexing_slicing, reason = "indices are below the lengths of the arrays")]
fn block(state: &mut [u64; 8], chunk: &[u8]) {
    let mut w = [0_u64; 80];
    for (word, bytes) in w.iter_mut().zip(chunk.chunks_exact(8)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    for i in 16..80 {
        let (a, b) = (w[i - 15], w[i - 2]);
        let small = a.rotate_right(1) ^ a.rotate_right(8) ^ (a >> 7);
        let large = b.rotate_right(19) ^ b.rotate_right(61) ^ (b >> 6);
        w[i] = w[i - 16].wrapping_add(small).wrapping_add(w[i - 7]).wrapping_add(large);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (word, constant) in w.iter().zip(K) {
        let mix = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
        let choice = (e & f) ^ (!e & g);
        let one =
            h.wrapping_add(mix).wrapping_add(choice).wrapping_add(constant).wrapping_add(*word);
        let mix = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
        let two = mix.wrapping_add((a & b) ^ (a & c) ^ (b & c));
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(one), c, b, a, one.wrapping_add(two));
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(K[0], 0x428a_2f98_d728_ae22);
        assert_eq!(K[79], 0x6c44_198c_4a47_5817);
        assert!(hex(&digest(b"abc")).starts_with("ddaf35a193617abacc417349ae204131"));
        assert!(hex(&digest(b"")).starts_with("cf83e1357eefb8bdf1542850d66d8007"));
        assert!(hex(&digest(&[b'a'; 200])).starts_with("4b11459c33f52a22"));
    }
}
