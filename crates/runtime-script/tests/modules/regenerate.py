"""Writes NAME.out beside each NAME.py: what CPython 3.13 does with it.

    python3.13 regenerate.py [NAME ...]

Addresses are taken out, and of file names only the last part is kept.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def run(name, script):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(script)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", path.name], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0"},
        )
    text = re.sub(r'File "[^"]*/', 'File "', done.stdout)
    return re.sub(r"0x[0-9a-f]{6,}", "0xADDR", text)


def main():
    wanted = sys.argv[1:]
    for path in sorted(HERE.glob("*.py")):
        # `strata` is not a module of CPython: what it must print is written by hand.
        if path.stem in ("regenerate", "strata_module") or wanted and path.stem not in wanted:
            continue
        path.with_suffix(".out").write_text(run(path.name, path.read_text()))


main()
