"""Callbacks that change what is being worked on."""
from collections import *
from itertools import *
from functools import *
from operator import itemgetter, attrgetter, methodcaller
from array import array
import heapq, bisect
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
class Eq:
    def __init__(s, f, ans=False): s.f = f; s.ans = ans
    def __eq__(s, o): s.f(); return s.ans
    def __lt__(s, o): s.f(); return s.ans
    __hash__ = object.__hash__
d = deque([1, 2, 3]); d.extend([Eq(d.clear), 5])
for f in (lambda: d.count(0), lambda: d.index(0), lambda: d.remove(0), lambda: 0 in d): d.clear(); d.extend([1, Eq(d.clear), 5]); show(f)
d = deque([Eq(lambda: d.clear(), True)]); show(lambda: d.remove(0)); print(d)
a = deque([1, 2]); b = deque([1, 2]); a[0] = Eq(lambda: b.clear(), True); show(lambda: a == b)
a = deque([Eq(lambda: a.append(1), True), 2]); show(lambda: a == deque([1, 2]))
class It:
    def __init__(s, f, n=3): s.f = f; s.n = n
    def __iter__(s): return s
    def __next__(s):
        s.n -= 1
        if s.n < 0: raise StopIteration
        s.f(); return s.n
d = deque(); show(lambda: d.extend(It(d.clear))); print(d); d = deque([9]); show(lambda: d.extendleft(It(lambda: d.pop()))); print(d)
d = deque(maxlen=2); show(lambda: d.extend(It(lambda: d.append('x')))); print(d)
class Del:
    def __init__(s, f): s.f = f
    def __del__(s): s.f()
d = deque(maxlen=1); d.append(Del(lambda: d.append('from del') if len(d) < 5 else None)); d.append(1); print(len(d), d)
d = deque([Del(lambda: d.extend(range(200))), 1, 2]); d.clear(); print(len(d))
d = deque([Del(lambda: d.clear()), 1, 2]); d.popleft(); print(len(d)); d = deque(range(3)); d.append(Del(lambda: d.append(0))); d[3] = None; print(d)
class R:
    def __repr__(s): d.clear(); return 'R'
d = deque([R(), 1]); print(d, len(d))
h = []; 
class L:
    def __init__(s, v, f): s.v = v; s.f = f
    def __lt__(s, o): s.f(); return s.v < o.v
for op in (lambda: heapq.heappush(h, L(0, h.clear)), lambda: heapq.heappop(h), lambda: heapq.heapify(h), lambda: heapq.heapreplace(h, L(3, h.clear)), lambda: heapq.heappushpop(h, L(3, h.clear)), lambda: heapq._heapify_max(h)):
    for f in (h.clear, lambda: h.append(1), lambda: None):
        h[:] = [L(i, f) for i in (1, 2, 3, 4, 5)]; show(lambda: (op(), len(h))[1])
l = [1, 2, 3]; show(lambda: bisect.bisect(l, Eq(l.clear))); l = [1, 2, 3, 4]; show(lambda: bisect.insort(l, Eq(lambda: l.clear()))); print(len(l)); show(lambda: bisect.bisect([1, 2, 3], 2, key=lambda x: 1 / 0))
c = None
def reenter():
    if c is not None: next(c, None)
for mk in (lambda i: chain(i, i), cycle, accumulate, pairwise, lambda i: islice(i, 3), lambda i: compress(i, repeat(1)), lambda i: dropwhile(lambda x: False, i), lambda i: filterfalse(lambda x: False, i), lambda i: takewhile(lambda x: True, i)):
    c = mk(It(reenter, 6)); show(lambda: list(islice(c, 10)))

od = OrderedDict((i, i) for i in range(5))
def each(f):
    for k in od: f(k)
show(lambda: each(lambda k: od.pop(k))); show(lambda: each(lambda k: od.move_to_end(k))); show(lambda: each(lambda k: od.__setitem__(k + 100, 1))); show(lambda: each(lambda k: od.clear())); print(od)
class K:
    def __init__(s, f): s.f = f
    def __hash__(s): return 1
    def __eq__(s, o): s.f(); return False


dd = defaultdict(lambda: dd.clear() or 7); dd[1] = 1; print(dd[2], dict(dd)); dd = defaultdict(lambda: dd[0]); show(lambda: dd[1]) if False else None
@lru_cache(maxsize=2)
def f(x):
    if x > 0: f(x - 1); f.cache_clear() if x == 2 else None
    return x
print(f(3), f.cache_info()); print(f(3), f.cache_info())
@lru_cache(maxsize=3)
def same(x, depth=0):
    if depth < 3: return same(x, depth=depth + 1)
    return x
print(same(1), same.cache_info())
class HK:
    def __init__(s, f): s.f = f
    def __hash__(s): return 5
    def __eq__(s, o): s.f(); return False
@lru_cache(maxsize=2)
def hk(x): return 1
print(hk(HK(lambda: None)), hk(HK(lambda: hk.cache_clear())), hk(HK(lambda: None)), hk.cache_info().misses)
@lru_cache(maxsize=None)
def boom(x): raise KeyError(x)
show(lambda: boom(1)); show(lambda: boom(1)); print(boom.cache_info())
def deep(n): return deep_c(n - 1) if n else 0
deep_c = lru_cache(None)(deep); show(lambda: deep_c(100)); show(lambda: deep_c(5000))
a = array('i', [1, 2, 3])
class Ix:
    def __init__(s, f): s.f = f
    def __index__(s): s.f(); return 1
show(lambda: a.append(Ix(a.clear))); print(a); a = array('i', [1, 2, 3]); show(lambda: a.__setitem__(Ix(lambda: a.pop()), 9)); print(a); a = array('i', range(5)); show(lambda: a.pop(Ix(a.clear))); a = array('i', range(5)); show(lambda: a[Ix(a.clear):3]); a = array('i', range(5)); show(lambda: a.insert(Ix(a.clear), 7)); print(a); a = array('i', range(5)); show(lambda: a.__delitem__(slice(Ix(a.clear), 3))); print(a); a = array('i', range(3)); show(lambda: a.extend(It(lambda: a.clear()))); print(a); a = array('i', range(3)); m = memoryview(a); show(lambda: a.extend(It(lambda: None))); m.release(); print(a); l = [1, 2, Ix(lambda: l.clear()), 4]; a = array('i'); show(lambda: a.fromlist(l)); print(a); l = [1, Ix(lambda: l.clear()), 3]; show(lambda: array('i', l))
show(lambda: reduce(lambda x, y: x + y, It(lambda: 1 / 0), 0)); show(lambda: list(starmap(lambda *a: 1 / 0, [(1,)]))); show(lambda: partial(lambda **k: k, **{'a': 1})(**{'b': 2})); show(lambda: partial(print, 1, 2)(end='!\n', sep='-'))
p = partial(lambda *a: p.__class__); print(p() is partial); show(lambda: list(map(itemgetter(0), [[], 1]))); show(lambda: attrgetter('a.b')(1)); show(lambda: methodcaller('x', *[1], **{'y': 2})(3))
for n in (10**18, 2**63, 2**64, -1): show(lambda: next(islice(count(), n, None), 'none')) if n not in (10**18,) else None; show(lambda: deque(maxlen=n)); show(lambda: repeat(1, n)) ; show(lambda: combinations('ab', n)) if n < 0 or n > 2**62 * 3 else None
show(lambda: product(*[[1]] * 5, repeat=2**60)); show(lambda: nlarge(2**70)) if False else None
print(list(combinations(range(3), 2**20)), next(permutations(range(2), 2**20), 'none'))
t1, t2 = tee(It(lambda: next(t2, None), 4)); show(lambda: list(t1))
class K:
    def __init__(s, f): s.f = f
    def __hash__(s): return 1
    def __eq__(s, o): s.f(); return False
od = OrderedDict([(1, 1), (2, 2)]); show(lambda: od.move_to_end(K(lambda: None))); show(lambda: od.pop(K(lambda: None), 'dflt')); show(lambda: od[K(lambda: None)])
od[K(lambda: od.pop(2, None))] = 3; print(len(od)); show(lambda: od.__setitem__(K(lambda: od.pop(2, None)), 4)); print(len(od))
o1 = OrderedDict([(Eq(lambda: o1.move_to_end(2), True), 1), (2, 2), (3, 3)]); o2 = OrderedDict(o1); show(lambda: o1 == OrderedDict([(Eq(lambda: None), 1), (2, 2), (3, 3)]))
