//! Headers and types, as the floors above use them.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use super::heap;
use crate::{
    GcHead, Object, TypeFlags, TypeObject, TypeSpec, gc_head, generic_alloc, generic_free,
    of_gc_head, type_of,
};

#[test]
fn a_header_leads_to_its_type_and_to_the_head_in_front_of_it() {
    let heap = heap();
    let mut place = MaybeUninit::<TypeObject>::uninit();
    let ty = NonNull::new(place.as_mut_ptr()).unwrap();
    let spec = TypeSpec { name: "node", flags: TypeFlags::GC, ..TypeSpec::LEAF };
    unsafe {
        TypeObject::stamp(ty, &spec, NonNull::from(&heap), ty).unwrap();
        let op = generic_alloc(ty, 0).unwrap();
        assert_eq!(type_of(op), ty);
        let head = gc_head(op);
        assert_eq!(head.addr().get() + size_of::<GcHead>(), op.addr().get());
        assert!(head.as_ref().next.get().is_null(), "not tracked");
        assert_eq!(of_gc_head(head), op);
        generic_free(op);
        TypeObject::unstamp(ty);
    }
    heap.verify().unwrap();
    assert_eq!(heap.allocated_blocks(), 0);
}

#[test]
fn a_type_can_be_renamed_and_its_objects_freed_without_asking_its_lists() {
    let heap = heap();
    let mut place = MaybeUninit::<TypeObject>::uninit();
    let ty = NonNull::new(place.as_mut_ptr()).unwrap();
    let spec = TypeSpec { name: "plain", free_lists: &[4], ..TypeSpec::LEAF };
    unsafe {
        TypeObject::stamp(ty, &spec, NonNull::from(&heap), ty).unwrap();
        let ty_ref = ty.as_ref();
        assert_eq!(ty_ref.name(), "plain");
        ty_ref.set_name(NonNull::from("renamed"));
        assert_eq!(ty_ref.name(), "renamed");
        let op = generic_alloc(ty, 0).unwrap();
        ty_ref.free_plain(op, size_of::<Object>());
        assert!(ty_ref.free_lists()[0].is_empty(), "it went to the heap");
        TypeObject::unstamp(ty);
    }
    heap.verify().unwrap();
    assert_eq!(heap.allocated_blocks(), 0);
}

#[test]
fn a_type_that_is_given_a_finalizer_asks_for_last_rites_from_then_on() {
    let heap = heap();
    let mut place = MaybeUninit::<TypeObject>::uninit();
    let ty = NonNull::new(place.as_mut_ptr()).unwrap();
    let spec = TypeSpec { name: "plain", ..TypeSpec::LEAF };
    unsafe {
        TypeObject::stamp(ty, &spec, NonNull::from(&heap), ty).unwrap();
        let ty_ref = ty.as_ref();
        assert!(ty_ref.finalizer().is_none() && !ty_ref.flags().has(TypeFlags::LAST_RITES));
        ty_ref.set_finalizer(Some(|_| {}));
        assert!(ty_ref.finalizer().is_some() && ty_ref.flags().has(TypeFlags::LAST_RITES));
        ty_ref.set_finalizer(None);
        assert!(ty_ref.finalizer().is_none());
        TypeObject::unstamp(ty);
    }
    heap.verify().unwrap();
}

#[test]
fn a_list_that_is_made_shorter_still_counts_and_gives_all_it_holds() {
    let heap = heap();
    let mut place = MaybeUninit::<TypeObject>::uninit();
    let ty = NonNull::new(place.as_mut_ptr()).unwrap();
    let spec = TypeSpec { name: "plain", free_lists: &[4], ..TypeSpec::LEAF };
    unsafe {
        TypeObject::stamp(ty, &spec, NonNull::from(&heap), ty).unwrap();
        let list = &ty.as_ref().free_lists()[0];
        let objects: Vec<_> = (0..4).map(|_| generic_alloc(ty, 0).unwrap()).collect();
        for op in objects {
            assert!(list.give(op), "there is room");
        }
        for cap in [3, 2, 1, 0] {
            ty.as_ref().set_free_list_cap(cap);
            assert_eq!((list.len(), list.cap()), (cap as usize, cap as usize));
            assert_eq!(heap.allocated_blocks(), cap as usize);
        }
        TypeObject::unstamp(ty);
    }
    heap.verify().unwrap();
}
