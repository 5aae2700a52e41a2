//! Six misuses x small and large x three domains x at once and delayed: 72 programs, each of which
//! does the wrong thing and must be told so in the right words.

use std::ptr::NonNull;

use crate::{
    DEAD, DebugHooks, Domain, Floor, Frame, GcHead, Heap, HeapConfig, HeapFault, Misuse, Obj,
    Object, OnFault, TracebackSource, Traversal, TypeFlags, TypeObject, TypeSpec, generic_alloc,
    generic_free,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Underrun,
    Overrun,
    UseAfterFree,
    DoubleFree,
    Family,
    Uninitialised,
}

const WRONGS: [(Wrong, &str); 6] = [
    (Wrong::Underrun, "underrun"),
    (Wrong::Overrun, "overrun"),
    (Wrong::UseAfterFree, "use after free"),
    (Wrong::DoubleFree, "double free"),
    (Wrong::Family, "wrong family"),
    (Wrong::Uninitialised, "uninitialised"),
];

/// Why a program of the matrix cannot be.
fn impossible(wrong: Wrong, domain: Domain, delayed: bool) -> Option<&'static str> {
    (wrong == Wrong::Uninitialised && delayed && domain != Domain::Object).then_some(
        "a sweep knows what an object must hold, but nothing of what raw and mem blocks are for; \
         a read of those is judged when it happens",
    )
}

fn debug_heap() -> Heap {
    let debug = Some(DebugHooks { quarantine_blocks: 50, ..DebugHooks::default() });
    Heap::new(HeapConfig { debug, ..HeapConfig::default() }, Floor::Heap)
}

/// What a program does between a misuse and its discovery.
fn other_work(heap: &Heap, blocks: usize) {
    for n in 0..blocks {
        let block = heap.alloc(n % 700).unwrap();
        unsafe { heap.free(block, n % 700) };
    }
}

/// Frees every block that is alive.
fn free_all(heap: &Heap) {
    let mut alive = Vec::new();
    heap.each_debug_block(|address, record| alive.push((address, record.domain)));
    for (address, domain) in alive {
        let block = NonNull::new(std::ptr::with_exposed_provenance_mut(address));
        unsafe { heap.free_block(domain, block) };
    }
}

/// Does the wrong thing and gives what was found; `None` when nothing was.
fn program(wrong: Wrong, domain: Domain, size: usize, delayed: bool) -> Option<HeapFault> {
    let heap = debug_heap();
    other_work(&heap, 5);
    let block = heap.malloc(domain, size).unwrap();
    let other = Domain::ALL[(domain as usize + 1) % 3];
    let written = || unsafe { block.write_bytes(1, size) };
    let free = |domain| unsafe { heap.free_block(domain, Some(block)) };
    // Found by the call that follows, or by a sweep or an eviction long after.
    match wrong {
        Wrong::Underrun | Wrong::Overrun => {
            written();
            unsafe {
                let at = if wrong == Wrong::Underrun { block.sub(3) } else { block.add(size) };
                at.write(0x78);
            }
            if delayed {
                other_work(&heap, 200);
                assert!(heap.take_fault().is_none());
                assert!(heap.verify().is_err());
            } else {
                free(domain);
            }
        }
        Wrong::UseAfterFree => {
            written();
            free(domain);
            if delayed {
                unsafe { block.add(size / 2).write(7) };
                other_work(&heap, 40);
                assert!(heap.take_fault().is_none());
                other_work(&heap, 40);
            } else {
                assert!(heap.check_read(block, 0, 8).is_err());
            }
        }
        Wrong::DoubleFree => {
            free(domain);
            if delayed {
                other_work(&heap, 40);
            }
            free(domain);
        }
        Wrong::Family => {
            if delayed {
                other_work(&heap, 200);
                let moved = unsafe { heap.realloc_block(other, Some(block), size + 1) };
                assert!(moved.is_ok(), "it goes on, in the block's own domain");
            } else {
                free(other);
            }
        }
        Wrong::Uninitialised => {
            if delayed {
                other_work(&heap, 200);
                assert!(heap.verify().is_err());
            } else {
                assert!(heap.check_read(block, 8, 16).is_err());
            }
        }
    }
    let fault = heap.take_fault();
    let mut report = String::new();
    if let Some(fault) = &fault {
        heap.write_fault(fault, &mut report).unwrap();
    }
    free_all(&heap);
    let fault = fault?;
    let record = fault.block?;
    for fact in [
        format!("p={:#x}: API '{}'", block.as_ptr().addr(), char::from(domain.letter())),
        format!("{size} bytes originally requested"),
        format!("call #{}", record.serial),
        fault.to_string(),
    ] {
        assert!(report.contains(&fact), "{fact:?} is missing in:\n{report}");
    }
    assert_eq!((record.size, record.domain, record.serial), (size, domain, 6));
    assert_eq!(fault.address, block.addr().get());
    Some(fault)
}

#[test]
fn each_of_the_misuses_is_found_and_called_by_its_name() {
    let (mut found, mut left_out) = (0, 0);
    for (wrong, words) in WRONGS {
        for size in [40, 1000] {
            for domain in Domain::ALL {
                for delayed in [false, true] {
                    if impossible(wrong, domain, delayed).is_some() {
                        left_out += 1;
                        continue;
                    }
                    let fault = program(wrong, domain, size, delayed);
                    let case = format!("{wrong:?} {size} {domain:?} delayed: {delayed}");
                    let fault = fault.unwrap_or_else(|| panic!("nothing was found: {case}"));
                    assert!(fault.to_string().starts_with(words), "{case}: {fault}");
                    found += 1;
                }
            }
        }
    }
    assert_eq!((found, left_out), (68, 4));
}

#[test]
fn fills_and_layout_are_cpythons_with_a_serial_number_behind() {
    let heap = debug_heap();
    let block = heap.malloc(Domain::Mem, 5).unwrap();
    let zeroed = heap.calloc(Domain::Mem, 5, 1).unwrap();
    unsafe {
        let bytes = std::slice::from_raw_parts(block.as_ptr().sub(16), 37);
        assert_eq!(bytes[..16], *b"\0\0\0\0\0\0\0\x05m\xfd\xfd\xfd\xfd\xfd\xfd\xfd");
        assert_eq!(bytes[16..21], [0xcd; 5]);
        assert_eq!(bytes[21..], *b"\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\0\0\0\0\0\0\0\x01");
        assert!(super::holds(zeroed, 5, 0));
        heap.free_block(Domain::Mem, Some(block));
        let dead = std::slice::from_raw_parts(block.as_ptr().sub(16), 37);
        assert!(dead.iter().all(|&byte| byte == DEAD));
        let grown = heap.realloc_block(Domain::Mem, Some(zeroed), 8).unwrap();
        assert_eq!(std::slice::from_raw_parts(grown.as_ptr(), 8), b"\0\0\0\0\0\xcd\xcd\xcd");
        heap.free_block(Domain::Mem, Some(grown));
    }
    heap.verify().unwrap();
    assert_eq!(heap.take_fault(), None);
}

#[test]
fn other_lies_are_found_too() {
    let heap = debug_heap();
    let block = heap.alloc(64).unwrap();
    let expect = |misuse| assert_eq!(heap.take_fault().map(|fault| fault.misuse), Some(misuse));
    unsafe {
        block.write_bytes(1, 64);
        heap.check_read(block, 0, 64).unwrap();
        assert!(heap.check_read(block, 60, 8).is_err());
        expect(Misuse::Overrun { past: 3, found: 0xfd });
        let inside = block.add(8);
        heap.free_block(Domain::Mem, Some(inside));
        expect(Misuse::NotABlock);
        assert!(heap.realloc_block(Domain::Mem, Some(inside), 9).is_err());
        expect(Misuse::NotABlock);
        let foreign = crate::raw::alloc(10).unwrap();
        heap.free_block(Domain::Mem, Some(foreign));
        expect(Misuse::NotABlock);
        crate::raw::free(Some(foreign));
        heap.free(block, 63);
        expect(Misuse::WrongSize { given: 63 });
        // Freed long ago: it has left the quarantine, and nothing else lies there.
        for _ in 0..60 {
            let large = heap.alloc(900).unwrap();
            heap.free(large, 900);
        }
        heap.free(block, 64);
        expect(Misuse::NotABlock);
    }
    let mut report = String::new();
    let wild = HeapFault { misuse: Misuse::NotABlock, address: 0x10, block: None };
    heap.write_fault(&wild, &mut report).unwrap();
    assert!(report.contains("p=0x10: not a block"));
    assert_eq!(heap.fault_total(), 6);
}

#[test]
fn two_heaps_never_mix_silently() {
    let (one, two) = (debug_heap(), debug_heap());
    let block = one.alloc(64).unwrap();
    unsafe { two.free(block, 64) };
    assert_eq!(two.take_fault().map(|fault| fault.misuse), Some(Misuse::NotABlock));
    two.verify().unwrap();
    unsafe { one.free(block, 64) };
    one.verify().unwrap();
}

#[test]
fn an_object_whose_header_nobody_wrote_is_found_when_the_runtime_looks() {
    let heap = debug_heap();
    for head in [0, 16] {
        let block = heap.object_alloc(64).unwrap();
        let op = unsafe { block.add(head) }.cast();
        if head > 0 {
            unsafe { block.write_bytes(0, head) };
        }
        let fault = heap.check_object(op).unwrap_err();
        assert_eq!(fault.misuse, Misuse::Uninitialised { offset: head });
        unsafe { block.write_bytes(0, 64) };
        heap.check_object(op).unwrap();
        unsafe { heap.object_free(block, 64) };
        let fault = heap.check_object(op).unwrap_err();
        assert!(matches!(fault.misuse, Misuse::UseAfterFree { .. }));
    }
    let plain = super::heap();
    let block = plain.object_alloc(64).unwrap();
    plain.check_object(block.cast()).unwrap();
    plain.check_read(block, 0, 999).unwrap();
    unsafe { plain.object_free(block, 64) };
}

/// A type whose objects own one reference each, behind the header.
fn stamp_holder(heap: &Heap, place: &mut std::mem::MaybeUninit<TypeObject>) -> NonNull<TypeObject> {
    unsafe fn traverse(op: Obj, visit: &mut dyn FnMut(Obj)) {
        if let Some(held) = unsafe { op.add(1).cast::<Option<Obj>>().read() } {
            visit(held);
        }
    }
    unsafe fn pass(_: Obj, _: NonNull<()>) {}
    let spec = TypeSpec {
        name: "holder",
        basic_size: size_of::<Object>() + 8,
        flags: TypeFlags::GC,
        free_lists: &[1],
        tp_traverse: Some(&Traversal { visit: traverse, subtract: pass, reach: pass }),
        ..TypeSpec::LEAF
    };
    let ty = NonNull::new(place.as_mut_ptr()).unwrap();
    unsafe { TypeObject::stamp(ty, &spec, NonNull::from(heap), ty).unwrap() };
    ty
}

#[test]
fn a_reference_to_what_is_not_there_is_found_by_following_it() {
    let heap = debug_heap();
    let mut place = std::mem::MaybeUninit::uninit();
    let ty = stamp_holder(&heap, &mut place);
    unsafe {
        let hold = |holder: Obj, held: Option<Obj>| holder.add(1).cast().write(held);
        let (holder, held) = (generic_alloc(ty, 0).unwrap(), generic_alloc(ty, 0).unwrap());
        hold(holder, Some(held));
        assert!(heap.check_references());
        // What a retired object held is nobody's business.
        let retired = generic_alloc(ty, 0).unwrap();
        hold(retired, NonNull::new(std::ptr::without_provenance_mut(64)));
        ty.as_ref().retire(retired, 0);
        assert!(heap.check_references());
        generic_free(held);
        assert!(!heap.check_references(), "the list is full, so it was freed");
        let fault = heap.take_fault().unwrap();
        assert!(fault.to_string().starts_with("use after free"), "{fault}");
        let fresh = heap.object_alloc(40).unwrap();
        fresh.write_bytes(0, size_of::<GcHead>());
        hold(holder, Some(fresh.add(size_of::<GcHead>()).cast()));
        assert!(!heap.check_references());
        let fault = heap.take_fault().unwrap();
        assert_eq!(fault.misuse, Misuse::Uninitialised { offset: size_of::<GcHead>() });
        fresh.write_bytes(0, 40);
        assert!(heap.check_references());
        heap.object_free(fresh, 40);
        hold(holder, None);
        generic_free(holder);
        TypeObject::unstamp(ty);
    }
    let plain = super::heap();
    assert!(unsafe { plain.check_references() });
    heap.verify().unwrap();
}

/// What using the header of an object does whose memory holds this fill.
#[cfg(debug_assertions)]
fn header_of_fill(fill: u8, act: impl FnOnce(&Object) + std::panic::UnwindSafe) -> String {
    let memory = [fill; size_of::<Object>()];
    let header = unsafe { std::mem::transmute::<[u8; 16], Object>(memory) };
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| act(&header)));
    match payload.unwrap_err().downcast::<String>() {
        Ok(message) => *message,
        Err(_) => String::new(),
    }
}

#[test]
#[cfg(debug_assertions)]
fn counts_and_types_that_nobody_wrote_are_not_used() {
    for (fill, words) in [(0xCD, "an object that nobody wrote"), (DEAD, "an object that was freed")]
    {
        let up = header_of_fill(fill, |header| header.incref());
        let down = header_of_fill(fill, |header| assert!(header.drop_reference()));
        let field = header_of_fill(fill, |header| assert_ne!(header.ty(), NonNull::dangling()));
        assert_eq!((&up, &down), (&format!("the count of {words} is used"), &up));
        assert_eq!(field, format!("the type of {words} is used"));
    }
}

#[test]
fn quarantined_memory_goes_when_it_is_needed() {
    let debug = Some(DebugHooks { quarantine_bytes: 64 << 20, ..DebugHooks::default() });
    let config = HeapConfig { debug, limit: Some(4 << 20), ..HeapConfig::default() };
    let heap = Heap::new(config, Floor::Heap);
    for _ in 0..50 {
        let block = heap.alloc(1 << 20).unwrap();
        unsafe { heap.free(block, 1 << 20) };
    }
    heap.empty_quarantine();
    heap.verify().unwrap();
    assert_eq!((heap.allocated_blocks(), heap.fault_total()), (0, 0));
    let mut alive = 0;
    heap.each_debug_block(|_, _| alive += 1);
    assert_eq!(alive, 0);
}

/// One active call.
struct Here;

impl TracebackSource for Here {
    fn walk(&self, see: &mut dyn FnMut(Frame)) {
        see(Frame { file: 0, line: 3 });
    }

    fn describe(&self, frame: Frame, out: &mut dyn std::fmt::Write) -> std::fmt::Result {
        write!(out, "File \"spam.py\", line {}", frame.line)
    }
}

#[test]
fn the_report_is_cpythons_dump_with_what_we_know_besides() {
    let heap = debug_heap();
    unsafe { heap.start_tracing(Some(NonNull::from(&Here)), 1) };
    let block = heap.malloc(Domain::Mem, 24).unwrap();
    unsafe { block.add(24).write(0x78) };
    assert!(heap.verify().is_err());
    let fault = heap.take_fault().unwrap();
    let mut report = String::new();
    heap.write_fault(&fault, &mut report).unwrap();
    let p = format!("{:#x}", fault.address);
    let tail = format!("{:#x}", fault.address + 24);
    let expected = format!(
        "Debug memory block at address p={p}: API 'm'
    24 bytes originally requested
    The 7 pad bytes at p-7 are FORBIDDENBYTE, as expected.
    The 8 pad bytes at tail={tail} are not all FORBIDDENBYTE (0xfd):
        at tail+0: 0x78 *** OUCH
        at tail+1: 0xfd
        at tail+2: 0xfd
        at tail+3: 0xfd
        at tail+4: 0xfd
        at tail+5: 0xfd
        at tail+6: 0xfd
        at tail+7: 0xfd
    The block was made by call #1 to debug malloc/realloc.
    Data at p: cd cd cd cd cd cd cd cd ... cd cd cd cd cd cd cd cd

Memory block allocated at (most recent call first):
  File \"spam.py\", line 3

Heap fault: overrun: the byte 0 past the end of the block is 0x78 (24 bytes of mem, serial 1)
"
    );
    assert_eq!(report, expected);
    unsafe { heap.free_block(Domain::Mem, Some(block)) };
    let _ = heap.take_fault();
    unsafe { heap.free_block(Domain::Mem, Some(block)) };
    let mut report = String::new();
    heap.write_fault(&heap.take_fault().unwrap(), &mut report).unwrap();
    assert!(report.contains("Memory block freed at (most recent call first):\n  File \"spam.py\""));
}

const IN_CHILD: &str = "STRATA_TEST_OVERRUN";

/// Does nothing but in a process of its own, which the test below starts.
#[test]
fn helper_that_overruns_and_aborts() {
    if std::env::var_os(IN_CHILD).is_none() {
        return;
    }
    let debug = Some(DebugHooks { on_fault: OnFault::Abort, ..DebugHooks::default() });
    let heap = Heap::new(HeapConfig { debug, ..HeapConfig::default() }, Floor::Heap);
    let block = heap.alloc(3).unwrap();
    unsafe {
        block.add(3).write(1);
        heap.free(block, 3);
    }
}

#[test]
fn if_so_configured_a_misuse_stops_the_process_with_its_report() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::misuse::helper_that_overruns_and_aborts", "--nocapture"])
        .env(IN_CHILD, "1")
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stderr);
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(6));
    assert!(report.contains("3 bytes originally requested") && report.contains("*** OUCH"));
    assert!(report.contains("Fatal error: overrun: the byte 0 past the end"), "{report}");
}
