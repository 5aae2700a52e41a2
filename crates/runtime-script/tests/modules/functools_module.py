import functools, sys
from functools import *
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
show(lambda: reduce(lambda a,b:a+b,[1,2,3])); show(lambda: reduce(lambda a,b:a+b,[],5)); show(lambda: reduce(max,[])); show(lambda: reduce(max,5)); show(lambda: reduce(max)); show(lambda: reduce(1,[1,2])); show(lambda: reduce(1,[1])); show(lambda: reduce(max,[1],2,3)); show(lambda: reduce(function=max, iterable=[1]))
p=partial(int, base=2); print(p('101'), p.func, p.args, p.keywords, p); show(lambda: partial()); show(lambda: partial(1)); show(lambda: p('9')); show(lambda: p('11', base=3))
q=partial(partial(max,3),5,key=abs); print(q.func, q.args, q.keywords, q(-9)); q.x=1; print(q.__dict__, q.x); 
def setf(): q.func=1
show(setf)
show(lambda: q.nope)
class PP(partial): pass
print(PP(max,1)); r=partial(print); print(r); 
def f(*a, **k): return a, k
g=partial(f,1,2,a=1,b=2); print(g(3,c=3), g(b=9), g()); print(partial(f)(1,x=2)); print(partial(f,1)(x=2), partial(f,x=1)(2))
print(sys.getsizeof(g))
rec=partial(f); rec.__dict__['me']=rec; 
@wraps(f)
def w(*a): 'doc'; return f(*a)
print(w.__name__, w.__wrapped__ is f, w.__doc__)
def dec(fn):
    @wraps(fn)
    def inner(*a, **k):
        "inner doc"
        return fn(*a, **k)
    return inner
@dec
def named(x: int) -> str:
    "named doc"
    return x
named.attr = 1
print(named.__name__, named.__qualname__, named.__doc__, named.__annotations__, named.__module__, named(3), dec(named).attr)
@lru_cache(maxsize=2)
def sq(x): print('calc',x); return x*x
print(sq(1),sq(2),sq(1),sq(3),sq(2),sq.cache_info()); sq.cache_clear(); print(sq.cache_info(), sq.cache_parameters(), sq.__name__, sq.__wrapped__(5))
@lru_cache
def fib(n): return n if n<2 else fib(n-1)+fib(n-2)
print(fib(80), fib.cache_info())
@cache
def fact(n): return n*fact(n-1) if n else 1
print(fact(20), fact.cache_info())
@lru_cache(maxsize=0)
def no(x): return x
print(no(1),no(1),no.cache_info())
@lru_cache(maxsize=None, typed=True)
def ty(x, k=None): return type(x).__name__
print(ty(1),ty(1.0),ty(True),ty(1),ty(x=1),ty(1,k=2), ty(1, k=2.0), ty.cache_info())
@lru_cache(typed=False)
def nt(x): return type(x).__name__
print(nt(1), nt(1.0), nt(True), nt.cache_info())
show(lambda: sq([])); show(lambda: lru_cache('a')); show(lambda: lru_cache(maxsize='x')(f)); show(lambda: lru_cache(5)(3)); show(lambda: lru_cache(-5)(f).cache_info())
class M:
    def __init__(s): s.n=0
    @lru_cache(maxsize=None)
    def m(self,x): self.n+=1; return x+1
m=M(); print(m.m(1),m.m(1),m.n,M.m.cache_info())
class Boom:
    def __init__(s): s.c=0
@lru_cache(maxsize=3)
def err(x):
    if x<0: raise ValueError(x)
    return x
show(lambda: err(-1)); show(lambda: err(-1)); print(err.cache_info())
@lru_cache(maxsize=2)
def rec2(x):
    if x==0: return 0
    return rec2(x-1)+1
print(rec2(10), rec2.cache_info())
for i in range(1000): err(i%7)
print(err.cache_info())
print(sorted([5,2,8,1],key=cmp_to_key(lambda a,b:b-a))); k=cmp_to_key(lambda a,b:a-b); print(k(1)<k(2),k(1)>k(2),k(1)==k(1),k(1)!=k(2),k(2)>=k(1),k(3).obj); show(lambda: k(1)<2); show(lambda: hash(k(1))); show(lambda: k()); show(lambda: k(1,2)); show(lambda: cmp_to_key()); show(lambda: k<k); print(sys.getsizeof(k)); show(lambda: k(obj=3).obj); show(lambda: cmp_to_key(mycmp=lambda a,b:0)(1)==cmp_to_key(None)(2))
@total_ordering
class V:
    def __init__(s,v): s.v=v
    def __eq__(s,o): return s.v==o.v
    def __lt__(s,o):
        if not isinstance(o,V): return NotImplemented
        return s.v<o.v
print(V(1)<V(2),V(1)<=V(2),V(1)>V(2),V(1)>=V(2),V(1)<=V(1),V.__le__.__name__); show(lambda: V(1)<=3)
for op in ('__le__','__gt__','__ge__'):
    ns={'__init__':lambda s,v:setattr(s,'v',v),'__eq__':lambda s,o:s.v==o.v}
    fn={'__le__':lambda s,o:s.v<=o.v,'__gt__':lambda s,o:s.v>o.v,'__ge__':lambda s,o:s.v>=o.v}[op]
    ns[op]=fn
    C=total_ordering(type('C',(),ns)); print(op,[ (C(a)<C(b),C(a)<=C(b),C(a)>C(b),C(a)>=C(b)) for a,b in ((1,2),(2,2),(3,2))])
def bad():
    @total_ordering
    class X: pass
show(bad)
class CP:
    def __init__(s): s.c=0
    @cached_property
    def p(self): "pdoc"; self.c+=1; return self.c*10
c=CP(); print(c.p,c.p,c.c,c.__dict__,CP.p.__doc__); c.p=5; print(c.p); del c.p; print(c.p, type(CP.p).__name__)
class NS:
    __slots__=()
    @cached_property
    def p(self): return 1
show(lambda: NS().p)
def twice():
    class A:
        a=b=cached_property(lambda s:1)
show(twice)
class PM:
    def m(self,*a,**k): return (a,k)
    m2=partialmethod(m,1,2,z=3)
    m3=partialmethod(m2, 9)
print(PM().m2(5,y=6), PM().m3(), PM.__dict__['m2'].args); show(lambda: partialmethod(1))
@singledispatch
def sd(x): return 'obj'
@sd.register(int)
def _(x): return 'int'
@sd.register
def _(x: str): return 'str'
sd.register(list, lambda x:'list')
print(sd(1),sd('a'),sd([]),sd(1.5),sd(True), sd.dispatch(int)(1)); show(lambda: sd()); show(lambda: sd.register(5)); 
class SM:
    @singledispatchmethod
    def m(self, x): return 'base'
    @m.register(int)
    def _(self, x): return 'int'
print(SM().m(1), SM().m('a'))
print(sq, type(sq).__name__) if False else print(type(sq))
print(partial(f, [1], k='v').__repr__() == repr(partial(f,[1],k='v')))
