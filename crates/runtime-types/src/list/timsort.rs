//! The merge sort of lists: stable, adaptive, and asking for the same comparisons in the same order
//! as CPython 3.13 (`Objects/listobject.c`; the reasons are in its `listsort.txt`).
//!
//! ```text
//! runs    found as they lie (descending ones turned round), short ones made longer by insertion
//! merges  neighbours only, in the order of powersort
//! gallop  when one side of a merge wins again and again, it is searched in growing steps
//! ```
//!
//! It moves plain copies of what is sorted, so a comparison that fails may leave at any point; the
//! items are all there then, in some order: the one that CPython leaves.

/// Runs shorter than this, or half of it, are made longer.
const MAX_MINRUN: usize = 64;
/// Wins in a row that begin a gallop.
const MIN_GALLOP: usize = 7;
/// Merges that can be pending: more than the bits of a length.
const MAX_PENDING: usize = 85;

#[derive(Clone, Copy, Default)]
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

/// Items of `temp` that sorting `len` items needs.
pub(super) const fn scratch(len: usize) -> usize {
    if len < MAX_MINRUN { 0 } else { len / 2 + 1 }
}

/// Sorts `items` by `less`. `temp` has at least [`scratch`] items.
///
/// # Errors
/// The first error of `less`; the items are in no order then.
pub(super) fn sort<T: Copy, E>(
    items: &mut [T],
    temp: &mut [T],
    less: impl FnMut(T, T) -> Result<bool, E>,
) -> Result<(), E> {
    let Some(&nothing) = items.first() else { return Ok(()) };
    let mut minrun = items.len();
    let mut odd = 0;
    while minrun >= MAX_MINRUN {
        odd |= minrun & 1;
        minrun >>= 1;
    }
    minrun += odd;
    let runs = [Run::default(); MAX_PENDING];
    let mut sorter =
        Sorter { items, temp, nothing, less, runs, pending: 0, min_gallop: MIN_GALLOP };
    let mut start = 0;
    while start < sorter.items.len() {
        let left = sorter.items.len() - start;
        let mut len = sorter.count_run(start, left)?;
        if len < minrun {
            let forced = left.min(minrun);
            sorter.insert(start, forced, len)?;
            len = forced;
        }
        sorter.found_run(Run { start, len, power: 0 })?;
        start += len;
    }
    while sorter.pending > 1 {
        let mut i = sorter.pending - 2;
        if i > 0 && sorter.run(i - 1).len < sorter.run(i + 1).len {
            i -= 1;
        }
        sorter.merge_at(i)?;
    }
    Ok(())
}

struct Sorter<'a, T, F> {
    items: &'a mut [T],
    temp: &'a mut [T],
    /// Any item, for reads that cannot happen.
    nothing: T,
    less: F,
    runs: [Run; MAX_PENDING],
    pending: usize,
    min_gallop: usize,
}

/// What is left of a merge: where the two sides go on, their lengths, and where the next item goes.
struct Left {
    a: usize,
    na: usize,
    b: usize,
    nb: usize,
    to: usize,
}

/// Where the items of one side of a merge are.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Items,
    Temp,
}

impl<T: Copy, E, F: FnMut(T, T) -> Result<bool, E>> Sorter<'_, T, F> {
    #[inline(always)]
    fn at(&self, i: usize) -> T {
        self.items.get(i).copied().unwrap_or(self.nothing)
    }

    #[inline(always)]
    fn read(&self, side: Side, i: usize) -> T {
        let items: &[T] = if side == Side::Items { self.items } else { self.temp };
        items.get(i).copied().unwrap_or(self.nothing)
    }

    #[inline(always)]
    fn put(&mut self, i: usize, item: T) {
        if let Some(place) = self.items.get_mut(i) {
            *place = item;
        }
    }

    #[inline(always)]
    fn ask(&mut self, a: T, b: T) -> Result<bool, E> {
        (self.less)(a, b)
    }

    #[inline(always)]
    fn less(&mut self, i: usize, j: usize) -> Result<bool, E> {
        self.ask(self.at(i), self.at(j))
    }

    fn reverse(&mut self, start: usize, len: usize) {
        if let Some(part) = self.items.get_mut(start..start + len) {
            part.reverse();
        }
    }

    fn run(&self, i: usize) -> Run {
        self.runs.get(i).copied().unwrap_or_default()
    }

    fn set_run(&mut self, i: usize, run: Run) {
        if let Some(place) = self.runs.get_mut(i) {
            *place = run;
        }
    }

    /// Length of the run that begins at `start`, which ascends when this returns.
    fn count_run(&mut self, start: usize, left: usize) -> Result<usize, E> {
        let mut n = 1;
        while n < left && !self.less(start + n, start + n - 1)? {
            n += 1;
        }
        if n == left {
            return Ok(n);
        }
        // The item at `n` is smaller than the one before.
        if n > 1 {
            if self.less(start, start + n - 1)? {
                return Ok(n);
            }
            // Equal so far: turned round twice they keep their order.
            self.reverse(start, n);
        }
        n += 1;
        let mut equal = 0;
        while n < left {
            if self.less(start + n, start + n - 1)? {
                self.reverse_equal(start, n, &mut equal);
            } else if self.less(start + n - 1, start + n)? {
                break;
            } else {
                equal += 1;
            }
            n += 1;
        }
        self.reverse_equal(start, n, &mut equal);
        self.reverse(start, n);
        while n < left && !self.less(start + n, start + n - 1)? {
            n += 1;
        }
        Ok(n)
    }

    /// Turns the last equal items of a descending run round.
    fn reverse_equal(&mut self, start: usize, n: usize, equal: &mut usize) {
        if *equal > 0 {
            let len = *equal + 1;
            self.reverse(start + n - len, len);
            *equal = 0;
        }
    }

    /// Sorts `len` items of which the first `sorted` are in order: binary insertion.
    fn insert(&mut self, start: usize, len: usize, sorted: usize) -> Result<(), E> {
        for i in sorted.max(1)..len {
            let pivot = self.at(start + i);
            let (mut low, mut high) = (0, i);
            while low < high {
                let middle = (low + high) / 2;
                if self.ask(pivot, self.at(start + middle))? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            if let Some(part) = self.items.get_mut(start + low..=start + i) {
                part.rotate_right(1);
            }
        }
        Ok(())
    }

    /// Takes a run over, after the merges that must come before it.
    fn found_run(&mut self, run: Run) -> Result<(), E> {
        if self.pending > 0 {
            let last = self.run(self.pending - 1);
            let power = power(last.start, last.len, run.len, self.items.len());
            while self.pending > 1 && self.run(self.pending - 2).power > power {
                self.merge_at(self.pending - 2)?;
            }
            let last = self.run(self.pending - 1);
            self.set_run(self.pending - 1, Run { power, ..last });
        }
        self.set_run(self.pending, run);
        self.pending += 1;
        Ok(())
    }

    /// Merges the pending runs `i` and `i + 1`.
    fn merge_at(&mut self, i: usize) -> Result<(), E> {
        let (a, b) = (self.run(i), self.run(i + 1));
        self.set_run(i, Run { len: a.len + b.len, ..a });
        if i + 3 == self.pending {
            let next = self.run(i + 2);
            self.set_run(i + 1, next);
        }
        self.pending -= 1;
        // What of `a` is in place already, and what of `b`.
        let skip = self.gallop_right(self.at(b.start), Side::Items, a.start, a.len, 0)?;
        let (start, len) = (a.start + skip, a.len - skip);
        if len == 0 {
            return Ok(());
        }
        let last = self.at(start + len - 1);
        let right = self.gallop_left(last, Side::Items, b.start, b.len, b.len - 1)?;
        if right == 0 {
            Ok(())
        } else if len <= right {
            self.merge_low(start, len, b.start, right)
        } else {
            self.merge_high(start, len, b.start, right)
        }
    }

    /// The first position in a sorted part where `key` could be: behind all that are less.
    fn gallop_left(
        &mut self,
        key: T,
        side: Side,
        base: usize,
        n: usize,
        hint: usize,
    ) -> Result<usize, E> {
        let (mut low, mut high) = (0, 1);
        if self.ask(self.read(side, base + hint), key)? {
            let most = n - hint;
            while high < most && self.ask(self.read(side, base + hint + high), key)? {
                (low, high) = (high, high * 2 + 1);
            }
            (low, high) = (low + hint + 1, high.min(most) + hint);
        } else {
            let most = hint + 1;
            while high < most && !self.ask(self.read(side, base + hint - high), key)? {
                (low, high) = (high, high * 2 + 1);
            }
            (low, high) = (hint + 1 - high.min(most), hint - low);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.ask(self.read(side, base + middle), key)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }

    /// The last position in a sorted part where `key` could be: before all that are greater.
    fn gallop_right(
        &mut self,
        key: T,
        side: Side,
        base: usize,
        n: usize,
        hint: usize,
    ) -> Result<usize, E> {
        let (mut low, mut high) = (0, 1);
        if self.ask(key, self.read(side, base + hint))? {
            let most = hint + 1;
            while high < most && self.ask(key, self.read(side, base + hint - high))? {
                (low, high) = (high, high * 2 + 1);
            }
            (low, high) = (hint + 1 - high.min(most), hint - low);
        } else {
            let most = n - hint;
            while high < most && !self.ask(key, self.read(side, base + hint + high))? {
                (low, high) = (high, high * 2 + 1);
            }
            (low, high) = (low + hint + 1, high.min(most) + hint);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.ask(key, self.read(side, base + middle))? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(high)
    }

    /// Moves `n` items to the side.
    fn save(&mut self, start: usize, n: usize) {
        if let (Some(to), Some(from)) = (self.temp.get_mut(..n), self.items.get(start..start + n)) {
            to.copy_from_slice(from);
        }
    }

    /// Moves `n` items from either side to `to`.
    fn copy(&mut self, side: Side, from: usize, n: usize, to: usize) {
        match side {
            Side::Items if from + n <= self.items.len() && to + n <= self.items.len() => {
                self.items.copy_within(from..from + n, to);
            }
            Side::Items => {}
            Side::Temp => {
                if let (Some(from), Some(to)) =
                    (self.temp.get(from..from + n), self.items.get_mut(to..to + n))
                {
                    to.copy_from_slice(from);
                }
            }
        }
    }

    /// Merges from the left, the shorter side `a` put aside. The first item is `b`'s, the last `a`'s.
    fn merge_low(&mut self, start: usize, na: usize, b: usize, nb: usize) -> Result<(), E> {
        self.save(start, na);
        self.put(start, self.at(b));
        let mut left = Left { a: 0, na, b: b + 1, nb: nb - 1, to: start + 1 };
        let result = self.merge_low_until_one(&mut left);
        let Left { a, na, b, nb, to } = left;
        if result.is_err() {
            // `b` stays where it is; the gap before it is as long as what is left of `a`.
            self.copy(Side::Temp, a, na, to);
            return result;
        }
        // One of them is used up, or the last item of `a` belongs at the end.
        self.copy(Side::Items, b, nb, to);
        self.copy(Side::Temp, a, na, to + nb);
        Ok(())
    }

    /// Merges until `b` is used up or `a` has one item.
    #[inline(always)]
    fn merge_low_until_one(&mut self, left: &mut Left) -> Result<(), E> {
        let Left { a, na, b, nb, to } = left;
        let mut min_gallop = self.min_gallop;
        'merge: while *nb > 0 && *na > 1 {
            let (mut wins_a, mut wins_b) = (0, 0);
            while wins_a < min_gallop && wins_b < min_gallop {
                let (left, right) = (self.read(Side::Temp, *a), self.at(*b));
                if self.ask(right, left)? {
                    self.put(*to, right);
                    (*to, *b, *nb) = (*to + 1, *b + 1, *nb - 1);
                    (wins_a, wins_b) = (0, wins_b + 1);
                } else {
                    self.put(*to, left);
                    (*to, *a, *na) = (*to + 1, *a + 1, *na - 1);
                    (wins_a, wins_b) = (wins_a + 1, 0);
                }
                if *nb == 0 || *na == 1 {
                    break 'merge;
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                wins_a = self.gallop_right(self.at(*b), Side::Temp, *a, *na, 0)?;
                self.copy(Side::Temp, *a, wins_a, *to);
                (*to, *a, *na) = (*to + wins_a, *a + wins_a, *na - wins_a);
                if wins_a > 0 && *na <= 1 {
                    break 'merge;
                }
                self.put(*to, self.at(*b));
                (*to, *b, *nb) = (*to + 1, *b + 1, *nb - 1);
                if *nb == 0 {
                    break 'merge;
                }
                let left = self.read(Side::Temp, *a);
                wins_b = self.gallop_left(left, Side::Items, *b, *nb, 0)?;
                self.copy(Side::Items, *b, wins_b, *to);
                (*to, *b, *nb) = (*to + wins_b, *b + wins_b, *nb - wins_b);
                if *nb == 0 {
                    break 'merge;
                }
                self.put(*to, left);
                (*to, *a, *na) = (*to + 1, *a + 1, *na - 1);
                if *na == 1 {
                    break 'merge;
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
        Ok(())
    }

    /// Merges from the right, the shorter side `b` put aside. `a` and `to` are one past the items
    /// that come next, so that they never go below zero.
    fn merge_high(&mut self, start: usize, na: usize, b: usize, nb: usize) -> Result<(), E> {
        self.save(b, nb);
        // `a` ends at `start + na`, the saved `b` at `nb`.
        self.put(b + nb - 1, self.at(start + na - 1));
        let mut left = Left { a: start, na: na - 1, b: 0, nb, to: b + nb - 1 };
        let result = self.merge_high_until_one(&mut left);
        let Left { na, nb, to, .. } = left;
        if result.is_err() {
            // `a` stays where it is; the gap behind it is as long as what is left of `b`.
            self.copy(Side::Temp, 0, nb, to - nb);
            return result;
        }
        // One of them is used up, or the first item of `b` belongs at the front.
        self.copy(Side::Items, start, na, to - na);
        self.copy(Side::Temp, 0, nb, to - na - nb);
        Ok(())
    }

    /// Merges until `a` is used up or `b` has one item.
    #[inline(always)]
    fn merge_high_until_one(&mut self, left: &mut Left) -> Result<(), E> {
        let Left { a: start, na, nb, to, .. } = left;
        let mut min_gallop = self.min_gallop;
        'merge: while *na > 0 && *nb > 1 {
            let (mut wins_a, mut wins_b) = (0, 0);
            while wins_a < min_gallop && wins_b < min_gallop {
                let (left, right) = (self.at(*start + *na - 1), self.read(Side::Temp, *nb - 1));
                if self.ask(right, left)? {
                    self.put(*to - 1, left);
                    (*to, *na) = (*to - 1, *na - 1);
                    (wins_a, wins_b) = (wins_a + 1, 0);
                } else {
                    self.put(*to - 1, right);
                    (*to, *nb) = (*to - 1, *nb - 1);
                    (wins_a, wins_b) = (0, wins_b + 1);
                }
                if *na == 0 || *nb == 1 {
                    break 'merge;
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let right = self.read(Side::Temp, *nb - 1);
                wins_a = *na - self.gallop_right(right, Side::Items, *start, *na, *na - 1)?;
                (*to, *na) = (*to - wins_a, *na - wins_a);
                self.copy(Side::Items, *start + *na, wins_a, *to);
                if *na == 0 {
                    break 'merge;
                }
                self.put(*to - 1, right);
                (*to, *nb) = (*to - 1, *nb - 1);
                if *nb == 1 {
                    break 'merge;
                }
                let left = self.at(*start + *na - 1);
                wins_b = *nb - self.gallop_left(left, Side::Temp, 0, *nb, *nb - 1)?;
                (*to, *nb) = (*to - wins_b, *nb - wins_b);
                self.copy(Side::Temp, *nb, wins_b, *to);
                if wins_b > 0 && *nb <= 1 {
                    break 'merge;
                }
                self.put(*to - 1, left);
                (*to, *na) = (*to - 1, *na - 1);
                if *na == 0 {
                    break 'merge;
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
        Ok(())
    }
}

/// How late the border between two neighbouring runs is to be merged away. CPython: `powerloop`.
fn power(start: usize, n1: usize, n2: usize, n: usize) -> u32 {
    let mut a = 2 * start + n1;
    let mut b = a + n1 + n2;
    let mut power = 0;
    loop {
        power += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}
