"""Graph searches, caches, counts, queues: the modules as programs use them."""
from collections import deque, defaultdict, Counter, OrderedDict, namedtuple, ChainMap
from functools import lru_cache, reduce, partial, total_ordering, wraps, cmp_to_key
from itertools import chain, groupby, islice, product, permutations, combinations, count, takewhile, accumulate, zip_longest, cycle, repeat, starmap, tee, pairwise, batched
from operator import itemgetter, attrgetter, mul, add
import heapq, bisect, operator

Edge = namedtuple('Edge', 'src dst weight')
EDGES = [Edge(*e) for e in [('A','B',7),('A','C',9),('A','F',14),('B','C',10),('B','D',15),('C','D',11),('C','F',2),('D','E',6),('E','F',9)]]
def adjacency(edges):
    graph = defaultdict(dict)
    for e in edges:
        graph[e.src][e.dst] = e.weight
        graph[e.dst][e.src] = e.weight
    return graph
def dijkstra(graph, start):
    dist = {start: 0}; prev = {}; queue = [(0, start)]; order = []
    while queue:
        d, node = heapq.heappop(queue)
        if d > dist.get(node, float('inf')): continue
        order.append(node)
        for nxt, w in sorted(graph[node].items()):
            nd = d + w
            if nd < dist.get(nxt, float('inf')):
                dist[nxt] = nd; prev[nxt] = node
                heapq.heappush(queue, (nd, nxt))
    return dist, prev, order
def path(prev, end):
    out = deque([end])
    while out[0] in prev: out.appendleft(prev[out[0]])
    return list(out)
graph = adjacency(EDGES)
dist, prev, order = dijkstra(graph, 'A')
print(sorted(dist.items()), order, path(prev, 'E'))
def bfs(maze, start, goal):
    queue = deque([(start, 0)]); seen = {start}
    while queue:
        (r, c), steps = queue.popleft()
        if (r, c) == goal: return steps
        for dr, dc in ((0,1),(1,0),(0,-1),(-1,0)):
            nr, nc = r+dr, c+dc
            if 0 <= nr < len(maze) and 0 <= nc < len(maze[0]) and maze[nr][nc] != '#' and (nr,nc) not in seen:
                seen.add((nr,nc)); queue.append(((nr,nc), steps+1))
    return None
maze = ["..#....", ".#..##.", "...#...", ".#...#.", "...#..."]
print(bfs(maze, (0,0), (4,6)), bfs(["..","##",".."],(0,0),(2,1)))
def toposort(deps):
    indeg = Counter(); out = defaultdict(list)
    for node, needs in deps.items():
        indeg[node] += 0
        for n in needs: indeg[node] += 1; out[n].append(node); indeg[n] += 0
    ready = sorted(n for n, c in indeg.items() if c == 0); result = []
    while ready:
        n = heapq.heappop(ready); result.append(n)
        for m in out[n]:
            indeg[m] -= 1
            if indeg[m] == 0: heapq.heappush(ready, m)
    if len(result) != len(indeg): raise ValueError('cycle: ' + ', '.join(sorted(n for n in indeg if indeg[n] > 0)))
    return result
print(toposort({'shirt':['tie'],'tie':['jacket'],'pants':['shoes','belt'],'belt':['jacket'],'socks':['shoes']}))
try: toposort({'a':['b'],'b':['a']})
except ValueError as e: print(e)
class LRU:
    def __init__(self, size): self.size, self.data, self.hits, self.misses = size, OrderedDict(), 0, 0
    def get(self, key, make):
        try: self.data.move_to_end(key); self.hits += 1
        except KeyError:
            self.misses += 1
            self.data[key] = make(key)
            if len(self.data) > self.size: self.data.popitem(last=False)
        return self.data[key]
lru = LRU(3)
print([lru.get(k, str.upper) for k in 'abcadaebfacd'], lru.hits, lru.misses, list(lru.data))
big = LRU(500)
total = 0
for i in range(20000): total += big.get((i * i) % 1009, lambda k: k)
print(total, big.hits, big.misses, len(big.data), next(iter(big.data)), next(reversed(big.data)))
@lru_cache(maxsize=None)
def lcs(a, b):
    if not a or not b: return ''
    if a[0] == b[0]: return a[0] + lcs(a[1:], b[1:])
    return max(lcs(a[1:], b), lcs(a, b[1:]), key=len)
print(lcs('AGGTABXYZQ', 'GXTXAYBYQZ'), lcs.cache_info())
@lru_cache(maxsize=64)
def collatz(n): return 1 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)
print(max(range(1, 300), key=collatz), collatz.cache_info())
TEXT = "the quick brown fox jumps over the lazy dog the fox and the dog were friends and the quick fox ran"
words = Counter(TEXT.split())
print(words.most_common(3), sum(words.values()), words['cat'], (words - Counter(the=3)).most_common(2))
by_len = {k: list(g) for k, g in groupby(sorted(words, key=lambda w: (len(w), w)), key=len)}
print(by_len)
index = defaultdict(set)
for i, line in enumerate(["to be or not", "to do is to be", "do be do be do"]):
    for w in line.split(): index[w].add(i)
print({w: sorted(s) for w, s in sorted(index.items())}, sorted(index['to'] & index['be']))
def josephus(n, k):
    ring = deque(range(1, n + 1)); out = []
    while ring: ring.rotate(1 - k); out.append(ring.popleft())
    return out
print(josephus(7, 3), josephus(41, 3)[-2:], josephus(200, 17)[-1])
def sliding_max(xs, k):
    d = deque(); out = []
    for i, x in enumerate(xs):
        while d and xs[d[-1]] <= x: d.pop()
        d.append(i)
        if d[0] <= i - k: d.popleft()
        if i >= k - 1: out.append(xs[d[0]])
    return out
print(sliding_max([1,3,-1,-3,5,3,6,7], 3))
def moving(xs, n):
    it = iter(xs); d = deque(islice(it, n - 1)); d.appendleft(0); s = sum(d)
    for x in it: s += x - d.popleft(); d.append(x); yield s / n
print(list(moving([40, 30, 50, 46, 39, 44], 3)))
Event = namedtuple('Event', 'time seq kind who')
def simulate(until):
    seq = count(); events = []; log = []; line = deque(); busy = None; served = Counter()
    def at(t, kind, who): heapq.heappush(events, Event(t, next(seq), kind, who))
    for i, t in enumerate(accumulate([1, 2, 2, 1, 4, 1, 3])): at(t, 'arrive', f'c{i}')
    while events and events[0].time <= until:
        e = heapq.heappop(events)
        if e.kind == 'arrive': line.append(e.who)
        else: busy = None; served[e.who[-1] in '024'] += 1
        if busy is None and line: busy = line.popleft(); at(e.time + 3, 'leave', busy)
        log.append(f'{e.time}:{e.kind[0]}{e.who}')
    return ' '.join(log), list(line), served
print(*simulate(15))
CSV = '''name,dept,salary
Ann,eng,100
"Bo, Jr",ops,80
Cy,eng,120
Di,"ops",95
'''
def parse(text):
    for line in text.splitlines():
        row = []; cell = []; quoted = False
        for ch in line:
            if ch == '"': quoted = not quoted
            elif ch == ',' and not quoted: row.append(''.join(cell)); cell.clear()
            else: cell.append(ch)
        row.append(''.join(cell)); yield row
rows = parse(CSV); Row = namedtuple('Row', next(rows)); data = [Row(*r)._replace(salary=int(r[2])) for r in rows]
print(data[1], max(data, key=attrgetter('salary')).name)
for dept, g in groupby(sorted(data, key=attrgetter('dept', 'salary')), key=attrgetter('dept')): g = list(g); print(dept, [r.name for r in g], sum(map(itemgetter(2), g)))
@total_ordering
class Version:
    def __init__(self, text): self.parts = tuple(map(int, text.split('.')))
    def __eq__(self, other): return self.parts == other.parts
    def __lt__(self, other): return self.parts < other.parts
    def __repr__(self): return '.'.join(map(str, self.parts))
    def __hash__(self): return hash(self.parts)
vs = [Version(v) for v in '1.10 1.2 1.2.3 0.9 1.10'.split()]
print(sorted(vs), max(vs), Version('1.2') >= Version('1.1'), len(set(vs)), bisect.bisect(sorted(vs), Version('1.5')))
def primes():
    composites = {}
    for n in count(2):
        p = composites.pop(n, None)
        if p is None: composites[n * n] = n; yield n
        else:
            m = n + p
            while m in composites: m += p
            composites[m] = p
print(list(islice(primes(), 10)), list(takewhile(lambda p: p < 40, primes()))[-1])
def queens(n): return sum(1 for p in permutations(range(n)) if len({p[i] + i for i in range(n)}) == n == len({p[i] - i for i in range(n)}))
print(queens(5), queens(6))
print(sum(1 for h in combinations(range(12), 3) if sum(h) == 15), [''.join(p) for p in product('ab', repeat=3)][::3], list(starmap(pow, zip(range(4), repeat(2)))))
def roundrobin(*its):
    pending = deque(map(iter, its))
    while pending:
        pending.rotate(-1)
        try: yield next(pending[-1])
        except StopIteration: pending.pop()
print(list(roundrobin('ABC', 'D', 'EF')), [list(filter(None, t)) for t in zip_longest(*[iter('abcdefg')] * 3)], list(batched('abcdefg', 3)))
print(reduce(mul, range(1, 8)), list(accumulate([3, 1, 4, 1, 5], max)), list(map(partial(pow, 2), range(5))), [b - a for a, b in pairwise([1, 4, 9, 16])])
def retry(times):
    def deco(f):
        @wraps(f)
        def g(*a, **k):
            for i in range(times):
                try: return f(*a, **k)
                except ValueError as e: last = e
            raise RuntimeError(f'{f.__name__} failed') from last
        g.calls = times
        return g
    return deco
state = iter([0, 0, 5])
@retry(3)
def flaky():
    "flaky doc"
    v = next(state)
    if not v: raise ValueError('zero')
    return v
print(flaky(), flaky.__name__, flaky.__doc__, flaky.calls)
class Median:
    def __init__(self): self.lo, self.hi = [], []
    def add(self, x):
        heapq.heappush(self.hi, -heapq.heappushpop(self.lo, -x))
        if len(self.hi) > len(self.lo): heapq.heappush(self.lo, -heapq.heappop(self.hi))
    def get(self): return -self.lo[0] if len(self.lo) > len(self.hi) else (self.hi[0] - self.lo[0]) / 2
m = Median(); out = []
for x in [5, 2, 8, 1, 9, 3]: m.add(x); out.append(m.get())
print(out, heapq.nlargest(2, data, key=attrgetter('salary'))[0].name, list(heapq.merge([1, 5], [2, 6], [0])))
def grade(score, cuts=(60, 70, 80, 90), letters='FDCBA'): return letters[bisect.bisect(cuts, score)]
print([grade(s) for s in (33, 99, 77, 70, 89, 90, 100)])
config = ChainMap({'color': 'red'}, {'user': 'me', 'color': 'blue'}, {'debug': False})
print(config['color'], dict(sorted(config.items())), config.new_child({'debug': True})['debug'])
def merge_intervals(xs):
    out = []
    for a, b in sorted(xs):
        if out and a <= out[-1][1]: out[-1] = (out[-1][0], max(b, out[-1][1]))
        else: out.append((a, b))
    return out
print(merge_intervals([(8, 10), (1, 3), (2, 6), (15, 18), (17, 20)]))
class Trie:
    def __init__(self): self.next = defaultdict(Trie); self.end = False
    def add(self, w):
        node = self
        for ch in w: node = node.next[ch]
        node.end = True
    def words(self, prefix=''):
        if self.end: yield prefix
        for ch, node in sorted(self.next.items()): yield from node.words(prefix + ch)
t = Trie()
for w in ('to', 'tea', 'ted', 'ten', 'inn', 'in'): t.add(w)
print(list(t.words()))
def huffman(freq):
    tick = count(); heap = [(f, next(tick), s) for s, f in sorted(freq.items())]; heapq.heapify(heap)
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap); heapq.heappush(heap, (a[0] + b[0], next(tick), (a[2], b[2])))
    codes = {}
    def walk(n, code):
        if isinstance(n, tuple): walk(n[0], code + '0'); walk(n[1], code + '1')
        else: codes[n] = code
    walk(heap[0][2], ''); return codes
print(sorted(huffman(Counter('abracadabra')).items()))
print(sorted(['b1', 'a10', 'a2'], key=cmp_to_key(lambda x, y: (x[0] > y[0]) - (x[0] < y[0]) or int(x[1:]) - int(y[1:]))))
table = {'+': operator.add, '-': operator.sub, '*': operator.mul, '/': operator.truediv}
def rpn(s):
    st = []
    for tok in s.split():
        if tok in table: b, a = st.pop(), st.pop(); st.append(table[tok](a, b))
        else: st.append(float(tok))
    return st.pop()
print(rpn('3 4 + 2 * 7 /'))
try: rpn('1 0 /')
except ZeroDivisionError as e: print(type(e).__name__, e)
