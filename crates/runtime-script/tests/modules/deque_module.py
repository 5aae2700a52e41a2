from collections import deque
import sys
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
d=deque(); print(d, deque([1,2,3]), deque('abc', 2), deque(maxlen=3), deque([1],maxlen=None), len(d), bool(d), d.maxlen, deque(maxlen=3).maxlen)
show(lambda: deque(1)); show(lambda: deque([],-1)); show(lambda: deque([],'x')); show(lambda: deque([],2**80)); show(lambda: deque(1,2,3)); show(lambda: deque(foo=1)); show(lambda: deque(iterable=[1,2],maxlen=1)); show(lambda: deque([],1.5))
d=deque([1,2,3])
d.append(4); d.appendleft(0); print(d, d.pop(), d.popleft(), d)
d.extend('xy'); d.extendleft('ab'); print(d)
d.rotate(); print(d); d.rotate(-2); print(d); d.rotate(100); print(d); d.rotate(-1001); print(d)
show(lambda: d.rotate('a')); show(lambda: d.rotate(1,2)); show(lambda: d.rotate(2**70))
print(d.count('x'), d.index('x'), d.index(3), 3 in d, 99 in d)
show(lambda: d.index(99)); show(lambda: d.index('x', 99)); show(lambda: d.index(1, -100, 100)); show(lambda: d.index()); show(lambda: d.index('x','q')); show(lambda: d.index(1,0,1))
d.remove('x'); print(d); show(lambda: d.remove('nope')); d.reverse(); print(d)
show(lambda: d.append()); show(lambda: d.append(1,2)); show(lambda: d.append(x=1)); show(lambda: d.popleft(1)); show(lambda: deque().pop()); show(lambda: deque().popleft())
d.insert(0,'i0'); d.insert(2,'i2'); d.insert(-1,'i-1'); d.insert(100,'end'); d.insert(-100,'start'); print(d)
e=deque([1,2],maxlen=2); show(lambda: e.insert(0,1)); e.append(3); print(e); e.appendleft(9); print(e); e.extend(range(5)); print(e); e.extendleft(range(5)); print(e)
print(d[0], d[-1], d[2]); d[1]='set'; print(d); del d[0]; del d[-1]; print(d)
show(lambda: d[100]); show(lambda: d[-100]); show(lambda: d['a']); show(lambda: d[1:2]); show(lambda: d[2**70]); show(lambda: d[True])
def st(): d[100]=1
show(st)
def dl(): del d[100]
show(dl)
def sl(): d[0:1]=[1]
show(sl)
print(deque([1,2])+deque([3]), deque([1,2])*3, 2*deque([1]), deque([1,2])*0, deque([1,2])*-1, deque([1,2,3],maxlen=4)*3, deque([1])*5)
show(lambda: d+[1]); show(lambda: [1]+d); show(lambda: d*'x'); show(lambda: d*1.5)
f=deque([1]); f+=[2,3]; f+='a'; print(f); f*=2; print(f); f+=f; print(f); g=f; g*=0; print(f)
show(lambda: deque([1,2])*(2**62))
print(deque([1,2])==deque([1,2]), deque([1,2])==[1,2], deque([1,2])<deque([1,3]), deque([1])<deque([1,0]), deque([1,2])!=deque([1,2]), deque([2])>=deque([1,9]), deque()<=deque())
show(lambda: deque([1])<[1]); show(lambda: hash(d)); show(lambda: deque([1])<deque(['a']))
r=deque(); r.append(r); print(r); r2=deque(maxlen=1); r2.append([r2]); print(r2)
print(list(reversed(deque('abc'))), d.copy() is d, d.copy()==d, deque('ab',5).copy().maxlen)
it=iter(deque([1,2,3])); print(it.__length_hint__(), next(it), it.__length_hint__(), type(it), type(reversed(d)))
def mut(f):
    d=deque([1,2,3])
    for x in d: f(d)
show(lambda: mut(lambda d:d.append(1))); show(lambda: mut(lambda d:d.pop())); show(lambda: mut(lambda d:d.rotate(1))); show(lambda: mut(lambda d:d.__setitem__(0,1))); show(lambda: mut(lambda d:d.reverse())); show(lambda: mut(lambda d:d.clear()))
def mutr():
    d=deque([1,2,3])
    for x in reversed(d): d.append(1)
show(mutr)
class E:
    def __init__(s,d): s.d=d
    def __eq__(s,o): s.d.append(0); return False
def ev(f):
    d=deque([1,2,3]); d.append(E(d)); d.append(4); return f(d)
show(lambda: ev(lambda d: d.count(9))); show(lambda: ev(lambda d: 9 in d)); show(lambda: ev(lambda d:d.index(9))); show(lambda: ev(lambda d:d.remove(9))); show(lambda: ev(lambda d:d==deque([1,2,3,5,4]) ))
class S(deque):
    def __init__(self,*a): super().__init__(*a); self.tag=1
s=S('ab'); print(s, s.tag, type(s.copy()), type(s+s), s*2, type(s*2), s.__dict__)
class T(deque): pass
t=T('abc',2); print(t, t.copy(), type(t.copy()), t.copy().maxlen)
for n in (0,1,32,33,63,64,65,96,97,128,200): print(n, sys.getsizeof(deque(range(n))), end=' ')
print()
d=deque()
for i in range(200): d.append(i)
print(sys.getsizeof(d))
for i in range(150): d.popleft()
print(sys.getsizeof(d)); d.clear(); print(sys.getsizeof(d))
d=deque(range(300)); print([d[i] for i in (0,63,64,128,150,299,-1,-64,-65)], sum(d)); d.rotate(137); print(d[0],d[137],d[299]); d.insert(150,'m'); print(d[150]); del d[150]; print(d[150],len(d))
import weakref
w=weakref.ref(d); print(w() is d); 
print(deque.__module__, deque.__name__, deque)
q=deque([0,1,2,3,4,5,6])
while len(q)>1: q.rotate(-2); q.popleft()
print(q)
show(lambda: d.nope)
class D:
    def __init__(s,n): s.n=n
    def __del__(s): print('del',s.n, end=' ')
d=deque([D(1),D(2),D(3)]); del d; print()
d=deque([D(1),D(2),D(3)],maxlen=3); d.append(D(4)); d[0]=5; d.clear(); print()
a=deque(); a.append(a); del a
