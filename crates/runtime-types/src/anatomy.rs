//! Taking an object apart for those who look: its parts in bytes, its fields, its references by name.
//!
//! Nothing here allocates in the heap: what is found is the host's, or shown to a closure.

use std::collections::HashMap;
use std::fmt;
use std::ptr::NonNull;

use runtime_core::{Obj, Object, TypeFlags, VarObject};
use runtime_gc::{Borrowed, each_referent};

use crate::bytearray::ByteArrayObject;
use crate::class;
use crate::dict::DictObject;
use crate::int::IntObject;
use crate::list::ListObject;
use crate::set::SetObject;
use crate::string::{Kind, StrObject};
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// The memory of one object, in bytes as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anatomy {
    /// In front of the header: the collector's head, and the words of classes.
    pub head: usize,
    /// Count and type, and the length of objects that vary in size.
    pub header: usize,
    /// The rest of the object's own block.
    pub payload: usize,
    /// An array beside it that it alone owns: where, and how large.
    pub array: Option<(NonNull<u8>, usize)>,
}

impl Anatomy {
    /// Bytes of the object's own block.
    pub const fn block(&self) -> usize {
        self.head + self.header + self.payload
    }
}

/// Takes an object apart.
pub fn anatomy(op: Borrowed<'_>) -> Anatomy {
    let ty = op.ty();
    let own = own_bytes(op);
    let has_length = ty.item_size != 0 || op.is_a::<ListObject>() || op.is_a::<ByteArrayObject>();
    let header = if has_length { size_of::<VarObject>() } else { size_of::<Object>() };
    Anatomy {
        head: ty.pre_header(),
        header,
        payload: own.saturating_sub(header),
        array: array_of(op),
    }
}

/// Its items, characters or bytes, when their number stands in the object.
pub fn length_of(op: Borrowed<'_>) -> Option<usize> {
    if let Some(text) = op.view::<StrObject>() {
        return Some(text.len());
    }
    if let Some(list) = op.view::<ListObject>() {
        return Some(list.len());
    }
    if let Some(tuple) = op.view::<TupleObject>() {
        return Some(tuple.len());
    }
    op.view::<crate::bytes::BytesObject>().map(crate::bytes::BytesObject::len)
}

/// Bytes of the object's block from its header on.
fn own_bytes(op: Borrowed<'_>) -> usize {
    if Type::of(op).is_class() && !op.is_a::<Type>() {
        return class::block_bytes(op);
    }
    if let Some(str) = op.view::<StrObject>() {
        return str.kind().size(str.len()).unwrap_or(usize::MAX);
    }
    if let Some(int) = op.view::<IntObject>() {
        return op.ty().basic_size + 4 * int.len().max(1);
    }
    if op.is_a::<Type>() || op.ty().item_size == 0 {
        return op.ty().basic_size;
    }
    // SAFETY: a type with items has a length behind the header.
    let len = unsafe { op.as_obj().cast::<VarObject>().as_ref() }.len();
    op.ty().object_size(len).unwrap_or(usize::MAX)
}

fn array_of(op: Borrowed<'_>) -> Option<(NonNull<u8>, usize)> {
    if let Some(list) = op.view::<ListObject>() {
        return list.array();
    }
    if let Some(dict) = op.view::<DictObject>() {
        return dict.array();
    }
    if let Some(set) = op.view::<SetObject>() {
        return set.array();
    }
    op.view::<ByteArrayObject>().and_then(ByteArrayObject::array)
}

/// A field of an object: where it lies, counted from the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPlace {
    /// What it is for.
    pub name: String,
    /// Bytes from the header; negative in front of it.
    pub offset: isize,
    /// Bytes that it takes.
    pub size: usize,
}

/// The fields of an object's own block, in their order.
pub fn fields(op: Borrowed<'_>) -> Vec<FieldPlace> {
    let parts = anatomy(op);
    let mut fields = Fields { rows: Vec::new(), at: -(parts.head as isize) };
    if parts.head > 16 {
        fields.add("weak references", 8);
        fields.add("instance dict", 8);
    }
    if parts.head > 0 {
        fields.add("collector: next", 8);
        fields.add("collector: previous, flags", 8);
    }
    fields.add("reference count", 8);
    fields.add("type", 8);
    if parts.header > size_of::<Object>() {
        fields.add(if op.is_a::<IntObject>() { "sign and digits" } else { "length" }, 8);
    }
    fields.add_known(op);
    fields.add_class(op);
    let rest = (parts.header + parts.payload) as isize - fields.at;
    if rest > 0 {
        fields.add("fields", rest as usize);
    }
    fields.rows
}

struct Fields {
    rows: Vec<FieldPlace>,
    at: isize,
}

impl Fields {
    fn add(&mut self, name: impl fmt::Display, size: usize) {
        if size > 0 {
            self.rows.push(FieldPlace { name: name.to_string(), offset: self.at, size });
            self.at += size as isize;
        }
    }

    fn words(&mut self, names: &[&str]) {
        for name in names {
            self.add(name, 8);
        }
    }

    /// Fields of the built-in types that are worth a name.
    fn add_known(&mut self, op: Borrowed<'_>) {
        if let Some(int) = op.view::<IntObject>() {
            self.add("digits", 4 * int.len().max(1));
        } else if op.is_a::<crate::float::FloatObject>() {
            self.add("value", 8);
        } else if let Some(str) = op.view::<StrObject>() {
            self.words(&["length", "hash", "form and interning"]);
            if str.kind() != Kind::Ascii {
                self.words(&["length in UTF-8", "UTF-8"]);
            }
            let text = str.kind().size(str.len()).unwrap_or(0).saturating_sub(str.kind().header());
            self.add("text and its zero", text);
        } else if let Some(bytes) = op.view::<crate::bytes::BytesObject>() {
            self.add("hash", 8);
            self.add("bytes and their zero", bytes.len() + 1);
        } else if let Some(tuple) = op.view::<TupleObject>() {
            for index in 0..tuple.len() {
                self.add(format_args!("[{index}]"), 8);
            }
        } else if op.is_a::<ListObject>() {
            self.words(&["items", "room"]);
        } else if op.is_a::<DictObject>() {
            self.words(&["used", "version", "table", "values"]);
        } else if op.is_a::<SetObject>() {
            self.words(&["filled", "used", "mask", "table", "hash", "finger"]);
            self.add("8 entries", 128);
            self.add("weak references", 8);
        } else if op.is_a::<ByteArrayObject>() {
            self.words(&["room", "block", "start", "exports"]);
        } else if op.is_a::<crate::cell::CellObject>() {
            self.add("value", 8);
        }
    }

    /// Slots and values of the objects of classes.
    fn add_class(&mut self, op: Borrowed<'_>) {
        if !Type::of(op).is_class() || op.is_a::<Type>() {
            return;
        }
        let mut slots = class::slot_places(op);
        slots.sort_by_key(|(_, offset)| *offset);
        for (name, offset) in slots {
            if offset as isize >= self.at {
                self.at = offset as isize;
                self.add(format_args!(".{name}"), 8);
            }
        }
        if op.ty().flags().has(TypeFlags::INLINE_VALUES) {
            self.add("values: room, used", 8);
            let names = class::value_names(op);
            for alike in names.chunk_by(|a, b| a.is_none() && b.is_none()) {
                match alike {
                    [Some(name), ..] => self.add(format_args!(".{name}"), 8),
                    [_] => self.add("room for a value", 8),
                    room => {
                        self.add(format_args!("room for {} values", room.len()), 8 * room.len())
                    }
                }
            }
            self.add("values: order", names.len().next_multiple_of(8));
        }
    }
}

/// What a reference is in the object that holds it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Link<'a> {
    /// The item at this index.
    Item(usize),
    /// A key of a dict.
    Key(Borrowed<'a>),
    /// The value of this key.
    Value(Borrowed<'a>),
    /// A member of a set.
    Member,
    /// An attribute in the object itself.
    Attribute(&'a str),
    /// Its type.
    Type,
    /// The value of a cell.
    Cell,
    /// Some field.
    Field,
}

impl fmt::Display for Link<'_> {
    /// As it stands behind the holder's name: `[0]`, `['key']`, `.attribute`, ` as its class`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Item(index) => write!(f, "[{index}]"),
            Self::Value(key) => write!(f, "[{}]", key_text(key)),
            Self::Key(key) => write!(f, " as the key {}", key_text(key)),
            Self::Attribute(name) => write!(f, ".{name}"),
            Self::Type => f.write_str(" as its class"),
            Self::Member | Self::Cell | Self::Field => Ok(()),
        }
    }
}

/// The largest int that is shown as a key: a larger one may be made of an address, and none is shown.
const KEY_MAX: u64 = u32::MAX as u64;

/// Most characters of a text that is shown as a key, and as a value.
const KEY_CHARS: usize = 40;
const VALUE_CHARS: usize = 24;

/// A text as it can stand in a line, cut to so many characters. What may be an address (five digits
/// or more behind `0x`, ten or more without) is left out, so that every run shows the same.
fn showable(text: impl IntoIterator<Item = char>, most: usize) -> String {
    let mut shown = String::new();
    let mut text = text.into_iter();
    let mut chars = text.by_ref().take(most).peekable();
    while let Some(first) = chars.next() {
        if !first.is_ascii_digit() {
            shown.extend(first.escape_debug().filter(|_| first.is_control()));
            shown.extend((!first.is_control()).then_some(first));
            continue;
        }
        let mut digits = String::from(first);
        if let Some(x) = chars.next_if(|&next| first == '0' && next == 'x') {
            digits.push(x);
        }
        let (prefix, least) = if digits.len() == 2 { ("0x", 2 + 5) } else { ("", 10) };
        let is_digit = |c: &char| {
            if prefix.is_empty() { c.is_ascii_digit() } else { c.is_ascii_hexdigit() }
        };
        while let Some(digit) = chars.next_if(is_digit) {
            digits.push(digit);
        }
        // Where the text is cut, more may follow.
        if digits.len() >= least || !prefix.is_empty() && chars.peek().is_none() {
            shown.push_str(prefix);
            shown.push_str("...");
        } else {
            shown.push_str(&digits);
        }
    }
    if text.next().is_some() && !shown.ends_with("...") {
        shown.push_str("...");
    }
    shown
}

/// A key in words: as it is written, for strs and small ints, else by its type.
pub fn key_text(key: Borrowed<'_>) -> String {
    if let Some(str) = key.view::<StrObject>() {
        return format!("'{}'", showable(str.text().to_string().chars(), KEY_CHARS));
    }
    if let Some(int) = key.view::<IntObject>() {
        return match int.to_i64() {
            Some(value) if value.unsigned_abs() <= KEY_MAX => value.to_string(),
            _ => "a large int".to_owned(),
        };
    }
    let name = key.ty().name();
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// The value of a short text, a number, or the length of a container, as far as no program has to run
/// for it.
pub fn value_of(op: Borrowed<'_>) -> Option<String> {
    if let Some(text) = op.view::<StrObject>() {
        return Some(format!("\"{}\"", showable(text.text().to_string().chars(), VALUE_CHARS)));
    }
    if let Some(value) = op.view::<IntObject>().and_then(IntObject::compact) {
        return Some(value.to_string());
    }
    if let Some(float) = op.view::<crate::float::FloatObject>() {
        return Some(format!("{:?}", float.value()));
    }
    let items =
        |count: usize| if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
    if let Some(tuple) = op.view::<TupleObject>() {
        return Some(items(tuple.items().len()));
    }
    op.view::<ListObject>().map(|list| items(list.len()))
}

/// Shows the references that an object holds, each with what it is there: as many as the collector
/// sees.
pub fn each_link(op: Borrowed<'_>, show: &mut dyn FnMut(Link<'_>, Obj)) {
    let is_exact = !Type::of(op).is_class() || op.is_a::<Type>();
    if is_exact && each_content(op, show) {
        return;
    }
    let slots = if is_exact { Vec::new() } else { class::attribute_values(op) };
    // An object of a class may be a container besides.
    let mut named: HashMap<Obj, Vec<Link<'_>>> = HashMap::new();
    if !is_exact {
        each_content(op, &mut |link, child| {
            // SAFETY: the container holds its keys, and nothing changes it meanwhile.
            let kept = |key: Borrowed<'_>| unsafe { Borrowed::new(key.as_obj()) };
            let link = match link {
                Link::Key(key) => Link::Key(kept(key)),
                Link::Value(key) => Link::Value(kept(key)),
                Link::Item(index) => Link::Item(index),
                _ => return,
            };
            named.entry(child).or_default().push(link);
        });
    }
    for (name, value) in &slots {
        named.entry(*value).or_default().push(Link::Attribute(name));
    }
    let is_set = op.is_a::<SetObject>();
    let is_cell = op.is_a::<crate::cell::CellObject>();
    let ty: Obj = op.ty().as_ptr().cast();
    // SAFETY: the object is alive, and showing lets nothing die.
    unsafe {
        each_referent(op.as_obj(), &mut |child| match named.get_mut(&child).and_then(Vec::pop) {
            Some(link) => show(link, child),
            None if child == ty && !is_exact => show(Link::Type, child),
            None if is_set => show(Link::Member, child),
            None if is_cell => show(Link::Cell, child),
            None => show(Link::Field, child),
        });
    }
}

/// Shows what a tuple, a list or a dict contains; `false` when it is none of these.
fn each_content(op: Borrowed<'_>, show: &mut dyn FnMut(Link<'_>, Obj)) -> bool {
    if let Some(tuple) = op.view::<TupleObject>() {
        for (index, item) in tuple.items().iter().enumerate() {
            show(Link::Item(index), item.as_obj());
        }
        return true;
    }
    if let Some(list) = op.view::<ListObject>() {
        let mut index = 0;
        while let Some(item) = list.get(index) {
            show(Link::Item(index), item.as_obj());
            index += 1;
        }
        return true;
    }
    if op.is_a::<DictObject>() {
        let mut cursor = 0;
        while let Some((key, value)) = crate::dict::entry(op, &mut cursor) {
            show(Link::Key(key.borrow()), key.as_obj());
            show(Link::Value(key.borrow()), value.as_obj());
        }
        return true;
    }
    false
}

/// Kept blocks of 8-slot tables of dicts with `str` keys: how many, at most how many.
pub fn kept_tables(world: &World) -> (usize, usize) {
    (world.key_tables.len(), world.key_tables.cap())
}

impl World {
    /// Shows the references that the world holds itself, each with the part that holds it.
    pub fn each_held(&self, show: &mut dyn FnMut(&str, Obj)) {
        let cells = [
            ("exception being raised", &self.raised),
            ("exception being handled", &self.handled),
            ("value of an iterator's end", &self.end_value),
        ];
        for (part, cell) in cells {
            if let Some(op) = cell.get() {
                show(part, op);
            }
        }
        let fields = [
            ("functions for the end", &self.at_exit),
            ("gc.garbage", &self.gc_garbage),
            ("gc.callbacks", &self.gc_callbacks),
        ];
        for (part, field) in fields {
            if let Some(op) = field.peek() {
                show(part, op);
            }
        }
        for mem in self.heap().types() {
            let ty = Type::of_mem(mem);
            for name in class::key_names(ty) {
                show("names of attributes", name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_an_address_is_not_shown() {
        let shown = |text: &str| showable(text.chars(), VALUE_CHARS);
        for (text, line) in [
            ("plain text", "plain text"),
            ("two\nlines", "two\\nlines"),
            ("0x1F and 12345", "0x1F and 12345"),
            ("0x7f12ab34cd56", "0x..."),
            ("<A object at 0x7f12ab34cd56>", "<A object at 0x..."),
            ("<Abcdefgh object at 0x7f1", "<Abcdefgh object at 0x..."),
            ("at 140234567890123!", "at ...!"),
            ("20251231", "20251231"),
            ("a text that is longer than that", "a text that is longer th..."),
            ("0", "0"),
        ] {
            assert_eq!(shown(text), line, "{text}");
        }
    }
}
