use super::*;
use crate::testing::with_world;

fn view<'a>(dict: &'a Ref) -> &'a DictObject {
    dict.borrow().view().unwrap()
}

#[test]
fn keys_come_back_in_the_order_of_insertion() {
    with_world(|cx| {
        let dict = new(cx).unwrap();
        for i in 0..1000 {
            let (key, value) = (cx.int(i * 7919 % 1000).unwrap(), cx.int(i).unwrap());
            set(cx, dict.borrow(), key.borrow(), value.borrow()).unwrap();
        }
        assert_eq!(len(dict.borrow()), 1000);
        let (mut cursor, mut i) = (0, 0);
        while let Some((key, value)) = entry(dict.borrow(), &mut cursor) {
            assert_eq!(crate::int::to_i64(key.borrow()), Some(i * 7919 % 1000));
            assert_eq!(crate::int::to_i64(value.borrow()), Some(i));
            i += 1;
        }
        assert_eq!(i, 1000);
        for i in (0..1000).step_by(2) {
            let key = cx.int(i).unwrap();
            assert!(remove(cx, dict.borrow(), key.borrow()).unwrap().is_some());
            assert!(remove(cx, dict.borrow(), key.borrow()).unwrap().is_none());
        }
        let this = view(&dict);
        this.table(cx).verify(this.len()).unwrap();
        assert_eq!(len(dict.borrow()), 500);
    });
}

#[test]
fn names_have_places_until_the_keys_change() {
    with_world(|cx| {
        let dict = new(cx).unwrap();
        assert_eq!(version(dict.borrow()), EMPTY_VERSION);
        let (a, b) = (cx.name("a").unwrap(), cx.name("b").unwrap());
        set_name(cx, dict.borrow(), a.borrow(), cx.none()).unwrap();
        let (seen, place) = find_place(cx, dict.borrow(), a.borrow()).unwrap();
        // SAFETY: the version is the one of the place; likewise below.
        drop(unsafe { replace_at(dict.borrow(), place, cx.bool(true)) });
        assert_eq!(version(dict.borrow()), seen);
        assert!(unsafe { value_at(dict.borrow(), place) }.borrow().is(cx.bool(true).borrow()));
        set_name(cx, dict.borrow(), b.borrow(), cx.none()).unwrap();
        assert_ne!(version(dict.borrow()), seen);
        assert!(get_name(cx, dict.borrow(), b.borrow()).is_some());
    });
}
