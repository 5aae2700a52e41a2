"""Writes NAME.out for each NAME.py: what CPython 3.13 does with the script.

    python3.13 regenerate.py [NAME ...]

Both streams go into one file; addresses are taken out, and of file names only the last part is kept.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def run(path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", path.name], cwd=HERE, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PYTHONUNBUFFERED": "1"},
    )
    text = re.sub(r'File "[^"]*/', 'File "', done.stdout)
    return re.sub(r"0x[0-9a-f]{6,}", "0xADDR", text)


def main():
    wanted = sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.py"))
    for name in wanted:
        # `strata` is not a module of CPython: what it must print is written by hand.
        if name not in ("regenerate", "strata_module"):
            (HERE / f"{name}.out").write_text(run(HERE / f"{name}.py"))


main()
