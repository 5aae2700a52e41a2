//! A plain reference collector: the rules of CPython's, written down on vectors and counts, with no
//! thought of speed. What the real one does must read the same in the log.

use super::fixture::{Action, Entry, SLOTS};

/// An object: a node, or a weak reference when it has a `callback`.
#[derive(Clone, Default)]
struct Thing {
    count: usize,
    slots: [Option<usize>; SLOTS],
    finalizes: bool,
    finalized: bool,
    collecting: bool,
    /// For a node: weak references to it, newest first.
    weak: Vec<usize>,
    /// For a weak reference: what it refers to, and its callback while that may be called.
    referent: Option<usize>,
    callback: Option<usize>,
    /// The number of a node.
    id: Option<u32>,
    action: Option<Action>,
}

#[derive(Default)]
pub(super) struct Model {
    things: Vec<Thing>,
    /// Node numbers and what they are, while they are alive.
    nodes: Vec<Option<usize>>,
    /// Tracked objects by generation, oldest first; rings of a collection behind them.
    rings: [Vec<usize>; 3],
    roots: Vec<usize>,
    pub(super) log: Vec<Entry>,
    running: bool,
}

impl Model {
    pub(super) fn node(&mut self, finalizer: Option<Action>, action: Action) -> usize {
        let (at, id) = (self.things.len(), self.nodes.len() as u32);
        self.things.push(Thing {
            count: 1,
            finalizes: finalizer.is_some(),
            id: Some(id),
            action: Some(finalizer.unwrap_or(action)),
            ..Thing::default()
        });
        self.nodes.push(Some(at));
        self.rings[0].push(at);
        at
    }

    pub(super) fn weak(&mut self, to: usize, action: Option<Action>) -> usize {
        let callback = action.map(|action| self.node(None, action));
        let at = self.things.len();
        self.things.push(Thing { count: 1, referent: Some(to), callback, ..Thing::default() });
        self.things[to].weak.insert(0, at);
        self.rings[0].push(at);
        at
    }

    pub(super) fn set_slot(&mut self, from: usize, slot: usize, to: Option<usize>) {
        if let Some(to) = to {
            self.things[to].count += 1;
        }
        if let Some(old) = std::mem::replace(&mut self.things[from].slots[slot], to) {
            self.release(old);
        }
    }

    pub(super) fn find(&self, id: u32) -> Option<usize> {
        let at = (*self.nodes.get(id as usize)?)?;
        (self.things[at].count > 0).then_some(at)
    }

    pub(super) fn alive(&self) -> Vec<u32> {
        let alive = |(id, at): (usize, &Option<usize>)| at.map(|_| id as u32);
        self.nodes.iter().enumerate().filter_map(alive).collect()
    }

    /// One reference less; the last one ends it, depth first.
    pub(super) fn release(&mut self, at: usize) {
        self.things[at].count -= 1;
        if self.things[at].count == 0 {
            self.die(at);
        }
    }

    fn die(&mut self, at: usize) {
        if self.things[at].finalizes && !self.things[at].finalized {
            self.things[at].count = 1;
            self.untrack(at);
            self.rings[0].push(at);
            self.finalize(at);
            self.things[at].finalized = true;
            self.things[at].count -= 1;
            if self.things[at].count > 0 {
                return;
            }
        }
        self.untrack(at);
        self.detach(at);
        let finalizes = self.things[at].finalizes;
        let weak = std::mem::take(&mut self.things[at].weak);
        for &one in &weak {
            self.things[one].referent = None;
            self.things[one].count += 1;
        }
        for &one in &weak {
            if let Some(callback) = self.things[one].callback {
                self.call_back(callback, one);
            }
        }
        for &one in weak.iter().rev() {
            if let Some(callback) = self.things[one].callback.take() {
                self.release(callback);
            }
            self.release(one);
        }
        if finalizes {
            for one in std::mem::take(&mut self.things[at].weak) {
                self.things[one].referent = None;
            }
        }
        self.clear(at);
        if let Some(id) = self.things[at].id {
            self.log.push(Entry::Freed(id));
            self.nodes[id as usize] = None;
        }
    }

    /// Takes every reference out, in order.
    fn clear(&mut self, at: usize) {
        self.detach(at);
        if let Some(callback) = self.things[at].callback.take() {
            self.release(callback);
        }
        for slot in 0..SLOTS {
            if let Some(old) = self.things[at].slots[slot].take() {
                self.release(old);
            }
        }
    }

    /// A weak reference leaves the list of its object.
    fn detach(&mut self, at: usize) {
        if let Some(referent) = self.things[at].referent.take() {
            self.things[referent].weak.retain(|&one| one != at);
        }
    }

    fn untrack(&mut self, at: usize) {
        for ring in &mut self.rings {
            ring.retain(|&one| one != at);
        }
        self.things[at].collecting = false;
    }

    fn finalize(&mut self, at: usize) {
        let (Some(id), Some(action)) = (self.things[at].id, self.things[at].action) else { return };
        self.log.push(Entry::Finalized(id));
        self.act(Some(at), id, action);
    }

    fn call_back(&mut self, callback: usize, weak: usize) {
        let (Some(id), Some(action)) = (self.things[callback].id, self.things[callback].action)
        else {
            return;
        };
        self.log.push(Entry::CalledBack(id));
        self.log.push(Entry::Upgraded(self.things[weak].referent.is_some()));
        self.act(None, id, action);
    }

    fn act(&mut self, this: Option<usize>, id: u32, action: Action) {
        match action {
            Action::Nothing => {}
            Action::Resurrect => {
                if let Some(at) = this {
                    self.things[at].count += 1;
                    self.roots.push(at);
                }
            }
            Action::AddEdge(from, slot, to) => {
                if let (Some(from), Some(to)) = (self.find(from), self.find(to)) {
                    self.things[from].count += 1;
                    self.set_slot(from, slot, Some(to));
                    self.release(from);
                }
            }
            Action::DropEdge(from, slot) => {
                if let Some(from) = self.find(from) {
                    self.things[from].count += 1;
                    self.set_slot(from, slot, None);
                    self.release(from);
                }
            }
            Action::Create(slot) => {
                let made = self.node(None, Action::Nothing);
                match this {
                    Some(at) => {
                        // The slot takes over the reference.
                        self.things[made].count = 0;
                        self.set_slot(at, slot, Some(made));
                    }
                    None => self.release(made),
                }
            }
            Action::Raise => self.log.push(Entry::Raised(id)),
            Action::Panic => self.log.push(Entry::Panicked),
            Action::Collect(generation) => {
                let dead = self.collect(generation);
                self.log.push(Entry::Collected(dead));
            }
            Action::MakeWeak(to) => {
                if let Some(to) = self.find(to) {
                    let weak = self.weak(to, Some(Action::Nothing));
                    self.roots.push(weak);
                }
            }
            Action::DropRoots => self.drop_roots(),
            Action::Call(_) => unreachable!("a random story is told in full"),
        }
    }

    pub(super) fn drop_roots(&mut self) {
        for root in std::mem::take(&mut self.roots) {
            self.release(root);
        }
    }

    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let thing = &self.things[at];
        let slots = thing.slots;
        thing.callback.into_iter().chain(slots.into_iter().flatten())
    }

    /// Splits a ring into what is held from outside it or reached from there, and the rest.
    fn split(&self, mut ring: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
        let mut outside: Vec<usize> = self.things.iter().map(|thing| thing.count).collect();
        for &at in &ring {
            self.children(at).for_each(|child| outside[child] = outside[child].wrapping_sub(1));
        }
        let members = ring.clone();
        let mut reached: Vec<bool> =
            (0..self.things.len()).map(|at| members.contains(&at) && outside[at] > 0).collect();
        let (mut stay, mut dead) = (Vec::new(), Vec::new());
        while !ring.is_empty() {
            let at = ring.remove(0);
            if !reached[at] {
                dead.push(at);
                continue;
            }
            stay.push(at);
            for child in self.children(at).filter(|child| members.contains(child)) {
                if let Some(place) = dead.iter().position(|&one| one == child) {
                    dead.remove(place);
                    ring.push(child);
                }
                reached[child] = true;
            }
        }
        (stay, dead)
    }

    pub(super) fn collect(&mut self, generation: usize) -> usize {
        if std::mem::replace(&mut self.running, true) {
            return 0;
        }
        let mut ring = std::mem::take(&mut self.rings[generation]);
        for younger in 0..generation {
            ring.append(&mut self.rings[younger]);
        }
        let old = (generation + 1).min(2);
        let (mut stay, dead) = self.split(ring);
        self.rings[old].append(&mut stay);
        let dead = self.collect_garbage(dead, old);
        self.running = false;
        dead
    }

    fn collect_garbage(&mut self, dead: Vec<usize>, old: usize) -> usize {
        for &at in &dead {
            self.things[at].collecting = true;
        }
        let has_rites = |thing: &Thing| {
            thing.finalizes && !thing.finalized || !thing.weak.is_empty() || thing.id.is_none()
        };
        let rites = dead.iter().any(|&at| has_rites(&self.things[at]));
        let mut dead = dead;
        let mut freed = 0;
        if rites {
            freed = self.clear_weak(&dead, old);
            for at in dead.clone() {
                // What died meanwhile, or moved to another ring, is none of ours.
                let thing = &self.things[at];
                if thing.collecting && thing.finalizes && !thing.finalized {
                    self.things[at].finalized = true;
                    self.things[at].count += 1;
                    self.finalize(at);
                    self.release(at);
                }
            }
            dead.retain(|&at| self.things[at].collecting);
            let (mut back, still) = self.split(dead);
            for &at in &back {
                self.things[at].collecting = false;
            }
            self.rings[old].append(&mut back);
            dead = still;
        }
        let count = dead.len() + freed;
        for at in dead {
            if !self.things[at].collecting {
                continue;
            }
            self.things[at].count += 1;
            self.clear(at);
            self.release(at);
            if self.things[at].collecting {
                self.things[at].collecting = false;
                self.rings[old].push(at);
            }
        }
        count
    }

    fn clear_weak(&mut self, dead: &[usize], old: usize) -> usize {
        let mut waiting = Vec::new();
        for &at in dead {
            self.detach(at);
            for one in std::mem::take(&mut self.things[at].weak) {
                self.things[one].referent = None;
                if self.things[one].callback.is_some() && !self.things[one].collecting {
                    self.things[one].count += 1;
                    self.untrack(one);
                    waiting.push(one);
                }
            }
        }
        let mut freed = 0;
        for one in waiting {
            if let Some(callback) = self.things[one].callback {
                self.things[callback].count += 1;
                self.call_back(callback, one);
                self.release(callback);
            }
            self.rings[old].push(one);
            freed += usize::from(self.things[one].count == 1);
            self.release(one);
        }
        freed
    }
}
