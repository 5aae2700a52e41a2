#!/usr/bin/env python3.13
"""Writes the Unicode tables of runtime-types, and the digests their test compares.

Run with CPython 3.13 (Unicode 15.1), from anywhere:

    python3.13 crates/runtime-types/tools/make_unicode_tables.py

Everything is asked of the interpreter's own str methods, so the tables say what it says. The digests
are taken from the same questions without passing through the tables.
"""

import pathlib
import sys
import unicodedata

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
TABLES = PACKAGE / "src/kernel/unicode/tables.rs"
DIGESTS = PACKAGE / "tests/kernel_data/unicode_digests.txt"

CODES = 0x110000
SPECIAL = 1 << 24  # a mapping from here on is SPECIAL + (offset << 2) + length - 1
NO_DIGIT = 255


def cased(ch):
    return (ch + "a").title()[-1] == "a"


def ignorable(ch):
    """Skipped when the place of a capital sigma in its word is looked for."""
    ends_word = ("A" + ch + "\u03a3").lower()[-1] == "\u03c2"
    counts_as_letter = (ch + "\u03a3").lower()[-1] == "\u03c2"
    return ends_word and not counts_as_letter


FLAGS = [
    str.isalpha,
    str.isdecimal,
    str.isdigit,
    str.isnumeric,
    str.isspace,
    str.isprintable,
    str.isupper,
    str.islower,
    lambda ch: ch.istitle() and not ch.isupper(),
    str.isidentifier,
    lambda ch: ("a" + ch).isidentifier(),
    cased,
    ignorable,
]


def facts(code):
    """Flags, digit value, and the four full mappings of a code point."""
    ch = chr(code)
    flags = sum(1 << bit for bit, test in enumerate(FLAGS) if test(ch))
    value = unicodedata.digit(ch, NO_DIGIT)
    return flags, value, ch.upper(), ch.lower(), ch.title(), ch.casefold()


def digest(records):
    """FNV-1a over 32-bit words, one digest for each plane."""
    for plane in range(17):
        state = 0xCBF29CE484222325
        for flags, value, *mappings in records[plane << 16 : (plane + 1) << 16]:
            words = [flags, value]
            for mapping in mappings:
                words.append(len(mapping))
                words.extend(map(ord, mapping))
            for word in words:
                state = ((state ^ word) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        yield state


def split(items, shift):
    """The best two-level form for blocks of 1 << shift."""
    blocks, index, data = {}, [], []
    for start in range(0, CODES, 1 << shift):
        block = tuple(items[start : start + (1 << shift)])
        if block not in blocks:
            blocks[block] = len(blocks)
            data.extend(block)
        index.append(blocks[block])
    return index, data


def array(name, kind, items, doc):
    lines, line = [], "   "
    for item in items:
        text = f" {item},"
        if len(line) + len(text) > 100:
            lines.append(line)
            line = "   "
        line += text
    lines.append(line)
    body = "\n".join(lines)
    return f"/// {doc}\npub(super) static {name}: [{kind}; {len(items)}] = [\n{body}\n];\n"


def main():
    if unicodedata.unidata_version != "15.1.0" or sys.version_info[:2] != (3, 13):
        sys.exit("this needs CPython 3.13 with Unicode 15.1.0")
    all_facts = [facts(code) for code in range(CODES)]

    extended, places = [], {}

    def mapping(code, text):
        if len(text) == 1:
            return ord(text) - code
        if text not in places:
            places[text] = len(extended)
            extended.extend(map(ord, text))
        return SPECIAL + (places[text] << 2) + len(text) - 1

    records, which = {}, []
    for code, (flags, value, *mappings) in enumerate(all_facts):
        record = (flags, value, *(mapping(code, text) for text in mappings))
        which.append(records.setdefault(record, len(records)))

    shift = min(range(4, 10), key=lambda s: sum(len(part) for part in split(which, s)))
    index, data = split(which, shift)
    rows = "\n".join(
        f"    Record {{ flags: {f:#06x}, digit: {d}, upper: {u}, lower: {l}, title: {t}, fold: {c} }},"
        for f, d, u, l, t, c in records
    )
    TABLES.write_text(
        "//! Tables of Unicode 15.1, as CPython 3.13 answers. Made by `tools/make_unicode_tables.py`.\n"
        "#![cfg_attr(rustfmt, rustfmt_skip)]\n\n"
        "use super::Record;\n\n"
        f"/// Binary logarithm of the code points in a block.\npub(super) const SHIFT: u32 = {shift};\n\n"
        + array("INDEX", "u16", index, "The block of each run of code points.")
        + "\n"
        + array("BLOCKS", "u16", data, "The record of each code point of each block.")
        + "\n"
        + array("EXTENDED", "u32", extended, "Mappings to several code points, end to end.")
        + f"\n/// What code points have in common.\npub(super) static RECORDS: [Record; {len(records)}] = [\n{rows}\n];\n"
    )
    DIGESTS.parent.mkdir(parents=True, exist_ok=True)
    DIGESTS.write_text("".join(f"{plane} {value:016x}\n" for plane, value in enumerate(digest(all_facts))))
    print(f"{len(index)} + {len(data)} indices, shift {shift}, {len(records)} records, {len(extended)} extended")


main()
