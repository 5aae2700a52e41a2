//! What the fixtures cannot see: identity, blocks, limits.

use runtime_core::HeapConfig;
use runtime_gc::Ref;

use super::{Interning, StrObject, concat_in_place, repeat_text, text_of};
use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::list::ListObject;
use crate::protocol;
use crate::testing::{with_config, with_world};
use crate::ty::{Binary, Type};
use crate::view::Look;

fn view(op: &Ref) -> &StrObject {
    op.borrow().view().unwrap()
}

fn call(cx: &mut Cx<'_>, this: &Ref, name: &str, args: &[&Ref]) -> Res {
    let method = protocol::get_attr_str(cx, this.borrow(), name)?;
    let args: Vec<_> = args.iter().map(|arg| arg.borrow()).collect();
    protocol::call(cx, method.borrow(), Args::positional(&args))
}

fn raised<T>(cx: &Cx<'_>, result: Res<T>) -> String {
    let exception = cx.take_raised(result.err().unwrap());
    Type::of(exception.borrow()).name().to_owned()
}

#[test]
fn an_unchanged_string_is_the_same_object() {
    with_world(|cx| {
        let s = cx.str("some text").unwrap();
        let [absent, empty, three, width] =
            [cx.str("#").unwrap(), cx.empty_str(), cx.int(3).unwrap(), cx.str("3").unwrap()];
        let percent = cx.str("%s").unwrap();
        let field = cx.str("{}").unwrap();
        let values = cx.tuple([s.clone()]).unwrap();
        let cases: [(&str, Ref); 16] = [
            ("strip", call(cx, &s, "strip", &[]).unwrap()),
            ("replace", call(cx, &s, "replace", &[&absent, &empty]).unwrap()),
            ("center", call(cx, &s, "center", &[&three]).unwrap()),
            ("ljust", call(cx, &s, "ljust", &[&three]).unwrap()),
            ("zfill", call(cx, &s, "zfill", &[&three]).unwrap()),
            ("expandtabs", call(cx, &s, "expandtabs", &[]).unwrap()),
            ("removeprefix", call(cx, &s, "removeprefix", &[&absent]).unwrap()),
            ("join", call(cx, &absent, "join", &[&values]).unwrap()),
            ("format", call(cx, &field, "format", &[&s]).unwrap()),
            ("self format", call(cx, &s, "format", &[]).unwrap()),
            ("%", protocol::binary(cx, Binary::Mod, percent.borrow(), s.borrow()).unwrap()),
            ("+", protocol::binary(cx, Binary::Add, s.borrow(), empty.borrow()).unwrap()),
            ("empty +", protocol::binary(cx, Binary::Add, empty.borrow(), s.borrow()).unwrap()),
            ("spec", protocol::format(cx, s.borrow(), width.borrow()).unwrap()),
            ("str", protocol::str(cx, s.borrow()).unwrap()),
            ("split", {
                let list = call(cx, &s, "split", &[&absent]).unwrap();
                list.borrow().view::<ListObject>().unwrap().get(0).unwrap()
            }),
        ];
        for (name, made) in cases {
            assert!(made.borrow().is(s.borrow()), "{name}");
        }
        let lower = call(cx, &s, "lower", &[]).unwrap();
        assert!(!lower.borrow().is(s.borrow()), "a case mapping is always new");
    });
}

#[test]
fn a_string_that_nobody_shares_grows_in_its_block() {
    with_world(|cx| {
        let head = cx.str("x").unwrap();
        let mut s = cx.str("start").unwrap();
        let mut expected = String::from("start");
        for _ in 0..1000 {
            s = concat_in_place(cx, s, head.borrow()).unwrap();
            expected.push('x');
        }
        assert!(text_of(cx, s.borrow()).unwrap().eq_str(&expected));
        assert_eq!(view(&s).size_of(), 41 + 1005);
        assert_eq!(super::hash_of(cx, view(&s)), {
            let other = cx.str(&expected).unwrap();
            super::hash_of(cx, view(&other))
        });
    });
}

#[test]
fn a_string_that_somebody_knows_stays_as_it_is() {
    with_world(|cx| {
        let more = cx.str(" more").unwrap();
        let shared = cx.str("shared").unwrap();
        let held = shared.clone();
        let grown = concat_in_place(cx, shared, more.borrow()).unwrap();
        assert!(text_of(cx, held.borrow()).unwrap().eq_str("shared"));
        assert!(text_of(cx, grown.borrow()).unwrap().eq_str("shared more"));

        let interned = cx.intern(grown, Interning::Mortal).unwrap();
        let grown = concat_in_place(cx, interned, more.borrow()).unwrap();
        assert!(text_of(cx, grown.borrow()).unwrap().eq_str("shared more more"));
        assert_eq!(view(&grown).interning(), Interning::Not);

        // A wider text needs another form, and with it another block.
        let wide = cx.str("é€").unwrap();
        let grown = concat_in_place(cx, grown, wide.borrow()).unwrap();
        assert!(text_of(cx, grown.borrow()).unwrap().eq_str("shared more moreé€"));
        let grown = concat_in_place(cx, grown, more.borrow()).unwrap();
        assert_eq!(view(&grown).size_of(), 58 + 2 * 23);
        let empty = cx.empty_str();
        let same = concat_in_place(cx, empty, more.borrow()).unwrap();
        assert!(same.borrow().is(more.borrow()));
        let number = cx.int(1000).unwrap();
        let result = concat_in_place(cx, same, number.borrow());
        assert_eq!(raised(cx, result), "TypeError");
    });
}

#[test]
fn lists_of_pieces_have_the_room_that_cpython_gives() {
    with_world(|cx| {
        let capacity = |cx: &mut Cx<'_>, text: &str, separator: Option<&str>, most: i64| {
            let s = cx.str(text).unwrap();
            let separator = match separator {
                Some(separator) => cx.str(separator).unwrap(),
                None => cx.none(),
            };
            let most = cx.int(most).unwrap();
            let list = call(cx, &s, "split", &[&separator, &most]).unwrap();
            list.borrow().view::<ListObject>().unwrap().capacity()
        };
        for (text, most, by_space, by_b) in [
            ("", -1, 2, 1),
            ("", 100, 12, 1),
            (" ", 0, 1, 1),
            ("a", -1, 2, 3),
            ("a b", -1, 3, 5),
            ("a b", 2, 3, 3),
            (" a b ", -1, 4, 7),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", -1, 12, 12),
        ] {
            assert_eq!(capacity(cx, text, None, most), by_space, "{text:?} {most}");
            assert_eq!(capacity(cx, text, Some("b"), most), by_b, "{text:?} {most}");
        }
        assert_eq!(capacity(cx, "a a a a a a a a a a a a a", None, -1), 20, "a 13th piece");
    });
}

#[test]
fn what_exceeds_the_memory_limit_is_refused_and_gives_everything_back() {
    let config = HeapConfig { limit: Some(16 << 20), ..HeapConfig::default() };
    assert!(with_config(config, |cx| {
        let s = cx.str("some text").unwrap();
        let result = repeat_text(cx, text_of(cx, s.borrow()).unwrap(), 10 << 20);
        assert_eq!(raised(cx, result), "MemoryError");
        let most = cx.int(10 << 20).unwrap();
        for name in ["center", "ljust", "rjust", "zfill"] {
            let width = cx.int(1 << 40).unwrap();
            let result = call(cx, &s, name, &[&width]);
            assert_eq!(raised(cx, result), "MemoryError", "{name}");
        }
        let big = repeat_text(cx, text_of(cx, s.borrow()).unwrap(), 1 << 20).unwrap();
        let result = protocol::binary(cx, Binary::Add, big.borrow(), big.borrow());
        assert_eq!(raised(cx, result), "MemoryError");
        let result = concat_in_place(cx, big, s.borrow()).unwrap();
        let old = cx.str("text").unwrap();
        let long = cx.str("a much longer text").unwrap();
        let result = call(cx, &result, "replace", &[&old, &long]);
        assert_eq!(raised(cx, result), "MemoryError");
        let template = cx.str("%1000000000d").unwrap();
        let result = protocol::binary(cx, Binary::Mod, template.borrow(), most.borrow());
        assert_eq!(raised(cx, result), "MemoryError");
    }));
}

#[test]
fn an_exception_of_the_format_leaves_nothing_behind() {
    with_world(|cx| {
        let template = cx.str("{} {} {x}").unwrap();
        let value = cx.str("long enough to be a block of its own").unwrap();
        let result = call(cx, &template, "format", &[&value, &value]);
        let exception = cx.take_raised(result.err().unwrap());
        assert!(std::ptr::eq(Type::of(exception.borrow()), cx.exc_type(Exc::KeyError)));
    });
}
