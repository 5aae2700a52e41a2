//! Debug blocks: made, checked, put into quarantine, and let go.

use std::ptr::NonNull;

use super::{BlockRecord, CLEAN, DEAD, FORBIDDEN, HeapFault, Misuse, Record};
use crate::domain::{Domain, REQUEST_MAX};
use crate::error::AllocError;
use crate::heap::{Heap, add};
use crate::object::{GcHead, Obj, Object};
use crate::raw_memory::SideUse;
use crate::slow::Request;
use crate::tables::{AddressMap, SideAlloc};

/// Bytes in front of the data: the size, the domain's letter, seven guards.
const FRONT: usize = 16;
/// Guards behind the data.
const TAIL: usize = 8;
/// Bytes that the hooks add to a block: also the serial number.
pub const OVERHEAD: usize = FRONT + TAIL + 8;

impl Heap {
    fn with_records<R>(&self, look: impl FnOnce(&mut AddressMap<usize, Record>) -> R) -> R {
        let mut records = self.debugger.records.take().unwrap_or_else(|| {
            // SAFETY: a heap with a block in it does not move, and its drop ends the table.
            let side = unsafe { SideAlloc::new(self, SideUse::Debug) };
            AddressMap::with_hasher_in(Default::default(), side)
        });
        let result = look(&mut records);
        self.debugger.records.set(Some(records));
        result
    }

    fn record_of(&self, address: usize) -> Option<BlockRecord> {
        self.with_records(|records| records.get(&address).map(|record| record.block))
    }

    pub(crate) fn debug_alloc(&self, request: Request) -> Result<NonNull<u8>, AllocError> {
        let Request { domain, size, zeroed, .. } = request;
        let whole = size.checked_add(OVERHEAD).filter(|&whole| whole <= REQUEST_MAX);
        let whole = Request::new(domain, whole.ok_or(AllocError::TooLarge)?, zeroed);
        if self.with_records(|records| records.try_reserve(1)).is_err() {
            return Err(self.side_refusal());
        }
        let base = match self.base_alloc(whole) {
            Err(error) if self.debugger.held_blocks.get() == 0 => return Err(error),
            Err(_) => {
                // Memory is short: what waits in quarantine goes first.
                self.empty_quarantine();
                self.base_alloc(whole)?
            }
            Ok(base) => base,
        };
        let serial = add(&self.debugger.serial, 1);
        let allocated = self.traceback_now();
        let block = BlockRecord { size, domain, serial, allocated, freed: false, freed_at: None };
        // SAFETY: the base block has the data's bytes and the overhead.
        let data = unsafe {
            write_guards(base, block);
            let data = base.add(FRONT);
            if !zeroed {
                data.write_bytes(CLEAN, size);
            }
            data
        };
        self.with_records(|records| records.insert(data.addr().get(), Record { block, next: 0 }));
        Ok(data)
    }

    /// # Safety
    /// Nobody uses the block any more, if it is one.
    pub(crate) unsafe fn debug_free(&self, domain: Domain, data: NonNull<u8>, size: Option<usize>) {
        let Some(block) = self.debug_check(domain, data, size) else { return };
        let freed_at = self.traceback_now();
        let address = data.addr().get();
        let previous = self.debugger.newest.get();
        self.with_records(|records| {
            if let Some(record) = records.get_mut(&address) {
                record.block = BlockRecord { freed: true, freed_at, ..block };
                record.next = 0;
            }
            if let Some(newest) = records.get_mut(&previous) {
                newest.next = address;
            }
        });
        let debugger = &self.debugger;
        if previous == 0 {
            debugger.oldest.set(address);
        }
        debugger.newest.set(address);
        add(&debugger.held_blocks, 1);
        add(&debugger.held_bytes, block.size + OVERHEAD);
        // SAFETY: the record says that the block is alive and how large it is.
        unsafe { data.sub(FRONT).write_bytes(DEAD, block.size + OVERHEAD) };
        while debugger.held_blocks.get() > debugger.config.quarantine_blocks
            || debugger.held_bytes.get() > debugger.config.quarantine_bytes
        {
            if !self.let_one_go() {
                break;
            }
        }
    }

    /// Checks a block that is given back or resized; `None` when it is none that is alive. What is
    /// wrong with it is reported.
    fn debug_check(
        &self,
        domain: Domain,
        data: NonNull<u8>,
        size: Option<usize>,
    ) -> Option<BlockRecord> {
        let address = data.addr().get();
        let Some(block) = self.record_of(address) else {
            self.report(HeapFault { misuse: Misuse::NotABlock, address, block: None });
            return None;
        };
        let tell = |misuse| self.report(HeapFault { misuse, address, block: Some(block) });
        if block.freed {
            tell(Misuse::DoubleFree);
            return None;
        }
        if block.domain != domain {
            tell(Misuse::WrongDomain { given: domain });
        }
        if let Some(given) = size.filter(|&given| given != block.size) {
            tell(Misuse::WrongSize { given });
        }
        // SAFETY: the record says that the block is alive and how large it is.
        unsafe { damage(data, block) }.into_iter().flatten().for_each(tell);
        Some(block)
    }

    /// # Safety
    /// As [`Heap::realloc`] in that domain, when the block is one.
    pub(crate) unsafe fn debug_realloc(
        &self,
        request: Request,
        data: NonNull<u8>,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        let Some(block) = self.debug_check(request.domain, data, old) else {
            return Err(AllocError::System { bytes: request.size });
        };
        // A fresh block always, so that whoever still uses the old address is found out; but the
        // block stays in the domain that made it.
        let fresh = self.debug_alloc(Request { domain: block.domain, ..request })?;
        // SAFETY: both hold the smaller size; the old block is alive and of its own domain.
        unsafe {
            fresh.copy_from_nonoverlapping(data, block.size.min(request.size));
            write_guards(data.sub(FRONT), block);
            self.debug_free(block.domain, data, None);
        }
        Ok(fresh)
    }

    /// Lets the block go that has been in quarantine longest.
    fn let_one_go(&self) -> bool {
        let debugger = &self.debugger;
        let address = debugger.oldest.get();
        let Some(record) = self.with_records(|records| records.remove(&address)) else {
            return false;
        };
        debugger.oldest.set(record.next);
        if record.next == 0 {
            debugger.newest.set(0);
        }
        let block = record.block;
        let whole = block.size + OVERHEAD;
        debugger.held_blocks.set(debugger.held_blocks.get().saturating_sub(1));
        debugger.held_bytes.set(debugger.held_bytes.get().saturating_sub(whole));
        // SAFETY: a block in quarantine still is the heap's, and its address was made from the
        // base's; the base gets it back in its own domain.
        unsafe {
            let base = std::ptr::with_exposed_provenance_mut::<u8>(address - FRONT);
            let Some(base) = NonNull::new(base) else { return true };
            if let Some(misuse) = late_write(base, block) {
                self.report(HeapFault { misuse, address, block: Some(block) });
            }
            self.base_free(block.domain, base, Some(whole));
        }
        true
    }

    /// Lets go of all blocks in quarantine; late writes to them are reported.
    pub fn empty_quarantine(&self) {
        while self.let_one_go() {}
    }

    pub(crate) fn debugger_drop(&self) {
        if self.debugger.held_blocks.get() > 0 {
            self.empty_quarantine();
        }
        drop(self.debugger.records.take());
    }

    /// Shows the record of every debug block that is alive, in no order: address and record.
    pub fn each_debug_block(&self, mut see: impl FnMut(usize, BlockRecord)) {
        self.with_records(|records| {
            for (&address, record) in records.iter().filter(|(_, record)| !record.block.freed) {
                see(address, record.block);
            }
        });
    }

    /// Checks that `len` bytes at `offset` of a block may be read: that the block is alive, that
    /// they are in it, and that something was written there (an aligned word that is CD all
    /// through was not). Without the debug hooks, and for memory that is not a debug block's, it
    /// finds nothing.
    ///
    /// # Errors
    /// The misuse that such a read would be. It is noted as every other.
    pub fn check_read(
        &self,
        block: NonNull<u8>,
        offset: usize,
        len: usize,
    ) -> Result<(), HeapFault> {
        let address = block.addr().get();
        let Some(record) = self.debugging().then(|| self.record_of(address)).flatten() else {
            return Ok(());
        };
        let fault = |misuse| {
            let fault = HeapFault { misuse, address, block: Some(record) };
            self.report(fault);
            Err(fault)
        };
        if record.freed {
            return fault(Misuse::UseAfterFree { offset, found: DEAD });
        }
        let end = offset.saturating_add(len);
        if end > record.size {
            return fault(Misuse::Overrun { past: end - record.size - 1, found: FORBIDDEN });
        }
        let first = offset.next_multiple_of(size_of::<u64>());
        let clean = u64::from_ne_bytes([CLEAN; 8]);
        for at in (first..(end + 1).saturating_sub(size_of::<u64>())).step_by(size_of::<u64>()) {
            // SAFETY: the record says that the block is alive and holds these bytes, which were
            // written when it was made.
            if unsafe { block.add(at).cast::<u64>().read() } == clean {
                return fault(Misuse::Uninitialised { offset: at });
            }
        }
        Ok(())
    }

    /// Checks that an object's header may be read. Without the debug hooks it finds nothing.
    ///
    /// # Errors
    /// As [`Heap::check_read`].
    pub fn check_object(&self, op: Obj) -> Result<(), HeapFault> {
        if !self.debugging() {
            return Ok(());
        }
        let header = op.cast::<u8>();
        if self.record_of(header.addr().get()).is_some() {
            return self.check_read(header, 0, size_of::<Object>());
        }
        let head = size_of::<GcHead>();
        let Some(front) = header.addr().get().checked_sub(head) else { return Ok(()) };
        match NonNull::new(header.as_ptr().with_addr(front)) {
            Some(block) => self.check_read(block, head, size_of::<Object>()),
            None => Ok(()),
        }
    }

    fn debugging(&self) -> bool {
        self.config().debug.is_some()
    }

    /// Looks at the guards of all blocks alive, at the fill of all in quarantine, and for objects
    /// that nobody ever wrote; gives whether all is well. What is not is reported.
    pub(crate) fn verify_debug_blocks(&self) -> bool {
        let mut well = true;
        let records = self.debugger.records.take();
        for (&address, Record { block, .. }) in records.iter().flatten() {
            let Some(data) = NonNull::new(std::ptr::with_exposed_provenance_mut::<u8>(address))
            else {
                continue;
            };
            let mut tell = |misuse| {
                well = false;
                self.report(HeapFault { misuse, address, block: Some(*block) });
            };
            // SAFETY: a recorded block is the heap's, alive or in quarantine, of that size.
            unsafe {
                if block.freed {
                    late_write(data.sub(FRONT), *block).into_iter().for_each(tell);
                    continue;
                }
                damage(data, *block).into_iter().flatten().for_each(&mut tell);
                if block.domain == Domain::Object && never_written(data, block.size) {
                    tell(Misuse::Uninitialised { offset: 0 });
                }
            }
        }
        self.debugger.records.set(records);
        well
    }
}

/// Writes what stands in front of and behind a block's data.
///
/// # Safety
/// `base` is a block of the data's bytes and the overhead.
unsafe fn write_guards(base: NonNull<u8>, block: BlockRecord) {
    // SAFETY: per contract; the positions are those of the layout. Exposing the address lets the
    // quarantine and `verify` come back to it from the record.
    unsafe {
        let _ = base.as_ptr().expose_provenance();
        base.cast::<[u8; 8]>().write_unaligned((block.size as u64).to_be_bytes());
        base.add(8).write(block.domain.letter());
        base.add(9).write_bytes(FORBIDDEN, FRONT - 9);
        let tail = base.add(FRONT + block.size);
        tail.write_bytes(FORBIDDEN, TAIL);
        tail.add(TAIL).cast::<[u8; 8]>().write_unaligned(block.serial.to_be_bytes());
    }
}

/// What is wrong in front of and behind the data of a live block: the damage nearest to it.
///
/// # Safety
/// The block is alive and its record true.
unsafe fn damage(data: NonNull<u8>, block: BlockRecord) -> [Option<Misuse>; 2] {
    // SAFETY: per contract the guards lie within the base block.
    unsafe {
        let mut front = [FORBIDDEN; FRONT];
        let (size, rest) = front.split_at_mut(8);
        size.copy_from_slice(&(block.size as u64).to_be_bytes());
        if let Some(letter) = rest.first_mut() {
            *letter = block.domain.letter();
        }
        let found = data.sub(FRONT).cast::<[u8; FRONT]>().read_unaligned();
        let under = found.iter().zip(&front).rev().position(|(found, right)| found != right);
        let under = under.map(|at| Misuse::Underrun {
            before: at + 1,
            found: found.iter().rev().nth(at).copied().unwrap_or_default(),
        });
        let mut tail = [FORBIDDEN; TAIL + 8];
        let (_, serial) = tail.split_at_mut(TAIL);
        serial.copy_from_slice(&block.serial.to_be_bytes());
        let found = data.add(block.size).cast::<[u8; TAIL + 8]>().read_unaligned();
        let over = found.iter().zip(&tail).position(|(found, right)| found != right);
        let over = over.map(|past| Misuse::Overrun {
            past,
            found: found.get(past).copied().unwrap_or_default(),
        });
        [under, over]
    }
}

/// The first byte of a block in quarantine that is no longer dead.
///
/// # Safety
/// `base` is the base of a block in quarantine whose record is true.
unsafe fn late_write(base: NonNull<u8>, block: BlockRecord) -> Option<Misuse> {
    // SAFETY: per contract; the whole block was filled when it was freed.
    let bytes = unsafe { std::slice::from_raw_parts(base.as_ptr(), block.size + OVERHEAD) };
    let at = bytes.iter().position(|&byte| byte != DEAD)?;
    let found = bytes.get(at).copied().unwrap_or_default();
    Some(Misuse::UseAfterFree { offset: at.saturating_sub(FRONT), found })
}

/// Whether a block of at least a header is clean all through its header.
///
/// # Safety
/// The block is alive and has `size` bytes.
unsafe fn never_written(data: NonNull<u8>, size: usize) -> bool {
    if size < size_of::<Object>() {
        return false;
    }
    // SAFETY: per contract; every byte was written when the block was made.
    let bytes = unsafe { std::slice::from_raw_parts(data.as_ptr(), size_of::<Object>()) };
    bytes.iter().all(|&byte| byte == CLEAN)
}
