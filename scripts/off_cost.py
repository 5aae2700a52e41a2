#!/usr/bin/env python3
"""What it costs that a runtime can be watched, while nobody watches it.

    scripts/off_cost.py

Builds `births` (crates/runtime-types/examples) twice in release: as it is, and with
`--cfg strata_unwatched`, where no layer asks whether somebody watches and no event is told. Counts the
instructions of a pair of each kind, a birth and its death, in both under valgrind's callgrind, and
prints both. The promise is at most 4 instructions a pair more; the exit status is 1 when it is broken.
Takes a few minutes, for the two builds.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
KINDS = ["block", "tuple", "float", "int", "list"]
SHORT, LONG = 10_000, 60_000
PROMISE = 4.0


def built(target, flags):
    words = ["cargo", "build", "--release", "-p", "runtime-types", "--example", "births"]
    env = os.environ | {"CARGO_TARGET_DIR": str(target), "RUSTFLAGS": flags}
    subprocess.run(words, cwd=ROOT, env=env, check=True)
    return target / "release" / "examples" / "births"


def instructions(program, kind, count):
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    ran = subprocess.run([*words, program, kind, str(count)], capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", ran.stderr)
    if ran.returncode != 0 or not found:
        sys.exit(f"{program} {kind} {count}:\n{ran.stderr}")
    return int(found[1])


def of_pair(program, kind):
    return (instructions(program, kind, LONG) - instructions(program, kind, SHORT)) / (LONG - SHORT)


def main():
    watchable = built(TARGET, "")
    without = built(TARGET / "unwatched", "--cfg strata_unwatched")
    print(f"{'instructions a pair':<20}{'without':>10}{'as it is':>10}{'more':>8}")
    worst = 0.0
    for kind in KINDS:
        bare, now = of_pair(without, kind), of_pair(watchable, kind)
        worst = max(worst, now - bare)
        print(f"{kind:<20}{bare:>10.1f}{now:>10.1f}{now - bare:>8.1f}")
    print(f"at most {PROMISE:.0f} more: {'yes' if worst <= PROMISE else 'NO'}")
    return 0 if worst <= PROMISE else 1


sys.exit(main())
