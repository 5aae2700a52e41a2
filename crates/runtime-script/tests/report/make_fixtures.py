"""Writes fixtures.txt: what CPython 3.13 prints for failing programs, with the facts behind it.

    python3.13 make_fixtures.py             the programs of programs.py and the error corpus
    python3.13 make_fixtures.py --tables    the generated tables of src/report/

Every program runs twice: as a script, for what it prints, and below a driver, for the facts that a
runtime would hand to the renderer (frames with their positions, messages, notes). The format is one
fact a line, `key<TAB>value...`, and `again<TAB>N` for N more like it; text is escaped as `\\u{...}` where it is not printable.
"""

import itertools
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parents[3] / "tests" / "conformance" / "errors"
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")

DRIVER = r'''
import sys, traceback, types
name, facts = sys.argv[1:]
sys.argv = [name]
sys.setrecursionlimit(1001)  # one more than a script has: this frame
out = open(facts, "w", encoding="utf-8", newline="\n")

def escape(text):
    plain = lambda c: c != "\\" and (c == " " or c.isprintable())
    return "".join(c if plain(c) else "\\u{%x}" % ord(c) for c in text)

def fact(key, *values):
    shown = ["-" if value is None else escape(str(value)) for value in values]
    print(key, *shown, sep="\t", file=out, flush=True)

def one(e, tb, link, te):
    fact("exc", link, te.exc_type_str)
    message = traceback._safe_string(e, "exception")
    try:
        str(e)
        fact("message", message)
    except BaseException:
        fact("failed")
    if not te._is_syntax_error and te._str != message:
        fact("suggestion", te._str[len(message):])
    for note in getattr(e, "__notes__", []):
        fact("note", traceback._safe_string(note, "note"))
    if te._is_syntax_error:
        fact("spot", e.msg, e.filename, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text)
    while tb is not None:
        code = tb.tb_frame.f_code
        line, end_line, col, end_col = traceback._get_code_position(code, tb.tb_lasti)
        fact("frame", code.co_filename, code.co_name, tb.tb_lineno, end_line, col, end_col)
        tb = tb.tb_next

def chain(e, tb):
    te = traceback.TracebackException(type(e), e, tb, compact=True)
    found, link = [], "context"
    while te is not None:
        found.append((e, tb if not found else e.__traceback__, link, te))
        if te.__cause__ is not None:
            e, te, link = e.__cause__, te.__cause__, "cause"
        elif te.__context__ is not None and not te.__suppress_context__:
            e, te, link = e.__context__, te.__context__, "context"
        else:
            te = None
    for item in reversed(found):
        one(*item)

def ignored(args):
    e = args.exc_value
    fact("event", "ignored", repr(args.object))
    one(e, args.exc_traceback, "context", traceback.TracebackException(type(e), e, None))

sys.unraisablehook = ignored
module = types.ModuleType("__main__")
module.__builtins__ = __builtins__
sys.modules["__main__"] = module
try:
    exec(compile(open(name, "rb").read(), name, "exec"), module.__dict__)
except BaseException as e:
    fact("event", "raised")
    chain(e, e.__traceback__.tb_next)
sys.unraisablehook = lambda args: None
'''


def escape(text):
    plain = lambda c: c != "\\" and (c == " " or c.isprintable())
    return "".join(c if plain(c) else "\\u{%x}" % ord(c) for c in text)


def folded(lines):
    """Lines with those that repeat the one before counted."""
    for line, alike in itertools.groupby(lines):
        yield line
        if more := len(list(alike)) - 1:
            yield f"again\t{more}"


def run(directory, name, source):
    """The lines of one case: the source, the facts, what is printed."""
    file = directory / f"{name}.py"
    file.write_bytes(source)
    options = dict(cwd=directory, capture_output=True, env={"PYTHONUTF8": "1"}, check=False)
    script = subprocess.run([sys.executable, file.name], **options)
    facts = directory / "facts"
    driver = directory / "driver"
    driver.write_text(DRIVER)
    below = subprocess.run([sys.executable, driver.name, file.name, facts.name], **options)
    assert facts.read_text("utf-8"), (name, below.stderr.decode())
    stderr = script.stderr.decode().replace(f"{directory}/", "")  # the main script's path
    stderr = ADDRESS.sub("0x7f0000000000", stderr)
    assert stderr.endswith("\n"), name
    lines = [f"case\t{name}.py"]
    lines += [f"source\t{escape(line)}" for line in source.decode().split("\n")]
    lines += folded(ADDRESS.sub("0x7f0000000000", facts.read_text("utf-8")).splitlines())
    lines += [f"stderr\t{escape(line)}" for line in stderr[:-1].split("\n")]
    return lines


def suggestions():
    """Wrong names with candidates and what CPython takes of them."""
    import _suggestions

    words = "balance counter append äpfel élan Éclair self foo_bar fooBar xX Xx".split()
    random.seed(313)
    lines = []
    for _ in range(300):
        wrong = random.choice(words)
        letters = "abcdeéäABEX_" + wrong
        near = lambda: "".join(
            c if random.random() < 0.8 else random.choice(["", c + c, c.swapcase(), random.choice(letters)])
            for c in wrong
        )
        candidates = [near() or "z" for _ in range(random.randrange(1, 5))]
        found = _suggestions._generate_suggestions(candidates, wrong)
        lines.append("\t".join([wrong, found or "-", *candidates]))
    return lines


def tables():
    """Rewrites the tables of src/report from this interpreter's data."""
    import unicodedata

    to = HERE.parents[1] / "src" / "report"
    wide = [c for c in range(0x110000) if unicodedata.east_asian_width(chr(c)) in "WF"]
    last = set(wide) - {c - 1 for c in wide}
    first = sorted(set(wide) - {c + 1 for c in wide})
    pairs = [f"({a:#x}, {b:#x})," for a, b in zip(first, sorted(last))]
    pack = lambda text, width: textwrap.wrap(text, width, break_on_hyphens=False)
    rows = pack(" ".join(pair.replace(" ", "\0") for pair in pairs), 94)
    body = "".join(f"    {row}\n".replace("\0", " ") for row in rows)
    keep_head(to / "wide.rs", "#[rustfmt::skip]\n", (
        f"pub(super) const WIDE: [(u32, u32); {len(pairs)}] = [\n{body}];\n"
    ))
    names = pack(" ".join(sorted(sys.stdlib_module_names)), 94)
    body = "".join(f"    {row} \\\n" for row in names)
    keep_head(to / "stdlib.rs", "const NAMES: ", f'&str = "\\\n{body}";\n')


def keep_head(file, mark, tail):
    head, mark, _ = file.read_text().partition(mark)
    file.write_text(head + mark + tail)


def main():
    from programs import PROGRAMS

    lines = []
    with tempfile.TemporaryDirectory() as directory:
        for name, source in PROGRAMS.items():
            if isinstance(source, str):
                source = source.removeprefix("\n").encode()
            lines += run(pathlib.Path(directory), name, source)
    (HERE / "fixtures.txt").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    (HERE / "suggestions.txt").write_text("\n".join(suggestions()) + "\n", "utf-8", newline="\n")
    lines = []
    with tempfile.TemporaryDirectory() as directory:
        for script in sorted(CORPUS.glob("*.py")):
            expected = script.with_suffix(".err")
            if expected.exists() and b"Error" in expected.read_bytes():
                lines += run(pathlib.Path(directory), script.stem, script.read_bytes())
    (HERE / "corpus.txt").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    if sys.version_info[:2] != (3, 13):
        sys.exit("this needs CPython 3.13")
    tables() if "--tables" in sys.argv else main()
