//! Holds int, float and str to what CPython 3.13 answered: `tests/scalar_data/fixtures.txt`, or the
//! file that `SCALAR_FIXTURES` names. `tools/make_scalar_fixtures.py` tells its form.

use runtime_gc::Ref;

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::protocol::{self, Unary};
use crate::testing::with_world;
use crate::ty::{Binary, Compare, Type};

const FIXTURES: &str = include_str!("../tests/scalar_data/fixtures.txt");

#[test]
fn scalars_answer_as_cpython() {
    let given = std::env::var("SCALAR_FIXTURES").map(|path| std::fs::read_to_string(path).unwrap());
    let text = given.as_deref().unwrap_or(FIXTURES);
    let (mut cases, mut wrong) = (0, 0);
    with_world(|cx| {
        for line in text.lines() {
            let (case, expected) = line.rsplit_once('\t').unwrap();
            let found = answer(cx, case);
            cases += 1;
            if found != expected {
                wrong += 1;
                if wrong <= 40 {
                    println!("{line}\n    found {found}");
                }
            }
        }
    });
    assert!(cases > 1000);
    assert_eq!(wrong, 0, "of {cases} cases");
}

/// The outcome of a case as the fixtures write it.
fn answer(cx: &mut Cx<'_>, case: &str) -> String {
    let result = evaluate(cx, case).and_then(|value| crate::string::ascii(cx, value.borrow()));
    match result {
        Ok(text) => crate::string::text_of(cx, text.borrow()).unwrap().to_string(),
        Err(raised) => {
            let exception = cx.take_raised(raised);
            let kind = Type::of(exception.borrow()).name().to_owned();
            let message = protocol::str(cx, exception.borrow()).unwrap();
            let codes = crate::string::text_of(cx, message.borrow()).unwrap().chars();
            let shown = format!("!{kind}: {}", String::from_iter(codes.clone().map(visible)));
            if shown.is_ascii() {
                return shown;
            }
            let head = format!("!{kind}: ");
            let whole: Vec<u32> = head.chars().map(u32::from).chain(codes).collect();
            let mut out = crate::kernel::TextBuf::new();
            crate::kernel::repr::write_ascii(whole.into_iter(), &mut out).unwrap();
            let text = out.as_str();
            text[1..text.len() - 1].replace("\\'", "'")
        }
    }
}

fn visible(code: u32) -> char {
    char::from_u32(code).unwrap_or('\u{fffd}')
}

fn evaluate(cx: &mut Cx<'_>, case: &str) -> Res {
    let mut fields = case.split('\t');
    let op = fields.next().unwrap();
    let (mut values, mut names) = (Vec::new(), Vec::new());
    for field in fields {
        let name_len = field.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(0);
        if name_len > 0 && field[name_len..].starts_with('=') {
            names.push(cx.name(&field[..name_len]).unwrap());
            values.push(Literal { rest: &field[name_len + 1..] }.value(cx));
        } else {
            values.push(Literal { rest: field }.value(cx));
        }
    }
    let borrowed: Vec<_> = values.iter().map(Ref::borrow).collect();
    let names: Vec<_> = names.iter().map(Ref::borrow).collect();
    let ty = match op {
        "int" => Some(cx.types.int),
        "float" => Some(cx.types.float),
        "bool" => Some(cx.types.bool),
        "str" => Some(cx.types.str),
        _ => None,
    };
    if let Some(ty) = ty {
        let ty = cx.world().ty(ty).as_borrowed();
        return protocol::call(cx, ty, Args::with_names(&borrowed, &names));
    }
    let a = borrowed[0];
    if let Some(name) = op.strip_prefix('.') {
        let method = protocol::get_attr_str(cx, a, name)?;
        return protocol::call(cx, method.borrow(), Args::with_names(&borrowed[1..], &names));
    }
    match op {
        "neg" => return protocol::unary(cx, Unary::Neg, a),
        "pos" => return protocol::unary(cx, Unary::Pos, a),
        "~" => return protocol::unary(cx, Unary::Invert, a),
        "abs" => {
            let Some(slot) = Type::of(a).slots.abs else {
                let name = Type::of(a).name();
                let text = format_args!("bad operand type for abs(): '{name}'");
                return Err(cx.type_error(text));
            };
            return slot(cx, a);
        }
        "repr" => return protocol::repr(cx, a),
        "ascii" => return crate::string::ascii(cx, a),
        "index" => {
            if let Some(slot) = Type::of(a).slots.index {
                return slot(cx, a);
            }
            return protocol::index(cx, a);
        }
        "hash" => return protocol::hash(cx, a).and_then(|hash| cx.int(hash)),
        "len" => return protocol::len(cx, a).and_then(|len| cx.int(len as i64)),
        "pow" => return protocol::power(cx, a, borrowed[1], borrowed[2]),
        "format" => return protocol::format(cx, a, borrowed[1]),
        "[]" => return protocol::subscript(cx, a, borrowed[1]),
        "in" => return protocol::contains(cx, borrowed[1], a).map(|found| cx.bool(found)),
        "slice" => {
            let parts = [&values[1], &values[2], &values[3]].map(Ref::clone);
            let [start, stop, step] = parts;
            let slice = crate::slice::new(cx, start, stop, step)?;
            return protocol::subscript(cx, a, slice.borrow());
        }
        _ => {}
    }
    if let Some(compare) = Compare::ALL.into_iter().find(|compare| compare.symbol() == op) {
        return protocol::compare(cx, a, borrowed[1], compare);
    }
    let binary = Binary::ALL.into_iter().find(|binary| {
        binary.symbol(false).trim_end_matches(" or pow()").trim_end_matches("()") == op
    });
    protocol::binary(cx, binary.unwrap(), a, borrowed[1])
}

/// Reads what Python's `ascii` wrote.
struct Literal<'s> {
    rest: &'s str,
}

impl Literal<'_> {
    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, cx: &mut Cx<'_>) -> Ref {
        if self.take("None") {
            return cx.none();
        }
        if self.take("True") {
            return cx.bool(true);
        }
        if self.take("False") {
            return cx.bool(false);
        }
        match self.rest.as_bytes()[0] {
            b'\'' | b'"' => self.text(cx),
            b'(' | b'[' => {
                let tuple = self.rest.starts_with('(');
                self.rest = &self.rest[1..];
                let mut items = Vec::new();
                while !self.take(")") && !self.take("]") {
                    items.push(self.value(cx));
                    self.take(",");
                    self.take(" ");
                }
                let borrowed: Vec<_> = items.iter().map(Ref::borrow).collect();
                let made = cx.tuple_from(&borrowed).unwrap();
                if tuple { made } else { crate::list::from_iterable(cx, made.borrow()).unwrap() }
            }
            b'{' => {
                self.rest = &self.rest[1..];
                let dict = crate::dict::new(cx).unwrap();
                while !self.take("}") {
                    let key = self.value(cx);
                    self.take(": ");
                    let value = self.value(cx);
                    self.take(", ");
                    crate::dict::set(cx, dict.borrow(), key.borrow(), value.borrow()).unwrap();
                }
                dict
            }
            _ => {
                let end = self.rest.find([',', ')', ']', '}', ':']).unwrap_or(self.rest.len());
                let (number, rest) = self.rest.split_at(end);
                self.rest = rest;
                if number.contains(['.', 'e', 'n']) {
                    return cx.float(number.parse().unwrap()).unwrap();
                }
                let text = crate::string::Text::Ascii(number.as_bytes());
                crate::int::from_text(cx, text, 10).unwrap()
            }
        }
    }

    fn text(&mut self, cx: &Cx<'_>) -> Ref {
        let mut chars = self.rest.chars();
        let quote = chars.next().unwrap();
        let mut out = crate::string::TextBuilder::new(cx);
        loop {
            let code = match chars.next().unwrap() {
                c if c == quote => break,
                '\\' => {
                    let digits = match chars.next().unwrap() {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        'n' => 0x0a + 100,
                        'r' => 0x0d + 100,
                        't' => 0x09 + 100,
                        c => u32::from(c) + 100,
                    };
                    if digits >= 100 {
                        digits - 100
                    } else {
                        let hex: String = chars.by_ref().take(digits as usize).collect();
                        u32::from_str_radix(&hex, 16).unwrap()
                    }
                }
                c => u32::from(c),
            };
            out.push(code).unwrap();
        }
        self.rest = chars.as_str();
        out.finish().unwrap()
    }
}
