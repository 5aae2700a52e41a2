import operator
from operator import *
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
for n in ('add','sub','mul','truediv','floordiv','mod','pow','lshift','rshift','and_','or_','xor','eq','ne','lt','le','gt','ge','iadd','isub','imul','itruediv','ifloordiv','imod','ipow','ilshift','irshift','iand','ior','ixor','concat','iconcat','contains','countOf','indexOf','is_','is_not','getitem','delitem'):
    f=getattr(operator,n); print(n, f)
    show(lambda: f(7,3)); show(lambda: f('a','b')); show(lambda: f([1,2],[3])); show(lambda: f(1)); show(lambda: f(1,2,3)); show(lambda: f([1,2],1)); show(lambda: f(a=1,b=2))
for n in ('neg','pos','invert','inv','not_','truth','abs','index','length_hint'):
    f=getattr(operator,n); print(n, f); show(lambda: f(5)); show(lambda: f('a')); show(lambda: f()); show(lambda: f(1,2,3)); show(lambda: f([])); show(lambda: f(-2.5))
print(length_hint([1,2]), length_hint(iter([1,2,3])), length_hint(5,7)); show(lambda: length_hint(5,'a')); show(lambda: setitem({},1,2)); d={}; setitem(d,1,2); print(d); delitem(d,1); print(d); l=[1,2]; setitem(l,0,9); print(l)
show(lambda: call(max,1,2)); show(lambda: call(int,'11',base=2)); show(lambda: call())
print(__import__) if False else None
print(itemgetter(1)('abc'), itemgetter(0,2)('abc'), itemgetter('a')({'a':5}), itemgetter(slice(0,2))('hello'), itemgetter(1,2), itemgetter('x')); show(lambda: itemgetter()); show(lambda: itemgetter(x=1)); show(lambda: itemgetter(1)()); show(lambda: itemgetter(1)('a','b')); show(lambda: itemgetter(5)('abc')); show(lambda: itemgetter(1)(5)); show(lambda: itemgetter(1)(x=1))
class A: pass
a=A(); a.x=1; a.b=A(); a.b.c='deep'
print(attrgetter('x')(a), attrgetter('b.c')(a), attrgetter('x','b.c')(a), attrgetter('x','y')); show(lambda: attrgetter()); show(lambda: attrgetter(1)); show(lambda: attrgetter('zz')(a)); show(lambda: attrgetter('b.q')(a)); show(lambda: attrgetter('x')()); show(lambda: attrgetter('x',k=1))
print(methodcaller('upper')('abc'), methodcaller('split',',',maxsplit=1)('a,b,c'), methodcaller('f',1,k=2)); show(lambda: methodcaller()); show(lambda: methodcaller(1)); show(lambda: methodcaller('nope')('a')); show(lambda: methodcaller('upper')()); show(lambda: methodcaller('upper')(1,2)); show(lambda: methodcaller('upper', 1)('x'))
print(operator.__add__(1,2), operator.__and__ is operator.and_, operator.__not__(0), operator.__getitem__([5],0), operator.__contains__([1],1))
print(sorted([('b',2),('a',3)],key=itemgetter(0)), sorted([3,1,2],key=neg), list(map(mul,[1,2],[3,4])))
import sys; print([sys.getsizeof(x) for x in (itemgetter(1),attrgetter('a'),methodcaller('a'))]); print(itemgetter, type(itemgetter(1)).__name__)
