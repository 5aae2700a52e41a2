from collections import *
import collections.abc as cabc, itertools as it
class OrderedCounter(Counter, OrderedDict):
    def __repr__(self): return f'{self.__class__.__name__}({dict(self)!r})'
o = OrderedCounter('abracadabra'); print(o, o.most_common(1)); o.move_to_end('a'); print(list(o), o.popitem(last=False))
class LastUpdated(OrderedDict):
    def __setitem__(self, k, v):
        super().__setitem__(k, v); self.move_to_end(k)
l = LastUpdated(a=1, b=2); l['a'] = 5; print(l, LastUpdated([('x', 1)]))
class DefaultOD(OrderedDict):
    def __missing__(self, k): self[k] = v = []; return v
d = DefaultOD(); d['a'].append(1); print(d)
try:
    class X(OrderedDict, defaultdict): pass
except TypeError as e: print(e)
class LRU(OrderedDict):
    def __init__(self, maxsize=2, *args, **kwds): self.maxsize = maxsize; super().__init__(*args, **kwds)
    def __getitem__(self, key): value = super().__getitem__(key); self.move_to_end(key); return value
    def __setitem__(self, key, value):
        if key in self: self.move_to_end(key)
        super().__setitem__(key, value)
        if len(self) > self.maxsize: oldest = next(iter(self)); del self[oldest]
c = LRU(2, a=1, b=2); c['a']; c['c'] = 3; print(c, c.__dict__, list(c.items()), c.keys())
try: object.__new__(deque)
except TypeError as e: print(e)
try: dict.__new__(OrderedDict)
except TypeError as e: print(e)
try: list.__new__(deque)
except TypeError as e: print(e)
print(deque.__new__(deque), OrderedDict.__new__(OrderedDict), defaultdict.__new__(defaultdict))
print([list(map(str, x)) for x in it.product([1], [2])], cabc.Sized)
import collections.abc
print(collections.abc is cabc)
try: import itertools.foo
except ImportError as e: print(type(e).__name__, e)
try: from collections import nothing
except ImportError as e: print(type(e).__name__, e.name)
try: from collections.abc import Nope
except ImportError as e: print(type(e).__name__)
from collections.abc import Mapping as M, Sequence
print(M.__name__)
o = OrderedDict(a=1); w = {**o, 'b': 2}; print(w, dict(o), list(o | o), [*o], o == w, set(o.keys()) & {'a'}, o.keys() | {'z'} == {'a', 'z'}, ('a', 1) in o.items(), 1 in o.values(), len(o.items()))
def kw(**k): return k
print(kw(**OrderedDict(x=1)), kw(**defaultdict(int, y=2)), '{a}'.format_map(defaultdict(lambda: 'dflt')), '%(a)s' % defaultdict(lambda: 'dflt'))
for k, v in o.items(): print(k, v)
print(sorted(OrderedDict(b=1, a=2)), max(Counter('aab').items(), key=lambda x: x[1]), sum(Counter(a=2).values()))
print(type(o.items()).__name__, type(o.items()).__mro__, repr(OrderedDict(a=1).values()))
x = OrderedDict(); x[1] = 'a'; x['s'] = 2; x[2.5] = 3; del x['s']; x['s'] = 9; print(x, list(reversed(x)), x.pop(1), x)
for n in range(3000): x[n] = n
for n in range(2990): x.popitem(last=False)
print(len(x), list(x)[:3]); x.move_to_end(2999, last=False); print(list(x)[0]); x.move_to_end(2999); print(list(x)[-1])
y = x.copy(); y.clear(); print(len(x), len(y)); 
e = OrderedDict(); e.update(a=1); e.update([('b', 2)]); e.update({'c': 3}); e.update(OrderedDict(d=4)); print(e)
try: e.update([(1,)])
except ValueError as ex: print(ex)
try: e.update([(1, 2, 3)])
except ValueError as ex: print(ex)
try: e.update([()])
except ValueError as ex: print(ex)
