#!/usr/bin/env python3
"""Which functions that contain `unsafe` are run by a crate's tests.

    scripts/unsafe_coverage.py [CRATE] [-- WORDS FOR THE TESTS]

Builds the tests of CRATE (runtime-core) without optimisation, runs each under valgrind's callgrind,
which notes every source line that was executed, and holds those lines against the bodies of the
functions outside of tests. Prints the functions that no test ran and the figure; the exit status is 1
when there is one. Needs valgrind and nothing else. Takes some minutes; `-- --skip a_million` leaves
the longest test out.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Empty in the build that is looked at here: scripts/sanitize.sh and tests/valgrind.rs run them in
# builds of their own.
IN_OTHER_BUILDS = {"poison.rs"}


def blanked(text):
    """The source with comments, strings and character literals blanked out, line breaks kept."""
    token = re.compile(
        r'//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?\'(?:\\.[^\']*|[^\'\\])\'', re.S
    )
    return token.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def closing(text, at):
    """Where the brace at `at` is closed."""
    depth = 0
    for place in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)


def functions(text):
    """Name, lines of the body, and text of every function with a body, outside of tests."""
    text = blanked(text)
    for module in re.finditer(r"#\[cfg\(test\)\]\s*mod \w+ \{", text):
        end = closing(text, module.end() - 1)
        text = text[: module.start()] + re.sub(r"[^\n]", " ", text[module.start() : end]) + text[end:]
    for found in re.finditer(r"((?:\bunsafe\s+)?(?:extern\s+)?)\bfn\s+(\w+)", text):
        depth, at = 0, found.end()
        while at < len(text) and (depth or text[at] not in "{;"):
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text[at], 0)
            at += 1
        if at == len(text) or text[at] == ";":
            continue
        end = closing(text, at)
        lines = range(text.count("\n", 0, at) + 1, text.count("\n", 0, end) + 2)
        declared = text[: found.start()].count("\n") + 1
        yield found.group(2), declared, lines, found.group(1) + text[at:end]


def executed(profile):
    """Source files and their executed lines, out of a callgrind profile."""
    names, lines, file, line = {}, {}, None, 0
    for text in profile.open(errors="replace"):
        # A file is named where it is met first, be it as that of a function called.
        if found := re.match(r"(c?)f[lie]=\((\d+)\)(?: (.*))?", text):
            called, number, name = found.groups()
            if name:
                names[number] = name.strip()
            if not called:
                file = names.get(number)
        elif found := re.match(r"(\+|-|\*)?(\d*) \d+", text):
            sign, number = found.groups()
            if sign != "*":
                line = {"+": line, "-": line, None: 0}[sign] + int(number) * (-1 if sign == "-" else 1)
            lines.setdefault(file, set()).add(line)
    return lines


def test_programs(crate):
    """The crate's test executables, built without optimisation so that no line is folded away."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "unsafe-coverage"
    environment = {**os.environ, "CARGO_PROFILE_DEV_OPT_LEVEL": "0", "CARGO_TARGET_DIR": str(target)}
    built = subprocess.run(
        ["cargo", "test", "-p", crate, "--lib", "--tests", "--no-run", "--message-format=json"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True,
    )
    for message in map(json.loads, built.stdout.splitlines()):
        if message.get("executable") and message.get("profile", {}).get("test"):
            yield message["executable"], environment


def main():
    words = sys.argv[1:]
    tests = words[words.index("--") + 1 :] if "--" in words else []
    words = words[: words.index("--")] if "--" in words else words
    crate = words[0] if words else "runtime-core"
    source = ROOT / "crates" / crate / "src"
    lines = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (program, environment) in enumerate(test_programs(crate)):
            profiles = f"{folder}/{number}.%p"
            subprocess.run(
                ["valgrind", "--tool=callgrind", "--trace-children=yes", "--dump-line=yes",
                 "--trace-children-skip=*valgrind*,*cargo*,*rustc*,*objdump*",
                 f"--callgrind-out-file={profiles}", program, "--test-threads=1", *tests],
                cwd=ROOT / "crates" / crate, env=environment, check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        for profile in Path(folder).iterdir():
            for name, seen in executed(profile).items():
                lines.setdefault(name, set()).update(seen)
    run, all_of_them, elsewhere, left_out = 0, 0, 0, []
    for file in sorted(source.rglob("*.rs")):
        if "tests" in file.relative_to(source).parts:
            continue
        tail = str(file.relative_to(ROOT / "crates"))
        own = str(file.relative_to(source.parent))
        seen = set()
        for name, found in lines.items():
            if name and (name.endswith(tail) or name in (own, "./" + own)):
                seen |= found
        for name, declared, body, text in functions(file.read_text()):
            if not re.search(r"\bunsafe\b", text):
                continue
            if file.name in IN_OTHER_BUILDS:
                elsewhere += 1
                continue
            all_of_them += 1
            if seen.intersection(body):
                run += 1
            else:
                left_out.append(f"{file.relative_to(ROOT)}:{declared}: {name}")
    for line in left_out:
        print(line)
    print(f"{run} of {all_of_them} functions of {crate} that contain unsafe are run by a test")
    if elsewhere:
        print(f"{elsewhere} more are run in other builds: {', '.join(sorted(IN_OTHER_BUILDS))}")
    return 1 if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
