"""When objects that modules hold are let go."""
import gc, sys, weakref
from itertools import *
from functools import *
from collections import *
from operator import itemgetter
import heapq
gc.disable()
class D:
    def __init__(self, n): self.n = n
    def __del__(self): print('del', self.n)
    def __repr__(self): return f'D{self.n}'
def items(n):
    for i in range(n): yield D(i)
print('chain'); 
for x in chain(items(2), items(1)): print(x)
del x
print('pairwise')
for a, b in pairwise(items(3)): print(a, b)
del a, b
print('islice'); x = list(islice(items(5), 1, 4, 2)); print(x); del x
print('cycle'); c = cycle(items(2)); print([next(c) for _ in range(5)]); del c
print('tee'); a, b = tee(items(3)); print(next(a), next(a)); print('b', next(b)); del a; print('a gone'); del b
print('groupby')
for k, g in groupby(items(4), key=lambda d: d.n // 2): print(k, list(g))
del k, g
print('product'); p = product([D('p')], [1, 2]); print(next(p)); print(next(p)); del p
print('product last'); p = product([D('q')]); t = next(p); del p; print('p gone'); del t
print('zip_longest'); z = zip_longest(items(2), items(1)); print(next(z)); print(next(z)); print(next(z, None)); del z
print('batched'); b = batched(items(3), 2); print(next(b)); print(next(b)); del b
print('takewhile'); t = list(takewhile(lambda d: d.n < 1, items(3))); print(t); del t
print('accumulate'); a = accumulate(items(3), lambda x, y: y); print(next(a), next(a)); del a
print('compress'); print(list(compress(items(3), [1, 0, 1])))
print('starmap'); print(list(starmap(lambda d: d.n, ((D(i),) for i in range(2)))))
print('repeat'); r = repeat(D('r'), 2); print(list(r)); del r
print('deque'); d = deque(items(3)); d.popleft(); d.append(D('x')); d.rotate(1); print(d); del d
print('deque maxlen'); d = deque(maxlen=2); [d.append(x) for x in items(4)]; print(d); d.extendleft(items(1)); print(d); d.clear(); print('cleared'); del d
print('deque del'); d = deque(items(4)); del d[1]; print('one'); d[0] = None; print('two'); d.remove(d[1]); print('three'); del d
print('defaultdict'); d = defaultdict(lambda: D('made')); d['a']; d['b'] = D('b'); del d['a']; print('-'); d.clear(); del d
print('ordered'); o = OrderedDict(); o['a'] = D('a'); o['b'] = D('b'); o['a'] = D('a2'); o.move_to_end('a'); o.popitem(); print('-'); o.pop('b'); print('-'); o['z'] = D('z'); del o
print('counter'); c = Counter([1, 1]); del c
print('partial'); p = partial(print, D('arg'), sep=D('kw')); del p
print('lru')
@lru_cache(maxsize=2)
def make(n): return D(n)
make(1); make(2); make(1); make(3); print('full'); make(4); make.cache_clear(); print('cleared')
make(5); del make; print('gone')
print('key'); k = cmp_to_key(lambda a, b: 0)(D('k')); del k
print('itemgetter'); i = itemgetter(D('key')); del i
print('heap')
class H(D):
    def __lt__(self, other): return self.n < other.n
h = [H(3), H(1), H(2)]; heapq.heapify(h); heapq.heappop(h); print('popped'); heapq.heappushpop(h, H(0)); print('-'); heapq.heapreplace(h, H(9)); print('-'); del h
print('namedtuple'); P = namedtuple('P', 'a b'); p = P(D('pa'), D('pb')); q = p._replace(a=1); del p; print('-'); del q
print('reduce'); print(reduce(lambda a, b: b, items(3)))
print('refs'); x = object(); n = sys.getrefcount(x)
d = deque([x]); o = OrderedDict(a=x); f = defaultdict(None, a=x); p = partial(print, x); r = repeat(x); print(sys.getrefcount(x) - n)
del d, o, f, p, r; print(sys.getrefcount(x) - n)
print('cycles'); 
class N: pass
def cyc(make):
    n = N(); n.me = make(n); w = weakref.ref(n); del n; gc.collect(); return w() is None
print([cyc(m) for m in (lambda n: deque([n]), lambda n: OrderedDict(a=n), lambda n: defaultdict(None, a=n), lambda n: partial(print, n), lambda n: repeat(n), lambda n: chain([n]), lambda n: cycle([n]), lambda n: tee([n])[0], lambda n: iter(deque([n])), lambda n: product([n]), lambda n: permutations([n]), lambda n: combinations([n], 1), lambda n: zip_longest([n]), lambda n: groupby([n]), lambda n: accumulate([n]), lambda n: pairwise([n]), lambda n: islice([n], 1), lambda n: batched([n], 1), lambda n: itemgetter(n), lambda n: cmp_to_key(print)(n), lambda n: lru_cache(lambda: n), lambda n: starmap(n.__init__, []), lambda n: compress([n], []), lambda n: OrderedDict(a=n).items(), lambda n: iter(OrderedDict(a=n)))])
def weak(x):
    w = weakref.ref(x); del x; return w() is None
print([weak(m()) for m in (deque, OrderedDict, lambda: partial(print), lambda: lru_cache(print), lambda: tee([])[0])] if False else 'weak')
print([type(weakref.ref(x)).__name__ for x in (deque(), OrderedDict(), partial(print), lru_cache(print), tee([])[0])])
for bad in (count(), chain(), defaultdict()):
    try: weakref.ref(bad); print('ok')
    except TypeError as e: print(e)
# Left for the end, in cycles and not.
left = deque(); left.append(left); left_od = OrderedDict(); left_od['me'] = left_od; left_p = partial(print, left); left_c = cycle([left]); next(left_c)
@lru_cache
def left_cache(x): return left_cache
left_cache(1)
chain_of = None
for i in range(100000): chain_of = chain(chain_of) if i % 2 else islice(chain_of or [], 5)
del chain_of
dq = None
for i in range(100000): dq = deque([dq])
del dq
pp = print
for i in range(1000): pp = partial(pp, i)
print(len(pp.args)); t = iter(range(10**5))
a, b = tee(t)
for _ in a: pass
del a, b
print('end')
