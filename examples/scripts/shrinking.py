# Section 21 of the memory document: what comes back when a container has less in it.
import sys


def capacity(xs):
    return (sys.getsizeof(xs) - sys.getsizeof([])) // 8


xs = list(range(1_000_000))
print("a million items:", capacity(xs), "places")
del xs[:500_000]
print("half of them:", capacity(xs))
del xs[:1]
print("one less:", capacity(xs))
del xs[:399_999]
print("the last 100000:", capacity(xs))
print("copied:", capacity(xs[:]), capacity(list(xs)))

# A list that is emptied from its end gives back in steps, as it took.
ys = [None] * 100
steps = []
while ys:
    ys.pop()
    step = (len(ys), capacity(ys))
    if not steps or steps[-1][1] != step[1]:
        steps.append(step)
print("popping 100:", steps)

# A list that sways between two lengths does not ask for memory each time.
ys = [None] * 100
seen = set()
for turn in range(1000):
    del ys[60:]
    seen.add(capacity(ys))
    ys += [None] * 40
    seen.add(capacity(ys))
print("swaying between 60 and 100:", seen)

# Dicts and sets do not shrink at all, until something is added, or copied, or all is cleared.
d = {i: i for i in range(1000)}
s = set(range(1000))
full = sys.getsizeof(d), sys.getsizeof(s)
for i in range(990):
    del d[i]
    s.discard(i)
print("dict and set of 1000:", *full, "of 10:", sys.getsizeof(d), sys.getsizeof(s))
print("copied:", sys.getsizeof(dict(d)), sys.getsizeof(set(s)))
d.clear()
s.clear()
print("cleared:", sys.getsizeof(d), sys.getsizeof(s))
