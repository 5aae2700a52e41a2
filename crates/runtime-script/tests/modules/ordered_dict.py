from collections import OrderedDict as O, deque, defaultdict
import sys
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
o=O([('a',1),('b',2),('c',3)])
def it(mut):
    o=O([('a',1),('b',2),('c',3)])
    r=[]
    for k in o:
        r.append(k); mut(o)
        if len(r)>10: break
    return r
show(lambda: it(lambda o:o.move_to_end('a')))
show(lambda: it(lambda o:o.move_to_end('c')))
show(lambda: it(lambda o:o.__setitem__('a',5)))
show(lambda: it(lambda o:o.__setitem__('z',5)))
show(lambda: it(lambda o:o.pop('a',None)))
show(lambda: it(lambda o:o.clear()))
show(lambda: it(lambda o:dict.__setitem__(o,'z',1)))
print(o, O(), o.keys(), o.values(), o.items(), type(iter(o)), type(iter(o.keys())), type(iter(o.items())), type(reversed(o)), type(reversed(o.items())))
o.move_to_end('a'); print(o); o.move_to_end('c',last=False); print(o); o.move_to_end('c', False); print(o)
show(lambda: o.move_to_end('zz')); show(lambda: o.move_to_end()); show(lambda: o.popitem(False)); show(lambda: o.popitem(last=True)); show(lambda: O().popitem()); show(lambda:o.pop('zz')); show(lambda:o.pop('zz',1)); show(lambda:o.pop(key='zz',default=1)); show(lambda:o.setdefault('q')); show(lambda:o.setdefault('q2',default=4)); show(lambda: O(1)); show(lambda: O([1])); show(lambda: O(a=1,b=2)); show(lambda: O([('a',1)],b=2)); show(lambda: O(1,2)); show(lambda: O.fromkeys('abc',1)); show(lambda: O.fromkeys('abc',value=2))
show(lambda: O(a=1,b=2)==O(b=2,a=1)); show(lambda: O(a=1,b=2)==dict(b=2,a=1)); show(lambda: dict(b=2,a=1)==O(a=1,b=2)); show(lambda: O(a=1)!=O(a=1)); show(lambda: O(a=1)==3); show(lambda:O(a=1)<O(a=1))
show(lambda: O(a=1)|{'b':2}); show(lambda: {'b':2}|O(a=1)); show(lambda: O(a=1)|3); x=O(a=1); x|={'z':1}; print(x); x|=[('y',2)]; print(x)
print(list(reversed(o)), list(reversed(o.items())), o.copy(), o.copy() is o)
class S(O): pass
s=S(a=1); print(s, s.copy(), type(s.copy())); s.x=1; print(s.__dict__)
r=O(); r['me']=r; print(r)
show(lambda: hash(o)); show(lambda: o.update({'u':1},v=2)); print(o); show(lambda: o.update(1)); show(lambda: o.update(1,2))
for n in range(12): print(n, sys.getsizeof(O.fromkeys(range(n))), end='; ')
print()
del o['u']; print(o); show(lambda: o.__delitem__('nope')); 
print(O.__name__,O.__module__,O, isinstance(o,dict), O.__mro__)
o=O(a=1); o.attr=1; print(o.attr, o.__dict__)
it=iter(O(a=1)); print(next(it), next(it,'end'), it.__length_hint__() if hasattr(it,'__length_hint__') else None)
show(lambda: deque([1]).remove(2))
