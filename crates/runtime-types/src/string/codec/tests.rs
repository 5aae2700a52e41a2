//! Names of encodings, and the way there and back.

use super::*;
use crate::testing::with_world;

#[test]
fn names_are_found_in_any_case_and_with_any_punctuation() {
    let named = |name: &str| Encoding::named(Text::Ascii(name.as_bytes()));
    for name in ["utf-8", "UTF8", "utf_8", "Utf 8", "utf--8", "-utf-8-", "u8"] {
        assert_eq!(named(name), Some(Encoding::Utf8), "{name}");
    }
    assert_eq!(named("ISO_8859-1"), Some(Encoding::Latin1));
    assert_eq!(named("utf-16BE"), Some(Encoding::Utf16Be));
    assert_eq!(named("ANSI_X3.4-1968"), Some(Encoding::Ascii));
    for name in ["", "utf", "utf-7", "utf-8-and-a-name-that-is-far-too-long", "utf.8"] {
        let expected = (name == "utf").then_some(Encoding::Utf8);
        assert_eq!(named(name), expected, "{name}");
    }
}

#[test]
fn every_character_comes_back_from_every_encoding_that_has_it() {
    with_world(|cx| {
        let all: String = (0..0x11_0000).step_by(7).filter_map(char::from_u32).collect();
        let latin: String = (0..0x100).filter_map(char::from_u32).collect();
        for (text, name) in [
            (&all, "utf-8"),
            (&all, "utf-16"),
            (&all, "utf-16-le"),
            (&all, "utf-16-be"),
            (&latin, "latin-1"),
        ] {
            let (str, name) = (cx.str(text).unwrap(), cx.str(name).unwrap());
            let bytes = encode(cx, str.borrow(), Some(name.borrow()), None).unwrap();
            let back = decode(cx, bytes.borrow(), Some(name.borrow()), None).unwrap();
            assert!(crate::string::text_of(cx, back.borrow()).unwrap().eq_str(text));
        }
    });
}
