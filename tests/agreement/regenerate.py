"""Writes what CPython 3.13 says into the files beside this one: run it with CPython 3.13.

    python3.13 tests/agreement/regenerate.py

- `sizes.txt`: the output of `sizes.py`
- `operations.txt`: digests of `operations.py`, seed 1, three rounds
- `attributes.txt`: digests of `attributes.py`
- `memory.txt`: bytes of RAM for each object of `memory.py`'s kinds
"""

import os
import subprocess
import sys

import memory

FOLDER = os.path.dirname(os.path.abspath(__file__))


def run(*words):
    environment = dict(os.environ, PYTHONHASHSEED="0")
    command = [sys.executable, "-W", "ignore", *words]
    return subprocess.run(command, cwd=FOLDER, env=environment, check=True, capture_output=True, text=True).stdout


def write(name, text):
    with open(os.path.join(FOLDER, name), "w") as file:
        file.write(text)


assert sys.version_info[:2] == (3, 13), "CPython 3.13 decides"
write("sizes.txt", run("sizes.py"))
write("operations.txt", run("operations.py", "digest", "1", "3"))
write("attributes.txt", run("attributes.py", "digest"))
write("memory.txt", "".join(f"{name}: {memory.measure(name, run):.1f}\n" for name in memory.KINDS))
