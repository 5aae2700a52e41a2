//! What the kernel's tests share: reading fixtures, unlimited work, a sink for any code point.
#![allow(dead_code, reason = "each test uses its part")]

use runtime_types::kernel::integer::{self, Int};
use runtime_types::kernel::{Limits, NoMemory, Out, Work};

/// Runs `job` under no limits.
pub(crate) fn unlimited<R>(job: impl FnOnce(&mut Work<'_>) -> R) -> R {
    job(&mut Work::new(Limits::NONE, &mut |_| Ok(())))
}

/// One line of the fixtures.
pub(crate) struct Case {
    pub(crate) op: String,
    fields: Vec<String>,
    pub(crate) expected: String,
}

impl Case {
    pub(crate) fn read(line: &str) -> Self {
        let mut fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let expected = text(&codes(&fields.pop().unwrap()));
        let op = fields.remove(0);
        Self { op, fields, expected }
    }

    pub(crate) fn field(&self, at: usize) -> &str {
        &self.fields[at]
    }

    pub(crate) fn int(&self, at: usize) -> Int {
        int(&self.fields[at])
    }

    pub(crate) fn float(&self, at: usize) -> f64 {
        match self.fields[at].as_str() {
            "nan" => f64::NAN,
            bits => f64::from_bits(u64::from_str_radix(bits, 16).unwrap()),
        }
    }

    pub(crate) fn bytes(&self, at: usize) -> Vec<u8> {
        let digits = self.fields[at].as_bytes().chunks(2);
        digits.map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect()
    }

    pub(crate) fn codes(&self, at: usize) -> Vec<u32> {
        codes(&self.fields[at])
    }
}

pub(crate) fn int(field: &str) -> Int {
    unlimited(|work| integer::parse(field.as_bytes(), 16, 0, work)).unwrap()
}

/// The bits of a float, as fixtures show them.
pub(crate) fn bits(value: f64) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{:016x}", value.to_bits()) }
}

fn codes(field: &str) -> Vec<u32> {
    let mut out = Vec::new();
    let mut rest = field;
    while let Some(ch) = rest.chars().next() {
        if let Some(escaped) = rest.strip_prefix("\\{") {
            let (code, after) = escaped.split_once('}').unwrap();
            out.push(u32::from_str_radix(code, 16).unwrap());
            rest = after;
        } else {
            out.push(ch.into());
            rest = &rest[ch.len_utf8()..];
        }
    }
    out
}

/// Code points as a string, in which lone surrogates are spelt out.
pub(crate) fn text(codes: &[u32]) -> String {
    codes
        .iter()
        .map(|&code| char::from_u32(code).map_or_else(|| format!("<{code:x}>"), String::from))
        .collect()
}

/// As fixtures show it.
pub(crate) fn shown(text: &str) -> String {
    text.chars()
        .map(|ch| match ch {
            '!'..='~' if ch != '\\' => ch.to_string(),
            _ => format!("\\{{{:x}}}", u32::from(ch)),
        })
        .collect()
}

/// A sink that keeps code points.
#[derive(Default)]
pub(crate) struct CodeBuf {
    pub(crate) codes: Vec<u32>,
}

impl CodeBuf {
    pub(crate) fn text(&self) -> String {
        text(&self.codes)
    }
}

impl Out for CodeBuf {
    fn push_str(&mut self, text: &str) -> Result<(), NoMemory> {
        self.codes.extend(text.chars().map(u32::from));
        Ok(())
    }

    fn push_code(&mut self, code: u32) -> Result<(), NoMemory> {
        self.codes.push(code);
        Ok(())
    }

    fn reserve(&mut self, chars: usize) -> Result<(), NoMemory> {
        Ok(self.codes.try_reserve(chars)?)
    }
}
