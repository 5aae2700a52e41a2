use super::*;
use crate::testing::with_world;

#[test]
fn a_set_has_each_member_once() {
    with_world(|cx| {
        let set = new(cx).unwrap();
        for i in 0..2000 {
            let item = cx.int(i % 700).unwrap();
            add(cx, set.borrow(), item.borrow()).unwrap();
        }
        let this = set.borrow().view::<SetObject>().unwrap();
        assert_eq!(this.len(), 700);
        this.verify().unwrap();
    });
}
