//! Holds the kernel to what CPython 3.13 answered: `kernel_data/fixtures.txt`, or the file that
//! `KERNEL_FIXTURES` names. The script beside the fixtures tells their form.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "kernel_support/mod.rs"]
mod support;

use runtime_types::kernel::format_spec::{self, FormatError, Kind, Spec};
use runtime_types::kernel::integer::{self, Int, IntError};
use runtime_types::kernel::percent::{
    self, Arguments, ConversionKind, PercentError, Piece, Pieces,
};
use runtime_types::kernel::unicode::{self, CaseMap};
use runtime_types::kernel::{NoMemory, Out, TextBuf, float, hash, repr};
use support::{Case, shown, unlimited};

const FIXTURES: &str = include_str!("kernel_data/fixtures.txt");

#[test]
fn the_kernel_answers_as_cpython() {
    let given = std::env::var("KERNEL_FIXTURES").map(|path| std::fs::read_to_string(path).unwrap());
    let text = given.as_deref().unwrap_or(FIXTURES);
    let (mut cases, mut wrong) = (0, 0);
    for line in text.lines() {
        let case = Case::read(line);
        let found = answer(&case).unwrap_or_else(|message| format!("!{message}"));
        cases += 1;
        if found != case.expected {
            wrong += 1;
            if wrong <= 20 {
                println!("{line}\n    found {}", shown(&found));
            }
        }
    }
    assert!(cases > 100);
    assert_eq!(wrong, 0, "of {cases} cases");
}

fn answer(case: &Case) -> Result<String, String> {
    match case.op.as_str() {
        "repr" | "float" | "fdivmod" | "fpow" | "fround" | "fround0" | "fhash" | "ratio"
        | "fhex" | "fromhex" => of_floats(case),
        "fmti" | "fmtf" | "fmts" | "pcti" | "pctf" | "pcts" | "pctone" => of_formats(case),
        "hashbytes" | "hashtuple" | "hashset" | "hashseed" => Ok(of_hashes(case)),
        "strrepr" | "ascii" | "bytesrepr" | "upper" | "lower" | "title" | "capitalize"
        | "swapcase" | "casefold" | "isupper" | "islower" | "istitle" | "isidentifier" => {
            Ok(of_texts(case))
        }
        _ => of_integers(case).map_err(|error| match error {
            IntError::ZeroDivision => "zero".to_owned(),
            IntError::InvalidLiteral { .. } => {
                let mut message = TextBuf::new();
                repr::write_str(case.codes(0).into_iter(), &mut message).unwrap();
                // `%.200R`: the repr is cut to 200 characters.
                let shown: String = message.as_str().chars().take(200).collect();
                format!("{error}: {shown}")
            }
            error => error.to_string(),
        }),
    }
}

fn hex(number: &Int) -> String {
    let mut out = TextBuf::new();
    if number.is_negative() {
        out.push_str("-").unwrap();
    }
    unlimited(|work| integer::write_radix(number.as_ref(), 4, false, &mut out, work)).unwrap();
    out.into_string()
}

fn of_integers(case: &Case) -> Result<String, IntError> {
    type Binary = fn(
        integer::IntRef<'_>,
        integer::IntRef<'_>,
        &mut runtime_types::kernel::Work<'_>,
    ) -> Result<Int, IntError>;
    let binary: Option<Binary> = match case.op.as_str() {
        "add" => Some(integer::add),
        "sub" => Some(integer::sub),
        "mul" => Some(integer::mul),
        "and" => Some(integer::and),
        "or" => Some(integer::or),
        "xor" => Some(integer::xor),
        "gcd" => Some(integer::gcd),
        "pow" => Some(integer::pow),
        "shl" => Some(integer::shl),
        "shr" => Some(integer::shr),
        _ => None,
    };
    if let Some(binary) = binary {
        let (a, b) = (case.int(0), case.int(1));
        return Ok(hex(&unlimited(|work| binary(a.as_ref(), b.as_ref(), work))?));
    }
    if case.op == "int" {
        let base = case.int(1).as_ref().to_u64().unwrap() as u32;
        let codes = case.codes(0);
        let mut folded = Vec::new();
        integer::fold_numeric(codes.into_iter(), &mut folded)?;
        return Ok(hex(&unlimited(|work| integer::parse(&folded, base, 0, work))?));
    }
    if case.op == "fromfloat" {
        return Ok(hex(&integer::from_float(case.float(0))?));
    }
    if case.op == "frombytes" {
        let (bytes, little, signed) =
            (case.bytes(0), case.field(1) == "little", case.field(2) == "yes");
        return Ok(hex(&unlimited(|work| integer::from_bytes(&bytes, little, signed, work))?));
    }
    let a = case.int(0);
    let a = a.as_ref();
    let mut out = TextBuf::new();
    Ok(match case.op.as_str() {
        "divmod" => {
            let b = case.int(1);
            let (quotient, rest) = unlimited(|work| integer::divmod(a, b.as_ref(), work))?;
            format!("{},{}", hex(&quotient), hex(&rest))
        }
        "truediv" => {
            support::bits(unlimited(|work| integer::true_div(a, case.int(1).as_ref(), work))?)
        }
        "cmp" => format!("{}", integer::compare(a, case.int(1).as_ref()) as i8),
        "powmod" => {
            let (exponent, modulus) = (case.int(1), case.int(2));
            hex(&unlimited(|work| integer::pow_mod(a, exponent.as_ref(), modulus.as_ref(), work))?)
        }
        "invert" => hex(&unlimited(|work| integer::invert(a, work))?),
        "bits" => {
            let ones = unlimited(|work| integer::bit_count(a, work))?;
            format!("{:x},{ones:x}", a.bit_length())
        }
        "isqrt" => hex(&unlimited(|work| integer::isqrt(a, work))?),
        "inthash" => hex(&Int::from_i64(unlimited(|work| integer::hash(a, work))?)),
        "tofloat" => support::bits(integer::to_float(a)?),
        "cmpfloat" => match integer::compare_float(a, case.float(1)) {
            None => "none".to_owned(),
            Some(order) => format!("{}", order as i8),
        },
        "round" => {
            let places = case.int(1);
            let places = places.as_ref().negated();
            hex(&unlimited(|work| integer::round_tens(a, places, work))?)
        }
        "str" => {
            unlimited(|work| integer::write_decimal(a, 0, &mut out, work))?;
            out.into_string()
        }
        "hex" => {
            for bits in [4, 3, 1] {
                if !out.is_empty() {
                    out.push_str(",")?;
                }
                unlimited(|work| integer::write_radix(a, bits, false, &mut out, work))?;
            }
            out.into_string()
        }
        "tobytes" => {
            let length = case.int(1).as_ref().to_u64().unwrap() as usize;
            let mut bytes = vec![0x55; length];
            let (little, signed) = (case.field(2) == "little", case.field(3) == "yes");
            unlimited(|work| integer::to_bytes(a, &mut bytes, little, signed, work))?;
            bytes.iter().map(|byte| format!("{byte:02x}")).collect()
        }
        op => panic!("unknown operation {op}"),
    })
}

fn of_floats(case: &Case) -> Result<String, String> {
    use float::FloatError;
    let message = |error: FloatError| match error {
        FloatError::ZeroDivision => "zero".to_owned(),
        error => error.to_string(),
    };
    let pair = |(x, y)| format!("{},{}", support::bits(x), support::bits(y));
    let mut out = TextBuf::new();
    Ok(match case.op.as_str() {
        "repr" => {
            float::write_repr(case.float(0), &mut out).unwrap();
            out.into_string()
        }
        "float" => {
            let codes = case.codes(0);
            let mut folded = Vec::new();
            integer::fold_numeric(codes.iter().copied(), &mut folded).unwrap();
            let Some(value) = float::parse(&folded).unwrap() else {
                repr::write_str(codes.into_iter(), &mut out).unwrap();
                return Err(format!("could not convert string to float: {}", out.as_str()));
            };
            support::bits(value)
        }
        "fdivmod" => pair(float::divmod(case.float(0), case.float(1)).map_err(message)?),
        "fpow" => match float::pow(case.float(0), case.float(1)) {
            Err(FloatError::Complex) => "complex".to_owned(),
            other => support::bits(other.map_err(message)?),
        },
        "fround" => {
            let places = case.int(1).as_ref().to_i64().unwrap();
            support::bits(float::round_digits(case.float(0), places).map_err(message)?)
        }
        "fround0" => {
            let whole = integer::from_float(float::round_half_even(case.float(0)));
            let whole = whole.map_err(|error| error.to_string())?;
            support::bits(integer::to_float(whole.as_ref()).map_err(|error| error.to_string())?)
        }
        "fhash" => float::hash(case.float(0)).map_or("none".to_owned(), |h| hex(&Int::from_i64(h))),
        "ratio" => {
            let (numerator, denominator) =
                float::as_integer_ratio(case.float(0)).map_err(message)?;
            format!("{},{}", hex(&numerator), hex(&denominator))
        }
        "fhex" => {
            float::write_hex(case.float(0), &mut out).unwrap();
            out.into_string()
        }
        "fromhex" => support::bits(
            float::from_hex(support::text(&case.codes(0)).as_bytes()).map_err(message)?,
        ),
        op => panic!("unknown operation {op}"),
    })
}

fn of_formats(case: &Case) -> Result<String, String> {
    if case.op.starts_with("pct") {
        return of_percents(case);
    }
    let spec = case.codes(0);
    let (kind, type_name) = match case.op.as_str() {
        "fmti" => (Kind::Int, "int"),
        "fmtf" => (Kind::Float, "float"),
        _ => (Kind::Str, "str"),
    };
    let mut out = support::CodeBuf::default();
    let result = Spec::parse(spec.iter().copied(), kind).and_then(|parsed| match kind {
        Kind::Int => {
            let value = case.int(1);
            unlimited(|work| format_spec::write_int(&parsed, value.as_ref(), 0, &mut out, work))
        }
        Kind::Float => format_spec::write_float(&parsed, case.float(1), &mut out),
        Kind::Str => {
            let codes = case.codes(1);
            let layout = parsed.text_layout(codes.len())?;
            out.push_fill_code(parsed.fill, layout.left)?;
            codes.iter().take(layout.shown).try_for_each(|&code| out.push_code(code))?;
            Ok(out.push_fill_code(parsed.fill, layout.right)?)
        }
    });
    result.map(|()| out.text()).map_err(|error: FormatError| {
        let mut message = support::CodeBuf::default();
        error.write_message(spec.into_iter(), type_name, &mut message).unwrap();
        message.text()
    })
}

/// The arguments of `format % (7,)`: one integer.
struct Seven {
    used: bool,
}

enum Failure {
    Format(PercentError),
    Caller(&'static str),
}

impl From<PercentError> for Failure {
    fn from(error: PercentError) -> Self {
        Self::Format(error)
    }
}

impl From<NoMemory> for Failure {
    fn from(_: NoMemory) -> Self {
        Self::Format(PercentError::NoMemory)
    }
}

impl Seven {
    fn take(&mut self) -> Result<i32, Failure> {
        if std::mem::replace(&mut self.used, true) {
            return Err(Failure::Caller("not enough arguments for format string"));
        }
        Ok(7)
    }
}

impl Arguments for Seven {
    type Error = Failure;

    fn open_key(&mut self) -> Result<(), Failure> {
        Err(Failure::Caller("format requires a mapping"))
    }

    fn key(&mut self, _: std::ops::Range<usize>) -> Result<(), Failure> {
        Ok(())
    }

    fn star_width(&mut self) -> Result<isize, Failure> {
        Ok(self.take()? as isize)
    }

    fn star_precision(&mut self) -> Result<i32, Failure> {
        self.take()
    }
}

fn of_percents(case: &Case) -> Result<String, String> {
    let format = case.codes(0);
    let mut out = support::CodeBuf::default();
    let mut arguments = Seven { used: false };
    let mut walk = || -> Result<(), Failure> {
        let mut pieces = Pieces::new(format.as_slice());
        while let Some(piece) = pieces.next_piece(&mut arguments)? {
            let conversion = match piece {
                Piece::Literal(range) => {
                    format[range].iter().try_for_each(|&code| out.push_code(code))?;
                    continue;
                }
                Piece::Conversion(conversion) => conversion,
            };
            let seven = arguments.take()?;
            let value = match case.op.as_str() {
                "pcti" => case.int(1),
                _ => Int::from_i64(seven.into()),
            };
            match conversion.kind()? {
                ConversionKind::Char => percent::write_char(&conversion, value.as_ref(), &mut out)?,
                ConversionKind::Decimal | ConversionKind::Radix => unlimited(|work| {
                    percent::write_int(&conversion, value.as_ref(), 0, &mut out, work)
                })?,
                ConversionKind::Float => {
                    percent::write_float(&conversion, case.float(1), &mut out)?;
                }
                _ => {
                    let text = case.codes(1);
                    let layout = conversion.text_layout(text.len());
                    out.push_fill(' ', layout.left)?;
                    text.iter().take(layout.shown).try_for_each(|&code| out.push_code(code))?;
                    out.push_fill(' ', layout.right)?;
                }
            }
        }
        if arguments.used {
            Ok(())
        } else {
            Err(Failure::Caller("not all arguments converted during string formatting"))
        }
    };
    walk().map_err(|failure| match failure {
        Failure::Format(error) => error.to_string(),
        Failure::Caller(message) => message.to_owned(),
    })?;
    Ok(out.text())
}

fn of_hashes(case: &Case) -> String {
    let key = hash::HashKey::from_seed(0);
    let items = || case.field(0).split(',').filter(|item| !item.is_empty()).map(support::int);
    let item_hash = |item: &Int| unlimited(|work| integer::hash(item.as_ref(), work)).unwrap();
    let found = match case.op.as_str() {
        "hashbytes" => hash::hash_bytes(key, &case.bytes(0)),
        "hashtuple" => {
            let mut state = hash::TupleHash::new();
            items().for_each(|item| state.add(item_hash(&item)));
            state.finish(items().count())
        }
        "hashset" => {
            let mut state = hash::SetHash::new();
            items().for_each(|item| state.add(item_hash(&item)));
            state.finish(items().count())
        }
        _ => {
            let seed = u32::from_str_radix(case.field(0), 16).unwrap();
            let key = hash::HashKey::from_seed(seed);
            let hashes = (0..5).map(|n| hash::hash_bytes(key, "spam".repeat(n).as_bytes()));
            return hashes.map(|hash| hash.to_string()).collect::<Vec<_>>().join(",");
        }
    };
    hex(&Int::from_i64(found))
}

fn of_texts(case: &Case) -> String {
    let mut out = support::CodeBuf::default();
    if case.op == "bytesrepr" {
        repr::write_bytes(&case.bytes(0), &mut out).unwrap();
        return out.text();
    }
    let codes = case.codes(0);
    let text = codes.iter().copied();
    let plain = |map: CaseMap| codes.iter().flat_map(|&code| map.map(code)).collect::<Vec<_>>();
    let said = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let mapped = match case.op.as_str() {
        "strrepr" => {
            repr::write_str(text, &mut out).unwrap();
            return out.text();
        }
        "ascii" => {
            repr::write_ascii(text, &mut out).unwrap();
            return out.text();
        }
        "isupper" => return said(unicode::is_upper_text(text)),
        "islower" => return said(unicode::is_lower_text(text)),
        "istitle" => return said(unicode::is_title_text(text)),
        "isidentifier" => return said(unicode::is_identifier(text)),
        "upper" => plain(CaseMap::Upper),
        "casefold" => plain(CaseMap::Fold),
        "lower" => unicode::lower(text).collect(),
        "title" => unicode::title(text).collect(),
        "capitalize" => unicode::capitalize(text).collect(),
        _ => unicode::swapcase(text).collect(),
    };
    support::text(&mapped)
}
