//! The nine rules for extension authors (11.28), each a test with the rule as its name. What does not
//! compile is shown in the book's chapter 28.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use runtime_core::{Block, Family, Mem, Misuse, ObjectMemory};
use strata::{
    Args, Buffer, Captured, Config, DebugHooks, Domain, Error, Exc, FaultPlan, Getter, HeapConfig,
    Own, OwnType, Ref, Runtime, Slot, Trace, getter,
};

/// `Record(value, size)`: one reference, and bytes in the mem domain.
#[derive(Trace, Default)]
struct Record {
    value: Slot,
    notes: Buffer,
}

impl OwnType for Record {
    const NAME: &'static str = "Record";
    const GETTERS: &'static [Getter<Self>] = &[getter("value", Self::value)];

    fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<(), Error> {
        let [value, size] = args.exactly()?;
        this.value.set(this, value)?;
        this.notes.resize(this, size.to_i64()?.unsigned_abs() as usize)
    }
}

impl Record {
    fn value<'rt>(this: &Own<'rt, Self>) -> Result<Ref<'rt>, Error> {
        Ok(this.value.get(this)?.unwrap_or_else(|| this.runtime().none()))
    }

    fn make<'rt>(rt: &'rt Runtime, value: &Ref<'rt>, size: i64) -> Result<Own<'rt, Self>, Error> {
        rt.make::<Record>(&[value, &rt.int(size)?])
    }
}

fn with_record() -> Result<Runtime, Error> {
    let rt = Runtime::new()?;
    let ty = rt.own_type::<Record>()?;
    rt.set_builtin("Record", &ty)?;
    drop(ty);
    Ok(rt)
}

#[test]
fn allocating_an_object_instance_use_type_allocation_machinery() -> Result<(), Error> {
    let rt = with_record()?;
    let value = rt.float(1.5)?;
    rt.log_lifetimes_of(&["Record"]);
    let record = Record::make(&rt, &value, 0)?;
    let size = record.as_object().getsizeof()?;
    assert_eq!(rt.take_log(), format!("born    Record#1  {size} B  pool in use\n"));
    // `tp_alloc` made a header with one reference and the type; `init` came after it.
    assert_eq!(record.as_object().refcount(), 1);
    assert!(record.as_object().type_of().is(&rt.own_type::<Record>()?));
    // There is no other way to one: not by the type's base, whose allocation knows nothing of it.
    let by_hand = rt.run("by_hand", "object.__new__(Record)").map(drop).unwrap_err();
    assert!(by_hand.is(Exc::TypeError), "{by_hand}");
    Ok(())
}

#[test]
fn freeing_an_object_instance_use_tp_free_from_the_deallocator() -> Result<(), Error> {
    let rt = with_record()?;
    let value = rt.float(1.5)?;
    let record = Record::make(&rt, &value, 100)?;
    rt.log_lifetimes();
    let blocks = rt.heap().accounting().blocks;
    drop(record);
    // The deallocator lets go of the value and of the notes, then `tp_free` gives the block back.
    assert_eq!(rt.take_log(), "");
    assert_eq!(value.refcount(), 1);
    assert_eq!(rt.heap().accounting().blocks, blocks - 2);
    Ok(())
}

#[test]
fn allocating_auxiliary_runtime_memory_use_the_mem_family() -> Result<(), Error> {
    let rt = with_record()?;
    let record = Record::make(&rt, &rt.none(), 0)?;
    let plan = |domain| rt.heap().plan_faults(Some(FaultPlan::from(0).in_domain(domain)));
    plan(Domain::Object);
    record.notes.resize(&record, 200)?;
    plan(Domain::Mem);
    let refused = record.notes.resize(&record, 400).unwrap_err();
    rt.heap().plan_faults(None);
    assert!(refused.is(Exc::MemoryError), "{refused}");
    assert_eq!(record.notes.len(), 200);
    Ok(())
}

#[test]
fn allocating_object_memory_manually_use_the_object_family_only_when_appropriate()
-> Result<(), Error> {
    let rt = Runtime::new()?;
    rt.log_lifetimes();
    let before = rt.heap().accounting().blocks;
    let memory = Block::<ObjectMemory>::zeroed(rt.heap(), 64).unwrap();
    assert_eq!(rt.heap().accounting().blocks, before + 1);
    // It is memory of the family and no object: nothing was born, nothing counts it or finds it.
    assert_eq!(rt.take_log(), "");
    ObjectMemory::free(memory);
    assert_eq!(rt.heap().accounting().blocks, before);
    Ok(())
}

#[test]
fn returning_an_object_return_an_owned_reference() -> Result<(), Error> {
    let rt = with_record()?;
    let value = rt.float(1.5)?;
    let record = Record::make(&rt, &value, 0)?;
    let returned = record.as_object().get_attr("value")?;
    assert_eq!(value.refcount(), 3, "ours, the record's, and the one returned");
    // So it stays when what it came from is gone.
    drop((value, record));
    assert_eq!((returned.refcount(), returned.to_f64()?), (1, 1.5));
    // A script may drop what it is given as often as it likes.
    let script = rt.run("drops", "r = Record(1.5, 0)\nfor _ in range(99):\n    r.value\n")?;
    assert_eq!(script.get("r")?.get_attr("value")?.refcount(), 2, "the record's and ours");
    Ok(())
}

#[test]
fn storing_an_object_field_own_a_reference() -> Result<(), Error> {
    let rt = with_record()?;
    let value = rt.float(1.5)?;
    let record = Record::make(&rt, &value, 0)?;
    assert_eq!(value.refcount(), 2);
    drop(value);
    assert_eq!(Record::value(&record)?.to_f64()?, 1.5, "the record keeps it alive");
    // Another value takes its place before the old one is let go.
    record.value.set(&record, rt.str("next")?)?;
    assert_eq!(Record::value(&record)?.to_str()?, "next");
    // The collector knows that the field owns, and finds a record that only holds itself.
    record.value.set(&record, record.clone())?;
    drop(record);
    assert_eq!(rt.collect(), 1);
    Ok(())
}

#[test]
fn reallocating_memory_keep_the_old_pointer_until_success() -> Result<(), Error> {
    let rt = with_record()?;
    let record = Record::make(&rt, &rt.none(), 5)?;
    record.notes.write_at(0, b"notes");
    for size in [6, 600, 60_000] {
        rt.heap().plan_faults(Some(FaultPlan::nth(0)));
        let refused = record.notes.resize(&record, size).unwrap_err();
        rt.heap().plan_faults(None);
        assert!(refused.is(Exc::MemoryError), "{refused}");
        assert_eq!(record.notes.to_vec(), b"notes", "what was there is there");
    }
    record.notes.resize(&record, 60_000)?;
    assert_eq!(&record.notes.to_vec()[..6], b"notes\0");
    drop(record);
    assert_eq!(rt.finish(), Default::default(), "and nothing was lost");
    Ok(())
}

#[test]
fn handling_allocation_failure_set_or_propagate_memory_error() {
    let refused = strata::refuse_each(|rt| {
        rt.set_builtin("Record", &rt.own_type::<Record>()?)?;
        let record = Record::make(rt, &rt.float(1.5)?, 1000)?;
        rt.list([Ref::from(record), rt.str("two")?])?.repr().map(drop)
    });
    assert!(refused.unwrap() > 20);
    // To a script it is the exception of that name, which it may catch.
    let rt = with_record().unwrap();
    let text = "try:\n    Record(None, 2 ** 62)\nexcept MemoryError as e:\n    caught = type(e)\n";
    let script = rt.run("huge", text).unwrap();
    assert_eq!(script.get("caught").unwrap().repr().unwrap(), "<class 'MemoryError'>");
}

#[test]
fn mixing_allocators_do_not_do_it() -> Result<(), Error> {
    // Between `Block`s it does not compile; see chapter 28. Behind the compiler's back it is found.
    let debug = Some(DebugHooks::default());
    let heap = HeapConfig { debug, ..HeapConfig::default() };
    let rt = Runtime::with(Config { heap, ..Config::default() }, Captured::default())?;
    let block = rt.heap().malloc(Domain::Mem, 128).unwrap();
    // SAFETY: it is not safe: this is the mistake. The hooks know the block's family by its letter, and
    // see to it that nobody gets this memory a second time.
    unsafe { rt.heap().free_block(Domain::Object, Some(block)) };
    let fault = rt.heap().take_fault().unwrap();
    assert_eq!(fault.misuse, Misuse::WrongDomain { given: Domain::Object });
    // A record's own memory goes back where it came from, under the same eyes.
    drop(Record::make(&rt, &rt.none(), 700)?);
    assert_eq!(rt.heap().take_fault(), None);
    Mem::free(Block::<Mem>::zeroed(rt.heap(), 16).unwrap());
    assert_eq!(rt.verify(), Ok(()));
    Ok(())
}
