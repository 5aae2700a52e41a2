"""Writes dict_traces.txt and set_traces.txt: random operations and what CPython 3.13 makes of them.

Run as `PYTHONHASHSEED=0 python3.13 generate.py` in this folder. One trace a line, steps separated by
blanks, `operation=outcome`. Keys are ints, or strs written with a leading apostrophe.

dict:  s set, f setdefault, d del (when there), p popitem, c clear, y copy, u update with a dict of
       n ints from k on, U the same with strs, w fromkeys of the own keys as a set, x the same as a dict;
       outcome: sys.getsizeof, and the popped key.
set:   a add, d discard, p pop, c clear, y copy, u update with n ints from k on as a list, U as a set,
       k as a dict, r `|`, n `&`, m `-`, e `^` with such a set, o list order; outcome: sys.getsizeof,
       what was popped, the order.
"""

import random
import sys

assert sys.version_info[:2] == (3, 13)
assert hash("a") == 4644230677990793274 or sys.flags.hash_randomization == 0


def show(key):
    return "'" + key if isinstance(key, str) else str(key)


def some_key(rng, strs, span):
    k = rng.randrange(span)
    return f"k{k}" if rng.random() < strs else k * rng.choice((1, 1, 1, 8, 64, 1000003)) - rng.choice((0, 0, 3))


def dict_trace(rng):
    strs = rng.choice((1.0, 1.0, 0.97, 0.5, 0.0))
    span = rng.choice((6, 20, 60, 400))
    grow = rng.choice((0.5, 0.7, 0.9))
    d, out = {}, []
    for _ in range(rng.choice((20, 60, 150))):
        r = rng.random()
        if r < grow:
            op = rng.choice("sssf")
            key = some_key(rng, strs, span)
            if op == "s":
                d[key] = None
            else:
                d.setdefault(key)
            step = op + show(key)
            note = ""
        elif r < 0.97:
            op = rng.choice("ddddp")
            note = ""
            if op == "d":
                keys = list(d)
                if not keys:
                    continue
                key = rng.choice(keys)
                del d[key]
                step = "d" + show(key)
            else:
                if not d:
                    continue
                step, note = "p", ":" + show(d.popitem()[0])
        else:
            op, note = rng.choice("cyyuuUUwx"), ""
            k, n = rng.randrange(span), rng.randrange(1, span)
            step = op
            if op == "c":
                d.clear()
            elif op == "y":
                d = d.copy()
            elif op == "u":
                d.update({i: None for i in range(k, k + n)})
                step += f"{k},{n}"
            elif op == "U":
                d.update({f"k{i}": None for i in range(k, k + n)})
                step += f"{k},{n}"
            elif op == "w":
                d = dict.fromkeys(set(d))
            elif op == "x":
                d = dict.fromkeys(d)
        out.append(f"{step}={sys.getsizeof(d)}{note}")
    out.append("o=" + ",".join(show(key) for key in d))
    return " ".join(out)


def set_trace(rng):
    strs = rng.choice((1.0, 0.5, 0.1, 0.0))
    span = rng.choice((6, 20, 60, 400))
    grow = rng.choice((0.4, 0.6, 0.9))
    s, out = set(), []
    for _ in range(rng.choice((20, 60, 150))):
        r, note = rng.random(), ""
        if r < grow:
            key = some_key(rng, strs, span)
            s.add(key)
            step = "a" + show(key)
        elif r < 0.95:
            op = rng.choice("dddp")
            if not s:
                continue
            if op == "d":
                key = rng.choice(list(s))
                s.discard(key)
                step = "d" + show(key)
            else:
                step, note = "p", ":" + show(s.pop())
        else:
            op = rng.choice("cyyuUkrnmmeo")
            k, n = rng.randrange(span), rng.randrange(1, span)
            items = range(k, k + n)
            step = op + (f"{k},{n}" if op in "uUkrnme" else "")
            if op == "c":
                s.clear()
            elif op == "y":
                s = s.copy()
            elif op == "u":
                s.update(list(items))
            elif op == "U":
                s.update(set(items))
            elif op == "k":
                s.update(dict.fromkeys(items))
            elif op == "r":
                s = s | set(items)
            elif op == "n":
                s = s & set(items)
            elif op == "m":
                s = s - set(items)
            elif op == "e":
                s = s ^ set(items)
            elif op == "o":
                note = ":" + ",".join(show(key) for key in s)
        out.append(f"{step}={sys.getsizeof(s)}{note}")
    out.append(f"o={sys.getsizeof(s)}:" + ",".join(show(key) for key in s))
    return " ".join(out)


def main():
    rng = random.Random(3130)
    for name, trace in (("dict_traces.txt", dict_trace), ("set_traces.txt", set_trace)):
        with open(name, "w") as out:
            for _ in range(60):
                out.write(trace(rng) + "\n")


main()
