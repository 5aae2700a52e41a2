import functools, itertools, operator, collections, heapq, bisect, array, sys
from functools import *
w = wraps(len)(lambda x: 0); print(w.__name__, w.__wrapped__ is len)
p = update_wrapper(partial(pow, 2), pow); print(p.__name__, p(3), p.__wrapped__ is pow)
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
for m in (functools, itertools, operator, collections, heapq, bisect, array):
    print(m.__name__)
    show(lambda: m.zzz)
print(sorted(n for n in dir(itertools) if not n.startswith('_')))
print(sorted(n for n in dir(operator) if not n.startswith('_') and 'matmul' not in n))
print(sorted(n for n in dir(bisect) if not n.startswith('_')))
print(sorted(n for n in functools.__all__), sorted(set(collections.__all__) - {'UserString'}))
print(operator.add.__name__, itertools.tee.__name__)
print(operator.add.__module__, itertools.tee.__module__, functools.reduce.__module__, heapq.heappush.__module__, len.__module__, [].append.__module__, len.__qualname__, [].append.__qualname__, collections.deque().append.__qualname__)
print(partial.__name__, partial.__module__, lru_cache(print).__class__)
show(lambda: itertools.count.nope); show(lambda: setattr(itertools.count, 'x', 1)); show(lambda: collections.deque.__iter__); show(lambda: collections.deque().__len__())
@lru_cache
def f(a, /, b, *, c=3): "doc"; return a, b, c
print(f(1, 2), f(1, b=2), f.__doc__, f.cache_parameters()); show(lambda: f()); show(lambda: f(1)); show(lambda: f.cache_info(1))
class A:
    @staticmethod
    @lru_cache
    def s(x): return x
    @classmethod
    @cache
    def c(cls, x): return cls.__name__, x
    @property
    @lru_cache
    def p(self): print('once'); return 1
print(A.s(1), A().s(1), A.c(2), A.p); a = A(); print(a.p, a.p)
print(repr(partialmethod(print, 1, k=2)))
print(isinstance(partial(print), partial), issubclass(partial, object), callable(operator.itemgetter(1)), callable(itertools.count))
print(itertools.chain([1]).__iter__().__next__(), hasattr(itertools.chain(), '__next__'), next(iter(collections.deque('a'))))
print([*itertools.chain.from_iterable([[1], [2]])], dict(zip('ab', itertools.count())), list(enumerate(itertools.repeat('x', 2))), sum(itertools.repeat(2, 3)), max(itertools.accumulate([1, 2])), 'b' in itertools.chain('ab'), sorted(itertools.chain('ba')), tuple(itertools.islice('abc', 2)), set(itertools.cycle([])), list(zip(itertools.count(), 'ab', strict=False)))
a, *b = itertools.islice('abc', 3); print(a, b); (x, y), z = itertools.pairwise('ab').__next__(), 1; print(x, y)
def gen():
    got = yield from itertools.chain('ab', itertools.repeat('c', 1)); print('got', got)
print(list(gen()))
for i, (k, g) in enumerate(itertools.groupby('aab')): print(i, k, len(list(g)))
print(list(map(operator.add, 'ab', 'cd')), list(filter(functools.partial(operator.lt, 1), [0, 1, 2, 3])), [f for f in map(operator.attrgetter('__name__'), (int, str))])
try: raise KeyError from ValueError(collections.Counter('a'))
except KeyError as e: print(repr(e.__cause__))
print('%s|%r|%5s' % (collections.deque([1]), collections.deque([1]), 'x'), f'{collections.Counter("a")!r:>20}', format(collections.deque(), ''))
show(lambda: format(collections.deque(), 'x')); show(lambda: collections.deque() - 1); show(lambda: -collections.deque()); show(lambda: itertools.count() + 1); show(lambda: len(itertools.count())); show(lambda: collections.OrderedDict() < {}); show(lambda: reversed(itertools.count())); show(lambda: collections.Counter('a')['b'].x)
d = collections.deque([3, 1, 2]); d2 = collections.deque(sorted(d)); print(d2, d > d2, min(d), sum(d), list(map(str, d)), bool(collections.deque([0])))
x = collections.defaultdict(list, {'a': [1]}); x['b'] += [2]; print(x); y = collections.Counter(); y['k'] += 1; y['k'] -= 3; print(y, +y)
n = collections.namedtuple('N', 'x y')(1, [2]); n.y.append(3); print(n); show(lambda: hash(n)); a, b = n; print(a, b, n.count(1), n.index([2, 3])); print(n._replace(x=0).x, n.__class__.__name__, n.__doc__ == 'N(x, y)')
def outer():
    P = collections.namedtuple('P', 'q'); return P
print(outer()(1), outer().__qualname__, outer().__module__, collections.namedtuple('Z', ['a'])._make('1'))
show(lambda: collections.namedtuple('P', 'x')(1).y); show(lambda: collections.namedtuple('P', 'x')(y=1)); show(lambda: collections.namedtuple('P', 'x', 'y')); show(lambda: collections.namedtuple(5, 'x')); show(lambda: collections.namedtuple('P', 5))
class TC:
    def __init__(self): self.calls = []
    def __getattr__(self, n): self.calls.append(n); return lambda *a, **k: (n, a, k)
print(operator.methodcaller('foo', 1, k=2)(TC()), operator.attrgetter('a')(TC())(9))
print(functools.reduce(lambda d, k: d[k], ['a', 'b'], {'a': {'b': 7}}), functools.reduce(operator.or_, [{1}, {2}]), functools.reduce(operator.concat, [[1], [2]]))
print(sorted([(1, 'b'), (0, 'c'), (1, 'a')], key=operator.itemgetter(0, 1)), sorted('bA', key=str.lower), list(itertools.starmap(operator.sub, [(3, 1)])))
print(type(iter(collections.Counter('a').elements())), collections.Counter('ab').total(), collections.Counter(a=2) == {'a': 2}, collections.Counter(a=1) == 1)
print(array.array('u', 'ab') == array.array('u', 'ab'), array.array('b', b'ab').tolist(), list(array.array('f', [0.5])), array.array('H', [1]) + array.array('H'), array.array('i').__class__, bytes(array.array('B', [65])), b'a' + array.array('B', [66]).tobytes(), b''.join([array.array('B', [67])]), bytearray(array.array('h', [1])), b'ab'.find(array.array('B', [98])), array.array('B', b'ab') == b'ab', memoryview(array.array('B', b'ab')) == b'ab')
