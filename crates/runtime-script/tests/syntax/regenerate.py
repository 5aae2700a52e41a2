"""Writes errors.expected from errors.cases with CPython 3.13, the reference.

    python3.13 regenerate.py            # write
    python3.13 regenerate.py --check    # write nothing, report differences

A case is a line `=== NAME` and the text of a script up to the next such line. Behind
`=== NAME (escaped)` comes one line instead, in which \\n, \\t, \\xHH and the like stand for bytes: for
scripts whose last line has no end, or that hold bytes which editors change. Every script runs as the
main script of a fresh process, as `case.py` in an empty folder, and must be refused before it runs.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def cases(text):
    for block in re.split(r"^=== ", text, flags=re.M)[1:]:
        head, _, body = block.partition("\n")
        name, _, mark = head.partition(" ")
        if mark:
            escaped = body.removesuffix("\n").encode("latin-1", "backslashreplace")
            yield name, escaped.decode("unicode_escape").encode("latin-1")
        else:
            yield name, body.encode()


def expected(source):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "case.py")
        path.write_bytes(source)
        command = [sys.executable, "-I", "-W", "ignore", "case.py"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL)
        # 3.13 puts the folder in front of the main script's name.
        return ran.stderr.decode().replace(str(path.resolve()), "case.py").replace(str(path), "case.py")


def main():
    if sys.version_info[:2] != (3, 13):
        sys.exit("this needs CPython 3.13")
    out = []
    names = set()
    for name, source in cases((HERE / "errors.cases").read_text()):
        if name in names:
            sys.exit(f"{name}: twice")
        names.add(name)
        stderr = expected(source)
        if not stderr or stderr.startswith("Traceback"):
            sys.exit(f"{name}: not refused: {stderr}")
        out.append(f"=== {name}\n{stderr}")
    text = "".join(out)
    target = HERE / "errors.expected"
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if target.read_text() == text else "errors.expected differs")
    target.write_text(text)
    print(f"{len(out)} cases")


if __name__ == "__main__":
    main()
