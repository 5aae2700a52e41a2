//! Evaluates the expressions of the test data: literals, calls, attributes, subscripts, operators.

use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::protocol::{self, Unary};
use crate::ty::{Binary, Compare};
use crate::view::Look;

pub(super) struct Evaluator {
    names: Ref,
}

struct Parser<'t> {
    text: &'t str,
    names: Borrowed<'t>,
}

impl Evaluator {
    pub(super) fn new(cx: &mut Cx<'_>) -> Self {
        let names = crate::dict::new(cx).unwrap();
        super::super::install(cx, names.borrow()).unwrap();
        let sys = crate::sys::make_module(cx, &["test".to_owned()]).unwrap();
        let name = cx.name("sys").unwrap();
        crate::dict::set(cx, names.borrow(), name.borrow(), sys.borrow()).unwrap();
        Self { names }
    }

    pub(super) fn evaluate(&self, cx: &mut Cx<'_>, text: &str) -> Res {
        let mut parser = Parser { text, names: self.names.borrow() };
        let value = parser.comparison(cx)?;
        assert!(parser.text.trim().is_empty(), "{text}: left {}", parser.text);
        Ok(value)
    }
}

impl Parser<'_> {
    fn take(&mut self, token: &str) -> bool {
        match self.text.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    fn next_is(&self, token: &str) -> bool {
        self.text.trim_start().starts_with(token)
    }

    fn comparison(&mut self, cx: &mut Cx<'_>) -> Res {
        let left = self.sum(cx)?;
        if self.take("in ") {
            let right = self.sum(cx)?;
            let inside = protocol::contains(cx, right.borrow(), left.borrow())?;
            return Ok(cx.bool(inside));
        }
        let ops = [
            ("<=", Compare::Le),
            ("<", Compare::Lt),
            ("==", Compare::Eq),
            ("!=", Compare::Ne),
            (">=", Compare::Ge),
            (">", Compare::Gt),
        ];
        for (symbol, op) in ops {
            if self.take(symbol) {
                let right = self.sum(cx)?;
                return protocol::compare(cx, left.borrow(), right.borrow(), op);
            }
        }
        Ok(left)
    }

    fn sum(&mut self, cx: &mut Cx<'_>) -> Res {
        let mut left = self.product(cx)?;
        while self.take("+") {
            let right = self.product(cx)?;
            left = protocol::binary(cx, Binary::Add, left.borrow(), right.borrow())?;
        }
        Ok(left)
    }

    fn product(&mut self, cx: &mut Cx<'_>) -> Res {
        let mut left = self.unary(cx)?;
        while self.take("*") {
            let right = self.unary(cx)?;
            left = protocol::binary(cx, Binary::Mul, left.borrow(), right.borrow())?;
        }
        Ok(left)
    }

    fn unary(&mut self, cx: &mut Cx<'_>) -> Res {
        if self.take("-") {
            let value = self.unary(cx)?;
            return protocol::unary(cx, Unary::Neg, value.borrow());
        }
        let mut value = self.atom(cx)?;
        loop {
            if self.take("(") {
                value = self.call(cx, &value)?;
            } else if self.take("[") {
                let key = self.key(cx)?;
                value = protocol::subscript(cx, value.borrow(), key.borrow())?;
            } else if self.take(".") {
                let name = self.word().to_owned();
                value = protocol::get_attr_str(cx, value.borrow(), &name)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn call(&mut self, cx: &mut Cx<'_>, function: &Ref) -> Res {
        let (mut values, mut names) = (Vec::new(), Vec::new());
        while !self.take(")") {
            let start = self.text;
            let word = self.word().to_owned();
            if !word.is_empty() && self.next_is("=") && !self.next_is("==") {
                self.take("=");
                names.push(cx.name(&word)?);
            } else {
                self.text = start;
            }
            values.push(self.comparison(cx)?);
            self.take(",");
        }
        let values: Vec<_> = values.iter().map(Ref::borrow).collect();
        let names: Vec<_> = names.iter().map(Ref::borrow).collect();
        protocol::call(cx, function.borrow(), Args::with_names(&values, &names))
    }

    fn key(&mut self, cx: &mut Cx<'_>) -> Res {
        let mut parts = vec![None];
        while !self.take("]") {
            if self.take(":") {
                parts.push(None);
            } else {
                *parts.last_mut().unwrap() = Some(self.comparison(cx)?);
            }
        }
        if let [Some(only)] = parts.as_slice() {
            return Ok(only.clone());
        }
        parts.resize(3, None);
        let mut parts = parts.into_iter().map(|part| part.unwrap_or_else(|| cx.none()));
        let [start, stop, step] = [(); 3].map(|()| parts.next().unwrap());
        crate::slice::new(cx, start, stop, step)
    }

    fn word(&mut self) -> &str {
        let text = self.text.trim_start();
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.text = rest;
        word
    }

    /// Items up to `close`, and whether a comma was among them.
    fn items(&mut self, cx: &mut Cx<'_>, close: &str) -> Res<(Ref, bool)> {
        let list = crate::list::empty(cx)?;
        let mut comma = false;
        while !self.take(close) {
            let item = self.comparison(cx)?;
            crate::list::append(cx, list.borrow(), item)?;
            comma |= self.take(",");
        }
        Ok((list, comma))
    }

    fn atom(&mut self, cx: &mut Cx<'_>) -> Res {
        if self.take("[") {
            return Ok(self.items(cx, "]")?.0);
        }
        if self.take("(") {
            let (list, comma) = self.items(cx, ")")?;
            let view = list.borrow().view::<crate::list::ListObject>().unwrap();
            return match view.get(0) {
                Some(only) if !comma => Ok(only),
                _ => crate::list::to_tuple(cx, list.borrow()),
            };
        }
        if self.take("{") {
            return self.braces(cx);
        }
        if self.next_is("'") || self.next_is("\"") {
            return self.string(cx);
        }
        let start = self.text.trim_start();
        if start.starts_with(|c: char| c.is_ascii_digit()) {
            let end = start
                .find(|c: char| !c.is_ascii_digit() && c != '.' && c != 'e')
                .unwrap_or(start.len());
            let (digits, rest) = start.split_at(end);
            self.text = rest;
            if digits.contains(['.', 'e']) {
                return cx.float(digits.parse().unwrap());
            }
            let (mut value, ten) = (cx.int(0)?, cx.int(10)?);
            for digit in digits.bytes() {
                let digit = cx.int(i64::from(digit - b'0'))?;
                value = protocol::binary(cx, Binary::Mul, value.borrow(), ten.borrow())?;
                value = protocol::binary(cx, Binary::Add, value.borrow(), digit.borrow())?;
            }
            return Ok(value);
        }
        let word = self.word().to_owned();
        let name = cx.name(&word)?;
        let found = crate::dict::get(cx, self.names, name.borrow())?;
        Ok(found.unwrap_or_else(|| panic!("no name {word}")))
    }

    fn braces(&mut self, cx: &mut Cx<'_>) -> Res {
        let (dict, set) = (crate::dict::new(cx)?, crate::set::new(cx)?);
        let mut is_set = false;
        while !self.take("}") {
            let key = self.comparison(cx)?;
            if self.take(":") {
                let value = self.comparison(cx)?;
                crate::dict::set(cx, dict.borrow(), key.borrow(), value.borrow())?;
            } else {
                is_set = true;
                crate::set::add(cx, set.borrow(), key.borrow())?;
            }
            self.take(",");
        }
        Ok(if is_set { set } else { dict })
    }

    fn string(&mut self, cx: &mut Cx<'_>) -> Res {
        let mut chars = self.text.trim_start().chars();
        let quote = chars.next();
        let mut text = String::new();
        loop {
            match chars.next() {
                c if c == quote => break,
                Some('\\') => match chars.next().unwrap() {
                    'n' => text.push('\n'),
                    'U' => {
                        let code: String = chars.by_ref().take(8).collect();
                        let code = u32::from_str_radix(&code, 16).unwrap();
                        text.push(char::from_u32(code).unwrap());
                    }
                    other => panic!("\\{other}"),
                },
                c => text.push(c.unwrap()),
            }
        }
        self.text = chars.as_str();
        cx.str(&text)
    }
}
