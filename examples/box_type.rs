//! A type of one's own that owns one reference: CPython's `BoxObject`, without a pointer.
//!
//! ```console
//! $ cargo run --example box_type
//! $ cargo test --example box_type
//! ```
#![forbid(unsafe_code)]

use strata::{Args, Error, Getter, Method, Own, OwnType, Ref, Runtime, Slot, SlotFn, Trace};
use strata::{method, property};

/// A header of 16 bytes, one word for the reference, and the collector's 16 bytes in front: a box may
/// hold itself.
#[derive(Trace, Default)]
struct BoxType {
    value: Slot,
}

impl OwnType for BoxType {
    const NAME: &'static str = "Box";
    const GETTERS: &'static [Getter<Self>] = &[property("value", Self::value, Self::set_value)];
    const METHODS: &'static [Method<Self>] = &[method("swap", Self::swap)];
    const REPR: Option<SlotFn<Self, String>> = Some(Self::repr);

    /// `Box(value)`: the memory is there, and its slot empty; now it owns something.
    fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<(), Error> {
        let [value] = args.exactly()?;
        this.value.set(this, value)
    }
}

impl BoxType {
    fn value<'rt>(this: &Own<'rt, Self>) -> Result<Ref<'rt>, Error> {
        // A collection that takes a dead cycle apart empties slots before the objects die.
        Ok(this.value.get(this)?.unwrap_or_else(|| this.runtime().none()))
    }

    fn set_value<'rt>(this: &Own<'rt, Self>, value: Ref<'rt>) -> Result<(), Error> {
        this.value.set(this, value)
    }

    /// `box.swap(other)`: puts something else in and gives out what was there.
    fn swap<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<Ref<'rt>, Error> {
        let [new] = args.exactly()?;
        let old = Self::value(this)?;
        this.value.set(this, new)?;
        Ok(old)
    }

    fn repr(this: &Own<'_, Self>) -> Result<String, Error> {
        Ok(format!("Box({})", Self::value(this)?.repr()?))
    }
}

const SCRIPT: &str = "
def fill(n):
    return [Box(i) for i in range(n)]
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rt = Runtime::new()?;
    rt.set_builtin("Box", &rt.own_type::<BoxType>()?)?;

    let boxes = rt.run("boxes", SCRIPT)?.call("fill", &[&rt.int(3)?])?;
    println!("{} of {} bytes each", boxes.repr()?, boxes.as_list()?.get(0)?.getsizeof()?);

    let spam = rt.make::<BoxType>(&[&rt.str("spam and eggs")?])?;
    println!("{spam:?} holds {}", BoxType::value(&spam)?.repr()?);

    drop((boxes, spam));
    println!("left behind: {:?}", rt.finish());
    Ok(())
}

#[test]
fn a_box_owns_what_it_holds_and_lets_go_of_it_before_its_own_memory() -> Result<(), Error> {
    let rt = Runtime::new()?;
    rt.own_type::<BoxType>()?;
    rt.log_lifetimes();
    let value = rt.float(1.5)?;
    let box_ = rt.make::<BoxType>(&[&value])?;
    assert_eq!(value.refcount(), 2);
    drop(value);
    drop(box_);
    insta::assert_snapshot!(rt.take_log(), @r"
    born    float#1  24 B  pool in use
    born    Box#1  40 B  pool in use
    retired float#1
    freed   Box#1
    ");
    Ok(())
}

#[test]
fn a_box_that_holds_itself_is_found_by_the_collector() -> Result<(), Error> {
    let rt = Runtime::new()?;
    let box_ = rt.make::<BoxType>(&[&rt.none()])?;
    box_.value.set(&box_, box_.clone())?;
    assert_eq!((box_.as_object().refcount(), box_.as_object().getsizeof()?), (2, 40));
    drop(box_);
    assert_eq!(rt.collect(), 1);
    Ok(())
}

#[test]
fn every_allocation_of_a_box_may_fail() -> Result<(), strata::RefusalFault> {
    let refused = strata::refuse_each(|rt| {
        rt.set_builtin("Box", &rt.own_type::<BoxType>()?)?;
        let full = rt.make::<BoxType>(&[&rt.float(2.5)?])?;
        let old = full.as_object().call_method("swap", &[&rt.int(1 << 40)?])?;
        assert_eq!((old.to_f64()?, full.as_object().repr()?), (2.5, "Box(1099511627776)".into()));
        rt.run("boxes", SCRIPT)?.call("fill", &[&rt.int(2)?]).map(drop)
    })?;
    assert!(refused > 20, "only {refused} allocations were seen");
    Ok(())
}
