//! The heap as events say it is: arenas, pools, blocks, and what lies in each.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use runtime_core::{
    CLASSES, ClassUse, DEBUG_OVERHEAD, Domain, Geometry, Heap, Layer, POOL_HEADER, Place,
    SizeClass, Step,
};

use crate::code::{BlockCode, Record};
use crate::happening::{Cause, Happening, What};
use crate::names::{Name, Series, TypeName};
use crate::recorder::granule_bits;
use crate::totals::Totals;

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

    /// Takes down what a heap holds.
    pub(crate) fn survey(&mut self, heap: &Heap, types: &[Option<Box<str>>]) {
        let mut scratch = Vec::new();
        heap.each_arena(|arena| _ = self.arena_mut(arena.number));
        heap.each_pool_map(&mut scratch, |map| {
            let mut pool = PoolState { block_size: map.block_size, ..PoolState::default() };
            for &used in map.in_use {
                pool.used += usize::from(used);
                let used = if used { BlockUse::Used } else { BlockUse::Free };
                let asked = if used == BlockUse::Used { map.block_size } else { 0 };
                pool.blocks.push(Block { used, asked, ..Block::default() });
            }
            let Some(pools) = self.arena_mut(map.place.arena) else { return };
            let index = usize::from(map.place.pool);
            if pools.len() <= index {
                pools.resize(index + 1, PoolState::default());
            }
            if let Some(slot) = pools.get_mut(index) {
                *slot = pool;
            }
        });
        let sum = heap.accounting();
        self.raw_blocks = sum.raw_blocks;
        self.raw_bytes = sum.raw_bytes;
        self.large_blocks = sum.large_blocks;
        self.requested = heap.requested();
        self.exact = sum.exact;
        let hooks = if heap.config().debug.is_some() { DEBUG_OVERHEAD } else { 0 };
        self.hooks = hooks;
        let mut retired = Vec::new();
        heap.each_retired(|ty, index, op| {
            let whole = ty.retired_size(index) + ty.pre_header();
            // SAFETY: a retired object's block begins in front of its header.
            let start = unsafe { op.cast::<u8>().sub(ty.pre_header()) };
            retired.push((ty.serial, whole, heap.spot(start)));
        });
        // The one that was retired last comes first.
        for (ty, size, spot) in retired.into_iter().rev() {
            let Some(spot) = spot else { continue };
            let block = BlockCode::in_arena(spot.arena, spot.granule, self.bits);
            self.enter(block, ty, size, Series::StartUp, types);
            if let Some(block) = self.block_mut(block) {
                block.used = BlockUse::Retired;
                block.asked = size + hooks;
            }
            let normal = self.normal(block);
            self.free_lists.entry((ty, size)).or_default().push(normal);
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

    /// The sums over the heap, to hold against [`Heap::accounting`].
    pub fn totals(&self) -> Totals {
        let mut classes = [ClassUse::default(); CLASSES];
        let (mut pools, mut granted, mut free_blocks, mut pool_tails) = (0, 0, 0, 0);
        let (mut blocks, mut retired, mut retired_asked, mut free_lists) = (0, 0, 0, 0);
        for pool in self.arenas().flat_map(|(_, pools)| pools).filter(|pool| pool.used > 0) {
            let free = pool.blocks.len() - pool.used;
            pools += 1;
            blocks += pool.used;
            granted += pool.used * pool.block_size;
            free_blocks += free * pool.block_size;
            let Some(class) = SizeClass::of(pool.block_size) else { continue };
            let room = pool.blocks.len() * pool.block_size;
            pool_tails += self.geometry.pool_size() - POOL_HEADER - room;
            if let Some(sum) = classes.get_mut(class.index()) {
                sum.pools += 1;
                sum.blocks += pool.used;
                sum.free_blocks += free;
            }
            for block in pool.blocks.iter().filter(|block| block.used == BlockUse::Retired) {
                retired += 1;
                retired_asked += block.asked;
                free_lists += pool.block_size;
            }
        }
        let large_retired = self.raw.values().filter(|block| block.used == BlockUse::Retired);
        let objects = retired + large_retired.count();
        let granted = granted - free_lists;
        let alive = if self.exact { self.requested.saturating_sub(retired_asked) } else { granted };
        Totals {
            classes,
            arenas: self.arenas().count(),
            pools,
            unused_pools: self.arenas().count() * self.geometry.arena_size()
                - pools * self.geometry.pool_size(),
            blocks: blocks - retired,
            alive,
            rounding: granted.saturating_sub(alive),
            free_lists,
            retired: objects,
            free_blocks,
            pool_headers: pools * POOL_HEADER,
            pool_tails,
            raw_blocks: self.raw_blocks,
            raw_bytes: self.raw_bytes,
            large_blocks: self.large_blocks,
        }
    }

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

    /// An object is in this block from now on, where it was before or not.
    fn moved(
        &mut self,
        code: BlockCode,
        ty: u32,
        size: usize,
        displaced: Option<u32>,
        types: &[Option<Box<str>>],
    ) -> What {
        if let (Some(object), Some(block)) = (displaced, self.block_mut(code)) {
            block.object = object;
        }
        let index = self.met(code, ty, types);
        match self.objects.get_mut(index) {
            Some(Some(object)) => {
                object.size = size;
                what_of(object, code, None)
            }
            _ => self.unknown(code, ty, types),
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

    fn new_name(&mut self, ty: u32, series: Series, types: &[Option<Box<str>>]) -> Name {
        let index = ty as usize;
        let named = match self.names.get(index) {
            Some(&named @ 1..) => named,
            _ => self.first_of(index, types),
        };
        let Some((name, counts)) = self.named.get_mut(named as usize - 1) else {
            return Name { ty: Rc::from("?"), series, serial: 0 };
        };
        let serial = match series {
            Series::Asked => &mut counts[0],
            Series::Own => &mut counts[1],
            Series::StartUp => &mut counts[2],
        };
        *serial += 1;
        Name { ty: Rc::clone(name), series, serial: *serial }
    }

    /// Enters the name of a type that no object was named by yet.
    #[cold]
    fn first_of(&mut self, ty: usize, types: &[Option<Box<str>>]) -> u32 {
        let text = types.get(ty).and_then(Option::as_deref).unwrap_or("?");
        let named = match self.by_name.get(text) {
            Some(&named) => named,
            None => {
                let name: TypeName = Rc::from(text);
                self.named.push((Rc::clone(&name), [0; 3]));
                let named = self.named.len() as u32;
                self.by_name.insert(name, named);
                named
            }
        };
        if self.names.len() <= ty {
            self.names.resize(ty + 1, 0);
        }
        if let Some(slot) = self.names.get_mut(ty) {
            *slot = named;
        }
        named
    }

    /// Enters an object as the one of its block; gives its index.
    fn enter(
        &mut self,
        code: BlockCode,
        ty: u32,
        size: usize,
        series: Series,
        types: &[Option<Box<str>>],
    ) -> usize {
        let object = ObjectState {
            name: self.new_name(ty, series, types),
            ty,
            size,
            born: self.line.filter(|_| series == Series::Asked),
            born_event: if series == Series::StartUp { 0 } else { self.events },
            layer: self.layer,
            filled: series == Series::StartUp,
            tracked: false,
            newly_filled: false,
            cause: Cause::LastReference,
            dead: false,
        };
        let index = match self.vacant.pop() {
            Some(index) => index as usize,
            None => {
                self.objects.push(None);
                self.objects.len() - 1
            }
        };
        if let Some(slot) = self.objects.get_mut(index) {
            *slot = Some(object);
        }
        if let Some(block) = self.block_mut(code) {
            block.object = index as u32 + 1;
            if block.used == BlockUse::Free {
                block.used = BlockUse::Used;
            }
            if series == Series::StartUp {
                block.asked = size;
            }
        }
        index
    }

    fn forget(&mut self, object: u32) {
        if let Some(index) = object.checked_sub(1)
            && let Some(slot @ Some(_)) = self.objects.get_mut(index as usize)
        {
            *slot = None;
            self.vacant.push(index);
        }
    }

    fn born(
        &mut self,
        code: BlockCode,
        ty: u32,
        size: usize,
        event: u64,
        types: &[Option<Box<str>>],
    ) -> What {
        let block = self.block(code).copied().unwrap_or_default();
        let mut left_by = None;
        let mut layer = self.layer;
        if block.used == BlockUse::Retired {
            layer = Layer::FreeList;
            if let Some(before) = self.known(block.object) {
                let list = (before.ty, before.size);
                left_by = Some(before.name.clone());
                let normal = self.normal(code);
                if let Some(list) = self.free_lists.get_mut(&list)
                    && list.last() == Some(&normal)
                {
                    list.pop();
                }
                self.forget(block.object);
            }
            self.set_use(code, BlockUse::Used);
        }
        let own = self.own_work > 0 || self.line.is_none();
        let series = if own { Series::Own } else { Series::Asked };
        let index = self.enter(code, ty, size, series, types);
        if let Some(Some(object)) = self.objects.get_mut(index) {
            object.layer = layer;
            object.born_event = event;
            return what_of(object, code, left_by);
        }
        self.unknown(code, ty, types)
    }

    /// An object that was there before anybody watched.
    fn unknown(&mut self, code: BlockCode, ty: u32, types: &[Option<Box<str>>]) -> What {
        let asked = self.block(code).map_or(0, |block| block.asked);
        let name = self.new_name(ty, Series::StartUp, types);
        let (layer, cause) = (Layer::Pool, Cause::LastReference);
        What {
            name,
            block: code,
            size: asked,
            layer,
            left_by: None,
            cause,
            newly_filled: false,
            born: None,
        }
    }

    /// The object of a block, entered as one that was there before when nobody knows it.
    fn met(&mut self, code: BlockCode, ty: u32, types: &[Option<Box<str>>]) -> usize {
        let block = self.block(code).copied().unwrap_or_default();
        match (block.object as usize).checked_sub(1) {
            Some(index) => index,
            None => self.enter(code, ty, block.asked, Series::StartUp, types),
        }
    }

    fn cause(&self) -> Cause {
        if self.clearing && self.programs == 0 { Cause::Collection } else { Cause::LastReference }
    }

    fn retired(
        &mut self,
        code: BlockCode,
        ty: u32,
        size: usize,
        types: &[Option<Box<str>>],
    ) -> What {
        let (index, cause, hooks) = (self.met(code, ty, types), self.cause(), self.hooks);
        let normal = self.normal(code);
        let Some(Some(object)) = self.objects.get_mut(index) else {
            return self.unknown(code, ty, types);
        };
        let before = std::mem::replace(&mut object.size, size);
        object.cause = cause;
        object.dead = true;
        let what = what_of(object, code, None);
        if let Some(block) = self.block_mut(code) {
            block.used = BlockUse::Retired;
            if what.name.series == Series::StartUp && before != size {
                // Only now it is known what the block was asked for: what it holds was taken for it.
                block.asked = size + hooks;
            }
        }
        self.free_lists.entry((ty, size)).or_default().push(normal);
        what
    }

    /// Lets a step happen; gives the object's index.
    fn step(&mut self, step: Step, code: BlockCode, ty: u32, types: &[Option<Box<str>>]) -> usize {
        let index = self.met(code, ty, types);
        match step {
            Step::Finalising | Step::CallingBack => self.programs += 1,
            Step::Finalised | Step::CalledBack => {
                self.programs = self.programs.saturating_sub(1);
            }
            _ => {}
        }
        let cause = self.cause();
        let Some(Some(object)) = self.objects.get_mut(index) else { return index };
        object.cause = cause;
        object.newly_filled = matches!(step, Step::Filled | Step::Tracked) && !object.filled;
        match step {
            Step::Filled => object.filled = true,
            Step::Tracked => (object.filled, object.tracked) = (true, true),
            Step::Untracked => object.tracked = false,
            Step::Freed => object.dead = true,
            Step::Dropped => {
                object.dead = true;
                let list = (object.ty, object.size);
                let normal = self.normal(code);
                if let Some(list) = self.free_lists.get_mut(&list)
                    && let Some(at) = list.iter().rposition(|&block| block == normal)
                {
                    list.remove(at);
                }
                self.set_use(code, BlockUse::Used);
            }
            _ => {}
        }
        index
    }

    fn what_of_step(
        &mut self,
        index: usize,
        code: BlockCode,
        ty: u32,
        types: &[Option<Box<str>>],
    ) -> What {
        match self.objects.get(index) {
            Some(Some(object)) => {
                What { newly_filled: object.newly_filled, ..what_of(object, code, None) }
            }
            _ => self.unknown(code, ty, types),
        }
    }
}

fn what_of(object: &ObjectState, block: BlockCode, left_by: Option<Name>) -> What {
    What {
        name: object.name.clone(),
        block,
        size: object.size,
        layer: object.layer,
        left_by,
        cause: object.cause,
        newly_filled: false,
        born: object.born,
    }
}
