//! What the language does with objects of own types: items, calls, iteration, comparison, operators.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::cell::{Cell, RefCell};

use strata::{
    Binary, BinaryFn, CallFn, Compare, CompareFn, ContainsFn, Error, Exc, ItemFn, NextFn, ObjectFn,
    Own, OwnType, Ref, Runtime, SetItemFn, Side, Slot, SlotFn, Trace, Unary, refuse_each,
};

type Done = Result<(), Error>;

/// Ends a test: nothing is broken, and nothing is left.
fn whole(rt: Runtime) {
    rt.verify().unwrap();
    assert_eq!(rt.finish(), Default::default());
}

/// Numbers in a row: items, a call, comparisons, operators.
#[derive(Trace, Default)]
struct Row {
    numbers: RefCell<Vec<i64>>,
}

fn row<'rt>(rt: &'rt Runtime, numbers: Vec<i64>) -> Result<Own<'rt, Row>, Error> {
    let row = rt.make::<Row>(&[])?;
    row.numbers.replace(numbers);
    Ok(row)
}

impl Row {
    fn place(&self, key: &Ref<'_>) -> Result<usize, Error> {
        let (at, len) = (key.to_i64()?, self.numbers.borrow().len());
        let at = usize::try_from(at).ok().filter(|at| *at < len);
        at.ok_or_else(|| Error::new(Exc::IndexError, "no such place"))
    }

    fn at(&self, at: usize) -> Option<i64> {
        self.numbers.borrow().get(at).copied()
    }
}

impl OwnType for Row {
    const NAME: &'static str = "Row";
    const REPR: Option<SlotFn<Self, String>> =
        Some(|this| Ok(format!("Row{:?}", this.numbers.borrow())));
    const LEN: Option<SlotFn<Self, usize>> = Some(|this| Ok(this.numbers.borrow().len()));
    const BOOL: Option<SlotFn<Self, bool>> =
        Some(|this| Ok(this.numbers.borrow().iter().any(|n| *n != 0)));
    const HASH: Option<SlotFn<Self, i64>> = Some(|this| Ok(this.numbers.borrow().iter().sum()));
    const CALL: Option<CallFn<Self>> = Some(|this, args| {
        let times = args.keyword("times").map_or(Ok(1), |times| times.to_i64())?;
        let [function] = args.exactly().or_else(|error| args.get(0).map(|f| [f]).ok_or(error))?;
        let mut last = this.runtime().none();
        for n in this.numbers.borrow().clone() {
            last = function.call(&[&this.runtime().int(n * times)?])?;
        }
        Ok(last)
    });
    const GET_ITEM: Option<ItemFn<Self>> =
        Some(|this, key| this.runtime().int(this.at(this.place(&key)?).unwrap_or_default()));
    const SET_ITEM: Option<SetItemFn<Self>> = Some(|this, key, value| {
        let at = this.place(&key)?;
        match value {
            Some(value) => {
                let value = value.to_i64()?;
                if let Some(place) = this.numbers.borrow_mut().get_mut(at) {
                    *place = value;
                }
            }
            None => drop(this.numbers.borrow_mut().remove(at)),
        }
        Ok(())
    });
    const CONTAINS: Option<ContainsFn<Self>> = Some(|this, item| {
        Ok(item.to_i64().is_ok_and(|item| this.numbers.borrow().contains(&item)))
    });
    const ITER: Option<ObjectFn<Self>> = Some(|this| {
        let walk = this.runtime().make::<Walk>(&[])?;
        walk.row.set(&walk, this.clone())?;
        Ok(walk.into())
    });
    const COMPARE: Option<CompareFn<Self>> = Some(|this, other, question| {
        let Ok(other) = other.as_own::<Self>() else { return Ok(None) };
        Ok(Some(question.holds(this.numbers.borrow().cmp(&other.numbers.borrow()))))
    });
    const UNARY: &'static [(Unary, ObjectFn<Self>)] = &[
        (Unary::Neg, |this| {
            let numbers = this.numbers.borrow().iter().map(|n| -n).collect();
            Ok(row(this.runtime(), numbers)?.into())
        }),
        (Unary::Invert, |_| panic!("as asked")),
    ];
    const BINARY: &'static [(Binary, BinaryFn<Self>)] = &[
        (Binary::Add, |this, other, _| {
            let Ok(other) = other.as_own::<Self>() else { return Ok(None) };
            let sum = [&this, &&other].map(|row| row.numbers.borrow().clone()).concat();
            Ok(Some(row(this.runtime(), sum)?.into()))
        }),
        (Binary::Sub, |this, other, side| {
            let Ok(n) = other.to_i64() else { return Ok(None) };
            let minus = |own: &i64| if side == Side::Left { own - n } else { n - own };
            let numbers = this.numbers.borrow().iter().map(minus).collect();
            Ok(Some(row(this.runtime(), numbers)?.into()))
        }),
    ];
}

/// A walk over a row: its own iterator.
#[derive(Trace, Default)]
struct Walk {
    row: Slot,
    at: Cell<usize>,
}

impl OwnType for Walk {
    const NAME: &'static str = "Walk";
    const NEXT: Option<NextFn<Self>> = Some(|this| {
        let Some(row) = this.row.get(this)? else { return Ok(None) };
        let at = this.at.replace(this.at.get() + 1);
        row.as_own::<Row>()?.at(at).map(|n| this.runtime().int(n)).transpose()
    });
}

const ROWS: &str = "
def says(f, *args):
    try:
        return repr(f(*args))
    except Exception as e:
        return f'{type(e).__name__}: {e}'

def delete(row, at):
    del row[at]
    return row

def tell(row, empty):
    seen = []
    return [
        says(lambda: row[1]), says(lambda: row[9]), says(lambda: row['a']),
        says(delete, row, 0), says(lambda: [n for n in row]), says(lambda: 7 in row),
        says(lambda: (8 in row, None in row)), says(lambda: row(seen.append, times=2)), repr(seen),
        says(row), says(lambda: (bool(row), bool(empty), len(empty))),
        says(lambda: (row == row, row == empty, row > empty, row == 3, row != 3)),
        says(lambda: row < 3), says(lambda: {row: 1}[row]), says(lambda: row + row),
        says(lambda: row + 1), says(lambda: 1 + row), says(lambda: row - 1), says(lambda: 1 - row),
        says(lambda: row * 2), says(lambda: -row), says(lambda: +row), says(lambda: ~row),
        says(lambda: iter(iter(row)) is iter(row)), says(lambda: next(iter(empty), 'end')),
        says(lambda: row.__getitem__(0)), says(lambda: row.__add__(3)),
    ]

def more(row):
    row += row
    row[0] = 1000
    return row
";

#[test]
fn an_own_type_takes_part_in_what_the_language_does() -> Done {
    let rt = Runtime::new()?;
    let script = rt.run("rows", ROWS)?;
    let (full, empty) = (row(&rt, vec![5, 7, 9])?, row(&rt, vec![])?);
    let told = script.call("tell", &[full.as_object(), empty.as_object()])?;
    let lines: Result<Vec<String>, Error> = told.iter()?.map(|line| line?.to_str()).collect();
    insta::assert_snapshot!(lines?.join("\n"), @r"
    7
    IndexError: no such place
    TypeError: a int is wanted, not a str
    Row[7, 9]
    [7, 9]
    True
    (False, False)
    None
    [14, 18]
    TypeError: Row expected 1 argument, got 0
    (True, False, 0)
    (True, False, True, False, True)
    TypeError: '<' not supported between instances of 'Row' and 'int'
    1
    Row[7, 9, 7, 9]
    TypeError: unsupported operand type(s) for +: 'Row' and 'int'
    TypeError: unsupported operand type(s) for +: 'int' and 'Row'
    Row[6, 8]
    Row[-6, -8]
    TypeError: unsupported operand type(s) for *: 'Row' and 'int'
    Row[-7, -9]
    TypeError: bad operand type for unary +: 'Row'
    SystemError: the native code of 'Row' panicked
    False
    'end'
    7
    NotImplemented
    ");
    let grown = script.call("more", &[full.as_object()])?;
    assert_eq!(
        (grown.repr()?, full.as_object().repr()?),
        ("Row[1000, 9, 7, 9]".into(), "Row[7, 9]".into())
    );
    drop((script, full, empty, told, grown));
    whole(rt);
    Ok(())
}

#[test]
fn what_compares_in_its_own_way_has_no_hash_unless_it_says_which() -> Done {
    #[derive(Trace, Default)]
    struct Equal;
    impl OwnType for Equal {
        const NAME: &'static str = "Equal";
        const COMPARE: Option<CompareFn<Self>> = Some(|_, other, question| {
            Ok((question == Compare::Eq).then(|| other.as_own::<Self>().is_ok()))
        });
    }
    let rt = Runtime::new()?;
    let equal = rt.make::<Equal>(&[])?;
    let set = rt.set([rt.none()])?;
    let refused = set.add(equal.as_object()).unwrap_err();
    assert_eq!(refused.to_string(), "TypeError: unhashable type: 'Equal'");
    drop((equal, set, refused));
    whole(rt);
    Ok(())
}

#[test]
fn an_operator_that_answers_with_a_stranger_is_refused() -> Done {
    thread_local! {
        static OTHER: &'static Runtime = Box::leak(Box::new(Runtime::new().unwrap()));
    }
    #[derive(Trace, Default)]
    struct Smuggler;
    impl OwnType for Smuggler {
        const NAME: &'static str = "Smuggler";
        const GET_ITEM: Option<ItemFn<Self>> = Some(|_, _| OTHER.with(|rt| rt.str("contraband")));
        const NEXT: Option<NextFn<Self>> = Some(|_| OTHER.with(|rt| rt.int(1 << 40)).map(Some));
    }
    let rt = Runtime::new()?;
    rt.set_builtin("Smuggler", &rt.own_type::<Smuggler>()?)?;
    for line in ["Smuggler()[0]", "next(Smuggler())", "list(Smuggler())"] {
        assert!(rt.run("border", &format!("{line}\n")).is_err(), "{line}");
    }
    whole(rt);
    Ok(())
}

#[test]
fn every_allocation_of_an_operator_may_fail() {
    let refused = refuse_each(|rt| {
        let script = rt.run("rows", ROWS)?;
        let full = row(rt, vec![5, 7, 900])?;
        let grown = script.call("more", &[full.as_object()])?;
        assert_eq!(grown.repr()?, "Row[1000, 7, 900, 5, 7, 900]");
        let items: Result<Vec<_>, _> = grown.iter()?.collect();
        items.map(|items| assert_eq!(items.len(), 6))
    });
    assert!(refused.unwrap() > 20);
}
