"""Recipes and simulations over the modules."""
import collections, functools, heapq, itertools, math, operator, sys
from collections import deque, Counter, defaultdict, namedtuple, OrderedDict, ChainMap, UserDict
from itertools import *
from functools import partial, lru_cache, reduce, cache, cached_property, singledispatch
from array import array
from bisect import bisect_left, bisect_right, insort
import collections.abc as cabc

def take(n, it): return list(islice(it, n))
def prepend(v, it): return chain([v], it)
def tabulate(f, start=0): return map(f, count(start))
def tail(n, it): return iter(deque(it, maxlen=n))
def consume(it, n=None): deque(it, maxlen=0) if n is None else next(islice(it, n, n), None)
def nth(it, n, default=None): return next(islice(it, n, None), default)
def all_equal(it):
    g = groupby(it); return next(g, True) and not next(g, False)
def quantify(it, pred=bool): return sum(map(pred, it))
def ncycles(it, n): return chain.from_iterable(repeat(tuple(it), n))
def flatten(xs): return chain.from_iterable(xs)
def repeatfunc(f, times=None, *args): return starmap(f, repeat(args)) if times is None else starmap(f, repeat(args, times))
def grouper(it, n, fillvalue=None): return zip_longest(*[iter(it)] * n, fillvalue=fillvalue)
def partition(pred, it):
    a, b = tee(it); return filterfalse(pred, a), filter(pred, b)
def subslices(seq): return map(operator.getitem, repeat(seq), starmap(slice, combinations(range(len(seq) + 1), 2)))
def powerset(it):
    s = list(it); return chain.from_iterable(combinations(s, r) for r in range(len(s) + 1))
def unique_everseen(it, key=None):
    seen = set()
    for x in it:
        k = x if key is None else key(x)
        if k not in seen: seen.add(k); yield x
def unique_justseen(it, key=None): return map(next, map(operator.itemgetter(1), groupby(it, key)))
def sliding_window(it, n):
    it = iter(it); w = deque(islice(it, n - 1), maxlen=n)
    for x in it: w.append(x); yield tuple(w)
def triplewise(it):
    for (a, _), (b, c) in pairwise(pairwise(it)): yield a, b, c
def convolve(signal, kernel):
    kernel = tuple(kernel)[::-1]; n = len(kernel)
    padded = chain(repeat(0, n - 1), signal, repeat(0, n - 1))
    for w in sliding_window(padded, n): yield sum(map(operator.mul, kernel, w))
def polynomial_from_roots(roots): return list(reduce(convolve, [(1, -r) for r in roots], [1]))
def iter_index(it, value, start=0):
    for i, x in enumerate(islice(it, start, None), start):
        if x == value: yield i
def sieve(n):
    data = bytearray((0, 1)) * (n // 2); data[:3] = 0, 0, 0; limit = math.isqrt(n) + 1
    for p in compress(range(limit), data): data[p * p : n : p + p] = bytes(len(range(p * p, n, p + p)))
    data[2] = 1; return iter_index(data, 1) if n > 2 else iter([])
def transpose(m): return zip(*m, strict=True)
def matmul(a, b): return batched(starmap(lambda r, c: sum(map(operator.mul, r, c)), product(a, transpose(b))), len(b[0]))
print(take(3, count()), list(prepend(0, 'ab')), take(3, tabulate(str)), list(tail(2, 'abcd')), nth('abc', 1), nth('abc', 9, 'd'), all_equal('aaa'), all_equal('ab'), all_equal(''), quantify([0, 1, 2]))
it = iter('abcdef'); consume(it, 2); print(next(it)); consume(it); print(next(it, 'gone'))
print(list(ncycles('ab', 2)), list(flatten([[1], [2, 3]])), list(repeatfunc(pow, 3, 2, 3)), list(grouper('abcde', 2, 'x')), [list(p) for p in partition(str.isupper, 'aBcD')], list(subslices('abc')), list(powerset('abc')))
print(list(unique_everseen('AAbBcaC', str.lower)), list(unique_justseen('AAABBA')), list(sliding_window('abcd', 2)), list(triplewise('abcde')), list(convolve([1, 2, 3], [1, 1])), polynomial_from_roots([5, -4, 3]), list(sieve(50)), list(matmul([(7, 5), (3, 5)], [[2, 5], [7, 9]])))
REMOVED = '<removed>'
class Tasks:
    def __init__(self): self.heap, self.find, self.count = [], {}, count()
    def add(self, task, priority=0):
        if task in self.find: self.remove(task)
        entry = [priority, next(self.count), task]; self.find[task] = entry; heapq.heappush(self.heap, entry)
    def remove(self, task): self.find.pop(task)[-1] = REMOVED
    def pop(self):
        while self.heap:
            p, c, task = heapq.heappop(self.heap)
            if task is not REMOVED: del self.find[task]; return task
        raise KeyError('pop from an empty priority queue')
t = Tasks(); [t.add(*a) for a in [('write', 5), ('spec', 1), ('test', 4), ('write', 0)]]; t.remove('test')
print(t.pop(), t.pop())
try: t.pop()
except KeyError as e: print(e)
class Scheduler:
    def __init__(self): self.ready, self.sleeping, self.now, self.seq = deque(), [], 0, count()
    def spawn(self, gen): self.ready.append(gen)
    def run(self):
        while self.ready or self.sleeping:
            if not self.ready:
                self.now, _, gen = heapq.heappop(self.sleeping); self.ready.append(gen)
            gen = self.ready.popleft()
            try: delay = next(gen)
            except StopIteration as stop: print(self.now, 'done', stop.value)
            else: heapq.heappush(self.sleeping, (self.now + delay, next(self.seq), gen))
def worker(name, delays):
    for d in delays: print(s.now, name); yield d
    return name
s = Scheduler(); s.spawn(worker('a', [3, 1])); s.spawn(worker('b', [1, 1, 1])); s.run()
def life(cells):
    near = Counter((x + dx, y + dy) for x, y in cells for dx, dy in product((-1, 0, 1), repeat=2) if dx or dy)
    return {c for c, n in near.items() if n == 3 or (n == 2 and c in cells)}
cells = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
for _ in range(4): cells = life(cells)
print(sorted(cells))
def ladder(start, goal, words):
    buckets = defaultdict(list)
    for w in words:
        for i in range(len(w)): buckets[w[:i] + '_' + w[i+1:]].append(w)
    paths = deque([[start]]); seen = {start}
    while paths:
        p = paths.popleft()
        if p[-1] == goal: return p
        for i in range(len(p[-1])):
            for w in buckets[p[-1][:i] + '_' + p[-1][i+1:]]:
                if w not in seen: seen.add(w); paths.append(p + [w])
print(ladder('cold', 'warm', ['cold', 'cord', 'card', 'ward', 'warm', 'word', 'worm', 'corm']))
@cache
def edit(a, b):
    if not a or not b: return len(a) + len(b)
    return min(edit(a[1:], b) + 1, edit(a, b[1:]) + 1, edit(a[1:], b[1:]) + (a[0] != b[0]))
print(edit('kitten', 'sitting'), edit.cache_info().currsize)
@lru_cache(maxsize=None)
def knapsack(i, room):
    if i == len(GOODS): return 0
    w, v = GOODS[i]; best = knapsack(i + 1, room)
    return max(best, v + knapsack(i + 1, room - w)) if w <= room else best
GOODS = ((12, 4), (2, 2), (1, 1), (1, 2), (4, 10)); print(knapsack(0, 15))
class DSU:
    def __init__(self, xs): self.parent = {x: x for x in xs}
    def find(self, x):
        while self.parent[x] != x: self.parent[x] = self.parent[self.parent[x]]; x = self.parent[x]
        return x
    def join(self, a, b): a, b = self.find(a), self.find(b); self.parent[a] = b; return a != b
edges = [(7, 'A', 'D'), (5, 'A', 'B'), (8, 'B', 'C'), (9, 'B', 'D'), (7, 'B', 'E'), (5, 'C', 'E')]
d = DSU('ABCDE'); heap = edges[:]; heapq.heapify(heap); tree = []
while heap:
    w, a, b = heapq.heappop(heap)
    if d.join(a, b): tree.append((w, a + b))
print(tree, sum(w for w, _ in tree))
def astar(grid, start, goal):
    h = lambda p: abs(p[0] - goal[0]) + abs(p[1] - goal[1])
    queue = [(h(start), 0, start)]; best = {start: 0}; came = {}
    while queue:
        _, g, p = heapq.heappop(queue)
        if p == goal:
            path = deque([p])
            while p in came: p = came[p]; path.appendleft(p)
            return len(path) - 1, path[1]
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            n = p[0] + dx, p[1] + dy
            if 0 <= n[0] < len(grid) and 0 <= n[1] < len(grid[0]) and grid[n[0]][n[1]] == '.' and g + 1 < best.get(n, 1 << 30):
                best[n] = g + 1; came[n] = p; heapq.heappush(queue, (g + 1 + h(n), g + 1, n))
print(astar(['..#.', '.#..', '....'], (0, 0), (0, 3)))
Point = namedtuple('Point', 'x y', defaults=(0,))
class Vec(namedtuple('Vec', 'x y')):
    __slots__ = ()
    def __add__(self, o): return self._make(map(operator.add, self, o))
    def __str__(self): return f'<{self.x}, {self.y}>'
print(Point(3), Vec(1, 2) + Vec(3, 4), str(Vec(1, 2)), sum([Vec(1, 1), Vec(2, 2)], Vec(0, 0)), max([Vec(1, 9), Vec(2, 0)]), {Vec(0, 0): 'o'}[(0, 0)])
class Circle:
    def __init__(self, r): self.r = r
    @cached_property
    def area(self): print('computing'); return round(math.pi * self.r ** 2, 3)
c = Circle(2); print(c.area, c.area, vars(c)); del c.area; print(c.area)
@singledispatch
def show(x): return f'?{x!r}'
@show.register
def _(x: int): return f'int {x}'
@show.register(list)
def _(x): return '[' + ', '.join(map(show, x)) + ']'
@show.register(cabc.Mapping) if False else show.register(dict)
def _(x): return '{' + ', '.join(f'{show(k)}: {show(v)}' for k, v in x.items()) + '}'
print(show([1, 'a', {2: [True]}]))
class Lower(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.lower(), v)
    def __getitem__(self, k): return super().__getitem__(k.lower())
    def __contains__(self, k): return k.lower() in self.data
h = Lower(Host='x'); h['ACCEPT'] = '*'; print(h, h['host'], 'accept' in h, h.get('nope'), len(h), isinstance(h, cabc.MutableMapping))
class History(cabc.MutableSequence):
    def __init__(self, *a): self.items, self.log = list(a), []
    def __getitem__(self, i): return self.items[i]
    def __setitem__(self, i, v): self.log.append(('set', i, v)); self.items[i] = v
    def __delitem__(self, i): self.log.append(('del', i)); del self.items[i]
    def __len__(self): return len(self.items)
    def insert(self, i, v): self.log.append(('ins', i, v)); self.items.insert(i, v)
x = History(1, 2, 3); x.append(4); x.reverse(); x.pop(); x += [9]; x.remove(3); print(list(x), x.log, 9 in x, x.index(9), x.count(2))
a = array('i', range(5)); b = memoryview(a); b[1:3] = array('i', [70, 80]); print(a, b.tolist(), sum(a)); b.release()
hist = array('I', bytes(4 * 26))
for ch in 'the quick brown fox'.replace(' ', ''): hist[ord(ch) - 97] += 1
print(hist.tolist(), [chr(i + 97) for i, n in enumerate(hist) if n > 1])
f = array('d', (i * 0.5 for i in range(4))); f.extend(f); print(f, f.index(1.5), f[::-2], f == array('d', f.tolist()))
scores = []
for v in [5, 1, 9, 5, 7]: insort(scores, v)
print(scores, bisect_left(scores, 5), bisect_right(scores, 5))
weights = list(accumulate([1, 3, 6])); print([('a', 'b', 'c')[bisect_right(weights, n)] for n in range(10)])
chainmap = defaultdict(Counter)
for p, n in pairwise('banana bandana'): chainmap[p][n] += 1
print({k: v.most_common(1) for k, v in sorted(chainmap.items())})
def tokens(text):
    it = iter(text); pushed = deque()
    nxt = lambda: pushed.popleft() if pushed else next(it, '')
    while (ch := nxt()):
        if ch.isspace(): continue
        if ch.isdigit():
            num = ch
            while (ch := nxt()).isdigit(): num += ch
            pushed.append(ch); yield int(num)
        else: yield ch
def evaluate(text):
    prec = dict(zip('+-*/^', (1, 1, 2, 2, 3))); ops = dict(zip('+-*/^', (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow)))
    out, stack = deque(), []
    def apply(): b, a = out.pop(), out.pop(); out.append(ops[stack.pop()](a, b))
    for t in tokens(text):
        if isinstance(t, int): out.append(t)
        elif t == '(': stack.append(t)
        elif t == ')':
            while stack[-1] != '(': apply()
            stack.pop()
        else:
            while stack and stack[-1] != '(' and (prec[stack[-1]] > prec[t] or prec[stack[-1]] == prec[t] and t != '^'): apply()
            stack.append(t)
    while stack: apply()
    return out.pop()
print(evaluate('3 + 4 * 2 / (1 - 5) ^ 2'), evaluate('2^3^2'), evaluate('(1+2)*(3+4)'))
compose = lambda *fs: reduce(lambda f, g: lambda x: f(g(x)), fs)
print(compose(str, partial(operator.add, 1), abs)(-4), list(map(operator.methodcaller('title'), ['ab', 'cd'])))
print(collections.abc.Iterable, isinstance([], cabc.Sequence), issubclass(Counter, cabc.Mapping), [k for k in sys.modules if k.startswith('collections')] == ['collections', 'collections.abc'] or 'order')
def fail(): return lru_cache(maxsize=4)(lambda x: 1 / x)(0)
try: fail()
except ZeroDivisionError as e: print(e, e.__traceback__.tb_next.tb_frame.f_code.co_name)
OrderedDict.fromkeys('ab').popitem(last=True) and list(OrderedDict(a=1).move_to_end('zz') or [])
