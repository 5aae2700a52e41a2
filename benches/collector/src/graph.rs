//! The random graph, the same for every contender.

use crate::table::Table;

/// Three random references of each of `n` objects. The first ones form one cycle through all
/// objects, so that none dies by its count when the bench lets go, and one of them reaches all.
pub fn random(n: usize) -> Table<[u32; 3]> {
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let mut below = |bound: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (((seed >> 32) * bound as u64) >> 32) as u32
    };
    let mut edges = Table::new(n);
    (0..n).for_each(|i| edges.push([i as u32, 0, 0]));
    // Sattolo's shuffle: a random permutation that is one cycle.
    for i in (1..n).rev() {
        let j = below(i) as usize;
        let [first, ..] = edges[i];
        edges[i][0] = std::mem::replace(&mut edges[j][0], first);
    }
    for edge in edges.iter_mut() {
        let [_, second, third] = edge;
        (*second, *third) = (below(n), below(n));
    }
    edges
}
