//! The heap as events say it is: arenas, pools, blocks, and what lies in each.
//!
//! ```text
//! mod        what is known, and where a block lies
//! books      how it begins: a survey of the heap; its sums, to be held against the heap's own
//! changes    what an event does to blocks, pools and arenas
//! objects    what it does to the objects in them: births, names, steps, free lists
//! ```

mod books;
mod changes;
mod objects;

use std::collections::{BTreeMap, HashMap};

use runtime_core::{Domain, Geometry, Layer, POOL_HEADER, Place};

use crate::code::BlockCode;
use crate::happening::Cause;
use crate::names::{Name, TypeName};
use crate::recorder::granule_bits;

/// What a block is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlockUse {
    /// Nothing.
    #[default]
    Free,
    /// Handed out: an object, if [`HeapState::object`] knows one, or an array of one.
    Used,
    /// Handed out, and on a free list: the dead object that [`HeapState::object`] knows.
    Retired,
}

/// A block of a pool, or a raw one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Block {
    /// What it is used for.
    pub used: BlockUse,
    /// Whose it is.
    pub domain: Option<Domain>,
    /// Bytes asked for.
    pub asked: usize,
    /// One more than the index of its object; 0 for none.
    object: u32,
}

/// A pool.
#[derive(Debug, Clone, Default)]
pub struct PoolState {
    /// Bytes of each block; 0 while the pool has never been used.
    pub block_size: usize,
    /// Its blocks.
    pub blocks: Vec<Block>,
    used: usize,
}

impl PoolState {
    /// Blocks handed out, those of retired objects included.
    pub fn used(&self) -> usize {
        self.used
    }
}

/// An object that is alive, or retired.
#[derive(Debug, Clone)]
pub struct ObjectState {
    /// Its name.
    pub name: Name,
    /// Serial of its type.
    pub ty: u32,
    /// Bytes of its block, as asked for.
    pub size: usize,
    /// File and line of its birth; `None` when no line ran.
    pub born: Option<(u32, u32)>,
    /// Number of the event of its birth; 0 for what was there before.
    pub born_event: u64,
    /// The layer that served its birth.
    pub layer: Layer,
    /// Whether its fields are known to be whole.
    pub filled: bool,
    /// Whether the collector sees it.
    pub tracked: bool,
    /// Whether the object's last step was the first that says that its fields are whole.
    newly_filled: bool,
    cause: Cause,
    /// Its memory is about to go back, or to be kept for the next.
    dead: bool,
}

/// The heap at one event.
#[derive(Debug, Clone)]
pub struct HeapState {
    geometry: Geometry,
    bits: u32,
    events: u64,
    /// Pools by the number of the arena.
    arenas: Vec<Option<Vec<PoolState>>>,
    /// The block that was looked for last, and its place.
    found: (BlockCode, Option<Place>),
    raw: HashMap<u32, Block>,
    raw_blocks: usize,
    raw_bytes: usize,
    large_blocks: usize,
    requested: usize,
    exact: bool,
    objects: Vec<Option<ObjectState>>,
    vacant: Vec<u32>,
    /// Index in `named`, plus one, by serial of the type; types of one name share it.
    names: Vec<u32>,
    /// Names of types, and the numbers given out in each series.
    named: Vec<(TypeName, [u32; 3])>,
    by_name: HashMap<TypeName, u32>,
    /// Retired objects, those retired last at the end, by type and size.
    free_lists: BTreeMap<(u32, usize), Vec<BlockCode>>,
    line: Option<(u32, u32)>,
    own_work: u32,
    /// The layer that the last request came to, for the birth that it is for.
    layer: Layer,
    /// What was put to use for the request that comes next.
    fresh: Option<Layer>,
    /// The object, alive, whose block was given back by the event before this one: it has moved.
    displaced: Option<u32>,
    /// Bytes that the debug hooks add to a block.
    hooks: usize,
    clearing: bool,
    /// Finalizers and callbacks that run within a collection's clearing.
    programs: u32,
}

impl HeapState {
    pub(crate) fn empty(geometry: Geometry) -> Self {
        Self {
            geometry,
            bits: granule_bits(geometry),
            events: 0,
            arenas: Vec::new(),
            found: (BlockCode::raw(0), None),
            raw: HashMap::new(),
            raw_blocks: 0,
            raw_bytes: 0,
            large_blocks: 0,
            requested: 0,
            exact: true,
            objects: Vec::new(),
            vacant: Vec::new(),
            names: Vec::new(),
            named: Vec::new(),
            by_name: HashMap::new(),
            free_lists: BTreeMap::new(),
            line: None,
            own_work: 0,
            layer: Layer::Pool,
            fresh: None,
            displaced: None,
            hooks: 0,
            clearing: false,
            programs: 0,
        }
    }

    /// Events that have happened: the number of the next one.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// File and line that runs.
    pub fn line(&self) -> Option<(u32, u32)> {
        self.line
    }

    /// Sizes of arenas and pools.
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// The arenas by number, with their pools.
    pub fn arenas(&self) -> impl Iterator<Item = (u32, &[PoolState])> {
        let arenas = self.arenas.iter().enumerate();
        arenas.filter_map(|(number, pools)| Some((number as u32, pools.as_deref()?)))
    }

    /// The retired objects of each free list, the one that will be taken next at the end.
    pub fn free_lists(&self) -> impl Iterator<Item = (&ObjectState, &[BlockCode])> {
        self.free_lists.values().filter_map(|blocks| {
            let object = self.object_at(*blocks.last()?)?;
            Some((object, blocks.as_slice()))
        })
    }

    /// The objects that are alive, with their blocks, by name.
    pub fn alive(&self) -> Vec<(&ObjectState, BlockCode)> {
        let mut all = Vec::new();
        for (arena, pools) in self.arenas() {
            for (index, pool) in pools.iter().enumerate() {
                for (number, block) in pool.blocks.iter().enumerate() {
                    if block.used == BlockUse::Used
                        && let Some(object) = self.object(block)
                    {
                        all.push((object, self.code_of(arena, index, number, pool.block_size)));
                    }
                }
            }
        }
        for (&number, block) in &self.raw {
            if let Some(object) = self.object(block) {
                all.push((object, BlockCode::raw(number)));
            }
        }
        all.sort_by(|a, b| (a.0.born_event, &a.0.name).cmp(&(b.0.born_event, &b.0.name)));
        all
    }

    /// The object of a block.
    pub fn object(&self, block: &Block) -> Option<&ObjectState> {
        self.known(block.object)
    }

    /// The object that a block's number means.
    fn known(&self, object: u32) -> Option<&ObjectState> {
        self.objects.get((object as usize).checked_sub(1)?)?.as_ref()
    }

    /// The object that lies in a block.
    pub fn object_at(&self, block: BlockCode) -> Option<&ObjectState> {
        self.object(self.block(block)?)
    }

    /// A block.
    pub fn block(&self, code: BlockCode) -> Option<&Block> {
        match code.raw_number() {
            Some(number) => self.raw.get(&number),
            None => {
                let place = self.place(code)?;
                self.pool(place)?.blocks.get(usize::from(place.block))
            }
        }
    }

    /// The place of a block that lies in a pool.
    pub fn place(&self, code: BlockCode) -> Option<Place> {
        if code == self.found.0 {
            return self.found.1;
        }
        if code.raw_number().is_some() {
            return None;
        }
        let (arena, granule) = code.arena_granule(self.bits);
        let offset = granule * 16;
        // A power of two.
        let pool_size = self.geometry.pool_size() as u32;
        let pool = offset >> pool_size.trailing_zeros();
        let place = Place { arena, pool: u16::try_from(pool).ok()?, block: 0 };
        let block_size = self.pool(place)?.block_size as u32;
        let inside = (offset & (pool_size - 1)).checked_sub(POOL_HEADER as u32)?;
        let block = inside.checked_div(block_size)?;
        Some(Place { block: u16::try_from(block).ok()?, ..place })
    }

    fn pool(&self, place: Place) -> Option<&PoolState> {
        self.arenas.get(place.arena as usize)?.as_ref()?.get(usize::from(place.pool))
    }

    /// The pools of an arena, which exists from now on.
    fn arena_mut(&mut self, arena: u32) -> Option<&mut Vec<PoolState>> {
        let index = arena as usize;
        if self.arenas.len() <= index {
            self.arenas.resize(index + 1, None);
        }
        self.arenas.get_mut(index).map(Option::get_or_insert_default)
    }

    /// Remembers the place of the block that an event is about: several things are done with it.
    fn find(&mut self, code: BlockCode) {
        if code != self.found.0 {
            self.found = (code, self.place(code));
        }
    }

    /// Pools or arenas changed, and with them the places of blocks.
    fn forget_place(&mut self) {
        self.found = (BlockCode::raw(0), None);
    }

    pub(crate) fn code_of(
        &self,
        arena: u32,
        pool: usize,
        block: usize,
        block_size: usize,
    ) -> BlockCode {
        let offset = pool * self.geometry.pool_size() + POOL_HEADER + block * block_size;
        BlockCode::in_arena(arena, (offset / 16) as u32, self.bits)
    }

    /// The code of the block's first byte.
    fn normal(&self, code: BlockCode) -> BlockCode {
        let Some(place) = self.place(code) else { return code };
        let (pool, block) = (usize::from(place.pool), usize::from(place.block));
        let state = self.pool(place);
        state.map_or(code, |state| self.code_of(place.arena, pool, block, state.block_size))
    }

    fn block_mut(&mut self, code: BlockCode) -> Option<&mut Block> {
        match code.raw_number() {
            Some(number) => Some(self.raw.entry(number).or_default()),
            None => {
                let block = self.place(code)?.block;
                self.pool_mut(code)?.blocks.get_mut(usize::from(block))
            }
        }
    }

    fn pool_mut(&mut self, code: BlockCode) -> Option<&mut PoolState> {
        let place = self.place(code)?;
        self.arenas.get_mut(place.arena as usize)?.as_mut()?.get_mut(usize::from(place.pool))
    }

    fn set_use(&mut self, code: BlockCode, used: BlockUse) {
        if let Some(block) = self.block_mut(code) {
            block.used = used;
        }
    }
}
