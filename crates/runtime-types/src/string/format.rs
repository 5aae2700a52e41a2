//! `str.format`: fields in braces.
//!
//! ```text
//! text {{ text {name.attribute[item]!conversion:specifier {nested}} text
//! ```
//!
//! [`Markup`] cuts a template into literals and fields, as CPython's `MarkupIterator` does and with its
//! complaints; [`Formatter`] looks the fields up. A specifier may hold fields, theirs may not.

use runtime_gc::Borrowed;

use super::build::Assembly;
use super::find::this;
use super::{Text, shared};
use crate::args::Args;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::kernel::unicode;
use crate::view::Look;
use crate::world::World;

/// Templates within templates.
const DEPTH: u32 = 2;

pub(super) fn format(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, template) = this(cx, &args)?;
    if has_no_field(template) {
        return Ok(op.owned());
    }
    let rest = args.rest();
    let source = Source::Arguments(rest);
    Formatter { cx, source, numbering: Numbering::Open, next: 0 }.build(template, DEPTH)
}

/// Without a field a template is its own result, as in CPython.
fn has_no_field(template: Text<'_>) -> bool {
    !template.chars().any(|c| c == u32::from(b'{') || c == u32::from(b'}'))
}

pub(super) fn format_map(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, template) = this(cx, &args)?;
    if has_no_field(template) {
        return Ok(op.owned());
    }
    let source = Source::Mapping(args.get(1).unwrap_or(op));
    Formatter { cx, source, numbering: Numbering::Open, next: 0 }.build(template, DEPTH)
}

/// Where fields are looked up.
enum Source<'a> {
    Arguments(Args<'a>),
    Mapping(Borrowed<'a>),
}

/// How positional fields are numbered, once one was seen.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Numbering {
    Open,
    Automatic,
    Manual,
}

struct Formatter<'c, 'w, 'a> {
    cx: &'c mut Cx<'w>,
    source: Source<'a>,
    numbering: Numbering,
    next: usize,
}

impl Formatter<'_, '_, '_> {
    fn build(&mut self, template: Text<'_>, depth: u32) -> Res {
        if depth == 0 {
            return Err(self.cx.value_error(format_args!("Max string recursion exceeded")));
        }
        let mut out = Assembly::new(self.cx.world());
        let mut markup = Markup { text: template, at: 0 };
        while let Some((literal, field)) = markup.next(self.cx)? {
            out.push_text(literal)?;
            if let Some(field) = field {
                let shown = self.field(&field, depth)?;
                if markup.is_at_end() { out.push_last(shown)? } else { out.push(shown)? }
            }
        }
        out.finish()
    }

    fn field(&mut self, field: &Field<'_>, depth: u32) -> Res {
        let mut value = self.look_up(field.name)?;
        if let Some(conversion) = field.conversion {
            value = convert(self.cx, value.borrow(), conversion)?;
        }
        let spec = if field.nested {
            self.build(field.spec, depth - 1)?
        } else {
            self.cx.str_from(field.spec)?
        };
        let shown = crate::protocol::format(self.cx, value.borrow(), spec.borrow())?;
        // CPython writes an int straight into the text.
        Ok(if value.borrow().is_a::<IntObject>() { shared(self.cx, shown) } else { shown })
    }

    /// The object that `name.attribute[item]` says.
    fn look_up(&mut self, name: Text<'_>) -> Res {
        let end = name.chars().position(|code| is(code, '.') || is(code, '['));
        let end = end.unwrap_or(name.len());
        let mut value = self.first(name.slice(0, end))?;
        let mut at = end;
        while let Some(step) = next_step(self.cx, name, &mut at)? {
            value = match step {
                Step::Attribute(name) => {
                    let name = self.cx.str_from(name)?;
                    crate::protocol::get_attr(self.cx, value.borrow(), name.borrow())?
                }
                Step::Index(index) => {
                    let index = self.cx.int(index as i64)?;
                    crate::protocol::subscript(self.cx, value.borrow(), index.borrow())?
                }
                Step::Key(key) => {
                    let key = self.cx.str_from(key)?;
                    crate::protocol::subscript(self.cx, value.borrow(), key.borrow())?
                }
            };
        }
        Ok(value)
    }

    /// The argument of that name or number; of the next number for no name.
    fn first(&mut self, name: Text<'_>) -> Res {
        let index = match number(self.cx, name)? {
            None if !name.is_empty() => return self.by_name(name),
            index => self.numbered(index)?,
        };
        let Source::Arguments(args) = &self.source else {
            return Err(self
                .cx
                .value_error(format_args!("Format string contains positional fields")));
        };
        match args.get(index) {
            Some(value) => Ok(value.owned()),
            None => Err(self.cx.raise(
                Exc::IndexError,
                format_args!("Replacement index {index} out of range for positional args tuple"),
            )),
        }
    }

    fn numbered(&mut self, index: Option<usize>) -> Res<usize> {
        let numbering = match index {
            Some(_) => Numbering::Manual,
            None => Numbering::Automatic,
        };
        match (self.numbering, numbering) {
            (Numbering::Manual, Numbering::Automatic) => {
                return Err(self.cx.value_error(format_args!(
                    "cannot switch from manual field specification to automatic field numbering"
                )));
            }
            (Numbering::Automatic, Numbering::Manual) => {
                return Err(self.cx.value_error(format_args!(
                    "cannot switch from automatic field numbering to manual field specification"
                )));
            }
            _ => self.numbering = numbering,
        }
        Ok(index.unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        }))
    }

    fn by_name(&mut self, name: Text<'_>) -> Res {
        let key = self.cx.str_from(name)?;
        match &self.source {
            Source::Mapping(mapping) => crate::protocol::subscript(self.cx, *mapping, key.borrow()),
            Source::Arguments(args) => {
                for (candidate, value) in args.keywords() {
                    if super::text_of(self.cx, candidate)? == name {
                        return Ok(value.owned());
                    }
                }
                let args = self.cx.tuple([key])?;
                let exception = self.cx.exception(self.cx.exc_type(Exc::KeyError), args)?;
                Err(self.cx.set_raised(exception))
            }
        }
    }
}

fn is(code: u32, c: char) -> bool {
    code == u32::from(c)
}

fn convert(cx: &mut Cx<'_>, value: Borrowed<'_>, conversion: u32) -> Res {
    match char::from_u32(conversion) {
        Some('r') => crate::protocol::repr(cx, value),
        Some('s') => crate::protocol::str(cx, value),
        Some('a') => super::ascii(cx, value),
        Some(c @ '!'..='~') => {
            Err(cx.value_error(format_args!("Unknown conversion specifier {c}")))
        }
        _ => Err(cx.value_error(format_args!("Unknown conversion specifier \\x{conversion:x}"))),
    }
}

/// The number that all of a text is; none when it is something else.
fn number(world: &World, text: Text<'_>) -> Res<Option<usize>> {
    let mut value: usize = 0;
    for code in text.chars() {
        let Some(digit) = unicode::decimal_value(code) else { return Ok(None) };
        let next = value.checked_mul(10).and_then(|tens| tens.checked_add(usize::from(digit)));
        let Some(next) = next.filter(|&next| isize::try_from(next).is_ok()) else {
            return Err(world.value_error(format_args!("Too many decimal digits in format string")));
        };
        value = next;
    }
    Ok((!text.is_empty()).then_some(value))
}

/// One step from an object to another.
enum Step<'a> {
    Attribute(Text<'a>),
    Index(usize),
    Key(Text<'a>),
}

fn next_step<'a>(world: &World, name: Text<'a>, at: &mut usize) -> Res<Option<Step<'a>>> {
    let refuse = |text: &str| Err(world.value_error(format_args!("{text}")));
    let Some(code) = name.get(*at) else { return Ok(None) };
    let start = *at + 1;
    let rest = name.slice(start, name.len());
    let empty = "Empty attribute in format string";
    if is(code, '.') {
        let len = rest.chars().position(|code| is(code, '.') || is(code, '['));
        let len = len.unwrap_or(rest.len());
        *at = start + len;
        if len == 0 {
            return refuse(empty);
        }
        return Ok(Some(Step::Attribute(rest.slice(0, len))));
    }
    if !is(code, '[') {
        return refuse("Only '.' or '[' may follow ']' in format field specifier");
    }
    let Some(len) = rest.chars().position(|code| is(code, ']')) else {
        return refuse("Missing ']' in format string");
    };
    *at = start + len + 1;
    let item = rest.slice(0, len);
    let index = number(world, item)?;
    if len == 0 {
        return refuse(empty);
    }
    Ok(Some(index.map_or(Step::Key(item), Step::Index)))
}

/// A field as it is written.
struct Field<'a> {
    name: Text<'a>,
    conversion: Option<u32>,
    spec: Text<'a>,
    /// Whether fields stand in the specifier.
    nested: bool,
}

/// A walk over a template.
struct Markup<'a> {
    text: Text<'a>,
    at: usize,
}

impl<'a> Markup<'a> {
    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn take(&mut self) -> Option<u32> {
        let code = self.text.get(self.at)?;
        self.at += 1;
        Some(code)
    }

    /// The next literal, perhaps empty, and the field behind it.
    fn next(&mut self, world: &World) -> Res<Option<(Text<'a>, Option<Field<'a>>)>> {
        let start = self.at;
        if start >= self.text.len() {
            return Ok(None);
        }
        let tail = self.text.slice(start, self.text.len());
        let brace = tail.chars().position(|code| is(code, '{') || is(code, '}'));
        let Some(brace) = brace.map(|at| start + at) else {
            self.at = self.text.len();
            return Ok(Some((tail, None)));
        };
        self.at = brace + 1;
        let (open, ahead) = (self.text.get(brace), self.text.get(brace + 1));
        if open == ahead {
            // Doubled, it stands for itself.
            self.at += 1;
            return Ok(Some((self.text.slice(start, brace + 1), None)));
        }
        if open == Some(u32::from('}')) {
            return Err(refuse(world, "Single '}' encountered in format string"));
        }
        if ahead.is_none() {
            return Err(refuse(world, "Single '{' encountered in format string"));
        }
        let field = self.field(world)?;
        Ok(Some((self.text.slice(start, brace), Some(field))))
    }

    fn field(&mut self, world: &World) -> Res<Field<'a>> {
        let start = self.at;
        let end = loop {
            match self.take().and_then(char::from_u32) {
                Some('{') => return Err(refuse(world, "unexpected '{' in field name")),
                Some('[') => {
                    while self.text.get(self.at).is_some_and(|code| !is(code, ']')) {
                        self.at += 1;
                    }
                }
                Some(end @ ('}' | ':' | '!')) => break end,
                None if self.at >= self.text.len() => {
                    return Err(refuse(world, "expected '}' before end of string"));
                }
                _ => {}
            }
        };
        let name = self.text.slice(start, self.at - 1);
        let mut field = Field { name, conversion: None, spec: Text::Ascii(&[]), nested: false };
        if end == '}' {
            return Ok(field);
        }
        if end == '!' {
            field.conversion = self.take();
            if field.conversion.is_none() {
                let text = "end of string while looking for conversion specifier";
                return Err(refuse(world, text));
            }
            match self.take() {
                Some(code) if is(code, '}') => return Ok(field),
                Some(code) if !is(code, ':') => {
                    return Err(refuse(world, "expected ':' after conversion specifier"));
                }
                _ => {}
            }
        }
        let start = self.at;
        let mut open = 1_usize;
        while let Some(code) = self.take() {
            if is(code, '{') {
                field.nested = true;
                open += 1;
            } else if is(code, '}') {
                open -= 1;
                if open == 0 {
                    field.spec = self.text.slice(start, self.at - 1);
                    return Ok(field);
                }
            }
        }
        Err(refuse(world, "unmatched '{' in format spec"))
    }
}

fn refuse(world: &World, text: &str) -> Raised {
    world.value_error(format_args!("{text}"))
}
