//! What an event does to blocks, pools and arenas; what it does to an object is [`super::objects`]'s.

use runtime_core::{Domain, Layer, SizeClass};

use super::{Block, BlockUse, HeapState, PoolState};
use crate::code::{BlockCode, Record};
use crate::happening::Happening;

impl HeapState {
    /// Lets an event happen, and explains it. What it means for an object is said only when that is
    /// `wanted`, since it takes longer than the rest.
    pub(crate) fn apply(
        &mut self,
        record: Record,
        types: &[Option<Box<str>>],
        wanted: bool,
    ) -> Happening {
        let event = self.events;
        self.events += 1;
        let mut what = None;
        let displaced = self.displaced.take();
        if let Some(object) = displaced
            && !matches!(record, Record::Moved { .. })
        {
            self.forget(object);
        }
        if let Some(code) = record.block() {
            self.find(code);
        }
        match record {
            Record::Line { at } => self.line = at,
            Record::Taken { domain, block, size } => self.taken(domain, block, size),
            Record::Given { domain, block, size } => self.given(domain, block, size),
            Record::Resized { domain, block, now, old, new } => {
                self.resized(domain, block, now, old, new);
            }
            Record::Born { block, ty, size } => {
                what = Some(self.born(block, ty, size, event, types));
            }
            Record::Object { step, block, ty } => {
                let index = self.step(step, block, ty, types);
                if wanted {
                    what = Some(self.what_of_step(index, block, ty, types));
                }
            }
            Record::Retired { block, ty, size } => {
                what = Some(self.retired(block, ty, size, types));
            }
            Record::Moved { block, ty, size } => {
                what = Some(self.moved(block, ty, size, displaced, types));
            }
            Record::PoolTaken { arena, pool, block_size } => {
                self.pool_taken(arena, pool as usize, block_size);
            }
            Record::ArenaMapped { arena } => {
                _ = self.arena_mut(arena).map(Vec::clear);
                self.forget_place();
                self.fresh = Some(Layer::NewArena);
            }
            Record::ArenaCached { arena } | Record::ArenaReleased { arena } => {
                if let Some(pools) = self.arenas.get_mut(arena as usize) {
                    *pools = None;
                }
                self.forget_place();
            }
            Record::Phase { phase, .. } => {
                self.clearing = phase == runtime_core::Phase::Clearing;
            }
            Record::CollectionEnded { .. } => self.clearing = false,
            Record::OwnWork { begins: true } => self.own_work += 1,
            Record::OwnWork { begins: false } => self.own_work = self.own_work.saturating_sub(1),
            Record::PoolEmptied { .. }
            | Record::CollectionBegan { .. }
            | Record::Fault
            | Record::Stored { .. } => {}
        }
        Happening { event, line: self.line, record, what }
    }

    fn pool_taken(&mut self, arena: u32, index: usize, block_size: usize) {
        self.forget_place();
        let geometry = self.geometry;
        let Some(pools) = self.arena_mut(arena) else { return };
        if pools.len() <= index {
            pools.resize(index + 1, PoolState::default());
        }
        if let (Some(pool), Some(class)) = (pools.get_mut(index), SizeClass::of(block_size))
            && pool.block_size != block_size
        {
            let blocks = geometry.blocks_per_pool(class);
            let blocks = vec![Block::default(); blocks];
            *pool = PoolState { block_size, blocks, used: 0 };
        }
        self.fresh = self.fresh.or(Some(Layer::NewPool));
    }

    fn taken(&mut self, domain: Domain, code: BlockCode, size: usize) {
        if code.raw_number().is_some() {
            self.layer = Layer::Large;
            self.raw_blocks += 1;
            self.raw_bytes += size;
            self.large_blocks += usize::from(domain != Domain::Raw);
        } else {
            self.layer = self.fresh.take().unwrap_or(Layer::Pool);
            self.requested += size;
            if let Some(pool) = self.pool_mut(code) {
                pool.used += 1;
            }
        }
        if let Some(block) = self.block_mut(code) {
            *block = Block { used: BlockUse::Used, domain: Some(domain), asked: size, object: 0 };
        }
    }

    fn given(&mut self, domain: Domain, code: BlockCode, size: usize) {
        if let Some(object) = self.block(code).map(|block| block.object) {
            match self.known(object) {
                Some(state) if !state.dead => self.displaced = Some(object),
                _ => self.forget(object),
            }
        }
        match code.raw_number() {
            Some(number) => {
                self.raw.remove(&number);
                self.raw_blocks = self.raw_blocks.saturating_sub(1);
                self.raw_bytes = self.raw_bytes.saturating_sub(size);
                let large = usize::from(domain != Domain::Raw);
                self.large_blocks = self.large_blocks.saturating_sub(large);
            }
            None => {
                self.requested = self.requested.saturating_sub(size);
                if let Some(pool) = self.pool_mut(code) {
                    pool.used = pool.used.saturating_sub(1);
                }
                if let Some(block) = self.block_mut(code) {
                    *block = Block::default();
                }
            }
        }
    }

    fn resized(&mut self, domain: Domain, code: BlockCode, now: BlockCode, old: usize, new: usize) {
        let was = self.block(code).copied().unwrap_or_default();
        let block = Block { used: BlockUse::Used, domain: Some(domain), asked: new, ..was };
        if let Some(number) = code.raw_number() {
            self.raw.remove(&number);
            self.raw_bytes = (self.raw_bytes + new).saturating_sub(old);
        } else {
            self.requested = self.requested.saturating_sub(old) + new;
        }
        if let Some(slot) = self.block_mut(now) {
            *slot = block;
        }
    }
}
