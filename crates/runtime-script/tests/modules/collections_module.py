import collections, sys
from collections import *
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
P=namedtuple('P','x y'); p=P(1,2); print(p, p.x, p[1], p._fields, p._asdict(), p._replace(x=5), P._make([3,4]), P(y=1,x=2), P.__name__, P.__module__, P.__doc__, P.x.__doc__, P.__slots__, P.__mro__, P)
show(lambda: P(1)); show(lambda: P(1,2,3)); show(lambda: P(1,z=2)); show(lambda: P._make([1])); show(lambda: p._replace(z=1)); show(lambda: P(1,2,x=3)); show(lambda: P())
def seta(): p.x=1
show(seta)
def setb(): p.zz=1
show(setb)
def dela(): del p.x
show(dela)
show(lambda: p.q); print(p==(1,2), hash(p)==hash((1,2)), p<P(2,0), tuple(p), [*p], len(p), p+(3,), p*2, isinstance(p,tuple), sys.getsizeof(p), P.__new__.__defaults__, P._field_defaults, P.x, p.__getnewargs__(), P.__match_args__)
D=namedtuple('D','a b c',defaults=[1,2]); print(D(0), D._field_defaults, D(0,c=9), D.__new__.__defaults__)
show(lambda: namedtuple('A','a b',defaults=[1,2,3])); show(lambda: namedtuple('A','a a')); show(lambda: namedtuple('A','_a')); show(lambda: namedtuple('A','class')); show(lambda: namedtuple('1A','a')); show(lambda: namedtuple('A','a-b')); show(lambda: namedtuple('A',['a',1])); print(namedtuple('A','a a _b class',rename=True)._fields, namedtuple('E','')(), namedtuple('One',['v'])(7), namedtuple('T','a,b')(1,2), namedtuple('T',('a','b'))(1,2)); show(lambda: namedtuple('A')); show(lambda: namedtuple('class','a'))
class Pt(namedtuple('Pt','x y')):
    __slots__=()
    @property
    def norm(self): return (self.x**2+self.y**2)**.5
    def __add__(s,o): return Pt(s.x+o.x,s.y+o.y)
print(Pt(3,4).norm, Pt(1,2)+Pt(3,4), Pt(1,2)._replace(y=9), repr(Pt(1,2)))
class Q(P):
    pass
q=Q(1,2); q.extra=1; print(q,q.__dict__)
print(P(1,P(2,3)), '%s %s' % p, f'{p}')
N=namedtuple('N','a',module='foo'); print(N.__module__)
d=defaultdict(list); d['a'].append(1); d['b']; print(d, d.default_factory, dict(d), defaultdict(), defaultdict(None,{1:2}), defaultdict(int,a=1), defaultdict(int,[(1,2)]), len(d), 'q' in d, d.get('q')); show(lambda: defaultdict(1)); show(lambda: defaultdict()['x']); show(lambda: defaultdict(int)[[]]); show(lambda: defaultdict(lambda: 1/0)['x']); show(lambda: defaultdict(int,1)); show(lambda: defaultdict(int,{},{}))
d.default_factory=int; print(d['z'], d); d.default_factory=None; show(lambda: d['nope']); print(d.copy(), type(d.copy()), d|{'k':1}, {'k':1}|d, d.__missing__ is not None); show(lambda: d.__missing__('m')); d2=defaultdict(int); d2|={'a':1}; print(d2, d2==dict(a=1))
dd=defaultdict(lambda: defaultdict(int)); dd['a']['b']+=1; dd['a']['c']+=2; print({k:dict(v) for k,v in dd.items()}); r=defaultdict(None); r['r']=r; print(r)
class DD(defaultdict):
    def __missing__(s,k): return 'miss'+str(k)
print(DD()['x'], DD(int).copy(), repr(DD(int,{1:2}))); print(sys.getsizeof(defaultdict(int)), sys.getsizeof(defaultdict(int,a=1)))
bm=defaultdict(list); bm.default_factory=bm.__len__; print(bm['k'])
c=Counter('abracadabra'); print(c, c['a'], c['z'], c.most_common(2), c.most_common(), sorted(c.elements()), c.total(), Counter(), Counter(a=1,b=-1), Counter({'x':3}), Counter([1,1,2]), len(c)); c.update('aaa'); c.update({'q':5}); c.update(z=2); print(c); c.subtract('aab'); c.subtract({'q':1}); print(c); del c['nope']; del c['q']; print(c)
a=Counter(a=3,b=1); b=Counter(a=1,b=2); print(a+b,a-b,a|b,a&b,+Counter(a=-1,b=2),-Counter(a=-1,b=2), a==b, a<=b, a<a+b, a>=b, a!=b); a+=b; print(a); a-=Counter(a=10); print(a); a|=Counter(z=1); print(a); a&=Counter(b=1); print(a); show(lambda: Counter.fromkeys('ab')); show(lambda: Counter(1)); show(lambda: Counter(1,2)); show(lambda: a+1); show(lambda: a<1); show(lambda: a=={'b':1}); print(Counter(a=1)==Counter(a=1,b=0), a.copy(), type(a.copy()), Counter(c)==c, Counter('hello world').most_common(3), Counter([('a',1),('a',1)]), Counter(x for x in [3,3,1]))
class C2(Counter): pass
print(C2('ab'), C2('aab').most_common(1)); print(Counter({'a':'x','b':1}) if False else 0, isinstance(c,dict))
class G(dict):
    def get(s,k,d=None): return 10
m=ChainMap({'a':1},{'a':2,'b':3}); print(m, m['a'], m['b'], len(m), list(m), dict(m), m.maps, m.parents, m.new_child({'c':1}), 'b' in m, m.get('zz',5), bool(ChainMap()), list(m.items()), m.keys(), m.values()); show(lambda: m['zz']); m['n']=1; print(m); show(lambda: m.pop('b')); def_=m.pop('n'); print(def_); 
def dm(): del m['b']
show(dm); show(lambda: ChainMap().popitem()); print(m==dict(a=1,b=3), m|{'z':1}, {'z':1}|m, ChainMap.fromkeys('ab',0), m.copy(), m.new_child(k=1)); m.clear(); print(m); m.update(x=1); print(m, m.setdefault('y',2), m.popitem())
class UD(UserDict):
    def __setitem__(s,k,v): super().__setitem__(str(k),v)
u=UD({1:2},a=3); print(u, u['1'], len(u), list(u), u.get('zz'), 'a' in u, u.data, dict(u), u.copy(), u|{'q':1}, list(u.items()), u.keys(), u.pop('a'), u); show(lambda: u['zz']); u.update({5:6}); print(u, UD.fromkeys('ab',1), u=={'1':2,'5':6})
ul=UserList([3,1,2]); ul.sort(); ul.append(5); print(ul, ul[0], ul[1:], ul+[1], len(ul), 3 in ul, ul==[1,2,3,5], ul.pop(), ul*2, ul.index(2), ul.count(1), list(reversed(ul)))
import collections.abc
from collections.abc import *
for x in ([],(),{},set(),'a',1,iter([]),(i for i in []),len,deque(),range(3),b'',bytearray(),memoryview(b''),{}.keys(),{}.values(),{}.items(),frozenset(),OrderedDict(),defaultdict(),Counter(),m,u,ul,p, map(len,[]), zip(), print, object, object()):
    print(type(x).__name__, [t.__name__ for t in (Hashable,Iterable,Iterator,Reversible,Sized,Container,Collection,Callable,Sequence,MutableSequence,Set,MutableSet,Mapping,MutableMapping,Generator,KeysView,ItemsView,ValuesView) if isinstance(x,t)])
print(issubclass(list,Sequence), issubclass(dict,Mapping), issubclass(int,Iterable), Mapping, collections.abc.Mapping is Mapping)
class My(Mapping):
    def __init__(s,d): s.d=d
    def __getitem__(s,k): return s.d[k]
    def __iter__(s): return iter(s.d)
    def __len__(s): return len(s.d)
y=My({'a':1}); print(y['a'], y.get('z'), 'a' in y, list(y.keys()), y.items(), y=={'a':1}, isinstance(y,Mapping), dict(y), {**y})
class Bad(Mapping): pass
show(lambda: Bad())
class Sq(Sequence):
    def __getitem__(s,i):
        if i>3: raise IndexError
        return i*i
    def __len__(s): return 4
print(list(Sq()), 4 in Sq(), Sq().index(9), Sq().count(1), list(reversed(Sq())))
show(lambda: collections.nope)
def imp():
    import collections.nope
show(imp)
print(deque.__doc__ is not None, OrderedDict(b=1,a=2))
