#!/usr/bin/env python3.13
"""Runs the scripts that the book shows under CPython 3.13 and compares with what the book shows.

Blocks of a run with options (`--max-memory` and the like) are Strata's alone and left out.

    python3.13 scripts/book_beside_cpython.py
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```output run=([^-\n].*)\n((?:.*\n)*?)```$", re.MULTILINE)

if sys.version_info[:2] != (3, 13):
    sys.exit(f"the book speaks of CPython 3.13, and this is {sys.version.split()[0]}")

different = compared = 0
for page in sorted((ROOT / "docs/src").glob("*.md")):
    for words, shown in BLOCK.findall(page.read_text()):
        command = [sys.executable, "-W", "ignore", *words.split()]
        ran = subprocess.run(command, cwd=ROOT / "examples/scripts", capture_output=True, text=True)
        compared += 1
        if ran.stdout != shown:
            different += 1
            print(f"{page.name}, {words}\n--- the book\n{shown}--- CPython\n{ran.stdout}{ran.stderr}")
print(compared, "compared,", different, "different")
sys.exit(different > 0 or compared == 0)
