"""Writes expected.txt: what CPython 3.13 does with each script of cases.txt.

    python3.13 regenerate.py

Addresses are taken out, and of file names only the last part is kept.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def run(script):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "case.py"
        path.write_text(script)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", path.name], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PYTHONUNBUFFERED": "1"},
        )
    text = re.sub(r'File "[^"]*/', 'File "', done.stdout)
    return re.sub(r"0x[0-9a-f]{6,}", "0xADDR", text)


def main():
    cases = re.split(r"^#--- (.*)\n", (HERE / "cases.txt").read_text(), flags=re.M)[1:]
    with open(HERE / "expected.txt", "w") as expected:
        for name, script in zip(cases[::2], cases[1::2]):
            expected.write(f"#--- {name}\n{run(script)}")


main()
