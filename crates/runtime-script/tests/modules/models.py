"""Long runs of random operations, each checked against a plain list."""
from collections import deque, OrderedDict
from array import array
from functools import lru_cache
import heapq, bisect, itertools
seed = 12345
def rnd(n):
    global seed
    seed = (seed * 1103515245 + 12345) % (1 << 31)
    return (seed >> 8) % n
def outcome(f, *a):
    try: return f(*a)
    except (IndexError, ValueError, KeyError) as e: return type(e).__name__
def run_deque(maxlen, steps):
    d, m = deque(maxlen=maxlen), []
    def trim(left):
        if maxlen is not None:
            while len(m) > maxlen: m.pop(0 if not left else -1)
    for step in range(steps):
        op, x = rnd(16), rnd(100)
        if op < 3: d.append(x); m.append(x); trim(False)
        elif op < 6: d.appendleft(x); m.insert(0, x); trim(True)
        elif op == 6: assert outcome(d.pop) == outcome(m.pop) or not m
        elif op == 7: assert outcome(d.popleft) == (m.pop(0) if m else 'IndexError')
        elif op == 8:
            k = rnd(201) - 100; d.rotate(k)
            if m: k %= len(m); m[:] = m[-k:] + m[:-k] if k else m
        elif op == 9:
            xs = [rnd(100) for _ in range(rnd(70))]; d.extend(xs)
            for y in xs: m.append(y); trim(False)
        elif op == 10:
            xs = [rnd(100) for _ in range(rnd(70))]; d.extendleft(xs)
            for y in xs: m.insert(0, y); trim(True)
        elif op == 11 and m: i = rnd(len(m)); d[i] = x; m[i] = x
        elif op == 12 and m: i = rnd(len(m)); del d[i - len(m)]; del m[i]
        elif op == 13:
            i = rnd(60) - 30
            if maxlen is None or len(m) < maxlen: d.insert(i, x); m.insert(i, x)
        elif op == 14: assert (outcome(d.remove, x) == 'ValueError') == (outcome(m.remove, x) == 'ValueError')
        elif op == 15: d.reverse(); m.reverse()
        if rnd(400) == 0: d.clear(); m.clear()
        assert len(d) == len(m)
        if step % 16 == 0:
            assert list(d) == m and list(reversed(d)) == m[::-1] and d == deque(m)
            assert all(d[i] == m[i] for i in range(0, len(m), 13)), (step, op)
            assert d.count(x) == m.count(x) and (x in d) == (x in m)
    return len(d), sum(d)
print(run_deque(None, 4000), run_deque(5, 2000), run_deque(130, 2000), run_deque(0, 300))
def run_array(code, steps):
    a, m = array(code), []
    for step in range(steps):
        op, x = rnd(14), rnd(100)
        if op < 3: a.append(x); m.append(x)
        elif op == 3: i = rnd(80) - 40; a.insert(i, x); m.insert(i, x)
        elif op == 4: assert outcome(a.pop) == outcome(m.pop)
        elif op == 5 and m: i = rnd(len(m)); assert a.pop(i) == m.pop(i)
        elif op == 6: xs = [rnd(100) for _ in range(rnd(30))]; a.extend(xs); m.extend(xs)
        elif op in (7, 8):
            i, j = rnd(90) - 45, rnd(90) - 45; xs = [rnd(100) for _ in range(rnd(9))]
            a[i:j] = array(code, xs); m[i:j] = xs
        elif op == 9: i, j, k = rnd(90) - 45, rnd(90) - 45, rnd(7) - 3 or 1; assert a[i:j:k].tolist() == m[i:j:k]
        elif op == 10: i, j, k = rnd(90) - 45, rnd(90) - 45, rnd(7) - 3 or 2; del a[i:j:k]; del m[i:j:k]
        elif op == 11: assert (outcome(a.remove, x) == 'ValueError') == (outcome(m.remove, x) == 'ValueError')
        elif op == 12: a.reverse(); m.reverse()
        elif op == 13 and len(m) < 200: k = rnd(3); a *= k; m *= k
        assert a.tolist() == m, (step, op)
        if step % 50 == 0:
            b = array(code, a.tobytes()); assert b == a and len(memoryview(a)) == len(m) and a.itemsize * len(a) == len(a.tobytes())
    return len(a), sum(a)
print([run_array(c, 700) for c in 'bBhHiIlLqQfd'])
def run_ordered(steps):
    o, m = OrderedDict(), []
    for step in range(steps):
        op, k, v = rnd(12), rnd(40), rnd(1000)
        at = next((i for i, (kk, _) in enumerate(m) if kk == k), None)
        if op < 4:
            o[k] = v
            if at is None: m.append((k, v))
            else: m[at] = (k, v)
        elif op == 4: assert (o.pop(k, None) is None) == (at is None); at is None or m.pop(at)
        elif op == 5 and at is not None: del o[k]; m.pop(at)
        elif op in (6, 7) and at is not None: o.move_to_end(k, last=False); m.insert(0, m.pop(at))
        elif op in (8, 9) and at is not None: o.move_to_end(k); m.append(m.pop(at))
        elif op == 10 and m: assert o.popitem(last=bool(v & 1)) == m.pop(-1 if v & 1 else 0)
        elif op == 11: assert o.setdefault(k, v) == (m[at][1] if at is not None else v); at is not None or m.append((k, v))
        assert list(o.items()) == m and len(o) == len(m), (step, op)
        if step % 20 == 0: assert list(reversed(o)) == [k for k, _ in m][::-1] and o == OrderedDict(m) and o.copy() == o
    return m[:3]
print(run_ordered(4000))
calls = 0
def run_cache(size, steps):
    global calls
    calls = 0
    @lru_cache(maxsize=size)
    def f(x):
        global calls
        calls += 1
        return x * x
    model, misses = [], 0
    for _ in range(steps):
        x = rnd(30) * rnd(3)
        assert f(x) == x * x
        if x in model: model.remove(x)
        else:
            misses += 1
            if len(model) == size: model.pop(0)
        model.append(x)
    info = f.cache_info(); assert info.misses == misses == calls and info.currsize == len(model), info
    return tuple(info)
print(run_cache(1, 500), run_cache(7, 3000), run_cache(20, 3000))
h, m = [], []
for step in range(4000):
    x = rnd(1000)
    if rnd(3): heapq.heappush(h, x); bisect.insort(m, x)
    elif m: assert heapq.heappop(h) == m.pop(0)
    assert not m or h[0] == m[0]
print(len(h), sorted(h) == m, heapq.nsmallest(3, h), heapq.nlargest(3, h), list(heapq.merge(m[::2], m[1::2])) == m)
for _ in range(50):
    xs = [rnd(5) for _ in range(rnd(7))]; r = rnd(4)
    assert list(itertools.combinations(xs, r)) == [tuple(xs[i] for i in ix) for ix in itertools.product(range(len(xs)), repeat=r) if list(ix) == sorted(set(ix))]
    assert list(itertools.permutations(xs, r)) == [tuple(xs[i] for i in ix) for ix in itertools.product(range(len(xs)), repeat=r) if len(set(ix)) == r]
    assert list(itertools.combinations_with_replacement(xs, r)) == [tuple(xs[i] for i in ix) for ix in itertools.product(range(len(xs)), repeat=r) if list(ix) == sorted(ix)]
    a, b, c = rnd(8), rnd(8), rnd(3) + 1
    assert list(itertools.islice(xs, a, b, c)) == xs[a:b:c]
    readers = list(itertools.tee(iter(xs), 3)); got = [[], [], []]
    for _ in range(40):
        i = rnd(3); got[i].extend(itertools.islice(readers[i], rnd(3)))
    assert all(g == xs[:len(g)] for g in got)
print('ok')
