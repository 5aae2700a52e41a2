//! The objects that events tell of: their births and names, their steps, the free lists that they
//! retire to.

use std::rc::Rc;

use runtime_core::{Layer, Step};

use super::{BlockUse, HeapState, ObjectState};
use crate::code::BlockCode;
use crate::happening::{Cause, What};
use crate::names::{Name, Series, TypeName};

impl HeapState {
    /// An object is in this block from now on, where it was before or not.
    pub(super) fn moved(
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
    pub(super) fn enter(
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

    pub(super) fn forget(&mut self, object: u32) {
        if let Some(index) = object.checked_sub(1)
            && let Some(slot @ Some(_)) = self.objects.get_mut(index as usize)
        {
            *slot = None;
            self.vacant.push(index);
        }
    }

    pub(super) fn born(
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

    pub(super) fn retired(
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
    pub(super) fn step(
        &mut self,
        step: Step,
        code: BlockCode,
        ty: u32,
        types: &[Option<Box<str>>],
    ) -> usize {
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

    pub(super) fn what_of_step(
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
