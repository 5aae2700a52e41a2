//! The built-in names answer as CPython 3.13 does, with the same words.

mod evaluate;

use crate::cx::Cx;
use crate::string::StrObject;
use crate::testing::with_world;
use crate::view::Look;
use evaluate::Evaluator;

/// Expressions whose subject is another part of the runtime, or differs on purpose.
const ELSEWHERE: &[&str] = &[];

fn answer(cx: &mut Cx<'_>, evaluator: &Evaluator, expression: &str) -> String {
    match evaluator.evaluate(cx, expression) {
        Ok(value) => {
            let text = crate::protocol::repr(cx, value.borrow()).unwrap();
            text.borrow().view::<StrObject>().unwrap().text().to_string()
        }
        Err(raised) => {
            let exception = cx.take_raised(raised);
            let name = crate::ty::Type::of(exception.borrow()).name().to_owned();
            let text = crate::protocol::str(cx, exception.borrow()).unwrap();
            let text = text.borrow().view::<StrObject>().unwrap().text().to_string();
            if text.is_empty() { name } else { format!("{name}: {text}") }
        }
    }
}

#[test]
fn expressions_have_the_answers_of_cpython() {
    with_world(|cx| {
        let evaluator = Evaluator::new(cx);
        let mut wrong = Vec::new();
        for line in include_str!("../fixtures/expressions.txt").lines() {
            let (expression, expected) = line.split_once('\t').unwrap();
            if ELSEWHERE.contains(&expression) {
                continue;
            }
            let got = answer(cx, &evaluator, expression);
            if got != expected {
                wrong.push(format!("{expression}\n    expected {expected}\n    got      {got}"));
            }
        }
        assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    });
}

#[test]
fn the_names_of_an_object_are_sorted_and_those_of_its_type() {
    with_world(|cx| {
        let list = crate::list::empty(cx).unwrap();
        let names = super::attribute_names(cx, list.borrow());
        assert!(names.is_sorted());
        assert!(names.iter().any(|name| name == "append"));
    });
}
