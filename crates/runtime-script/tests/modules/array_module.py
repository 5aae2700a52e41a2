from array import array, typecodes
import array as am, sys
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
print(typecodes, am.ArrayType is array, array)
for c in 'bBhHiIlLqQfd':
    a=array(c,[1,2,3]); print(a, a.itemsize, a.typecode, sys.getsizeof(a), len(a), a.tobytes().hex()[:32], memoryview(a).format, memoryview(a).itemsize)
    show(lambda: array(c,[-1])); show(lambda: array(c,['a'])); show(lambda: array(c,[2**70])); show(lambda: array(c,[-2**70])); show(lambda: array(c,[1.5])); show(lambda: array(c,[300])); show(lambda: array(c,[70000])); show(lambda: array(c,[2**31])); show(lambda: array(c,[2**32])); show(lambda: array(c,[2**63])); show(lambda: array(c,[-129])); show(lambda: array(c,[-40000]));show(lambda: array(c,[-2**31-1])); show(lambda: array(c,[None]))
show(lambda: array()); show(lambda: array('x')); show(lambda: array('ii')); show(lambda: array(1)); show(lambda: array('i',5)); show(lambda: array('i','abc')); show(lambda: array('i',[1],[2])); show(lambda: array('i',typecode=1)); show(lambda: array('i',b'\1\0\0\0')); show(lambda: array('i',b'abc')); show(lambda: array('B',bytearray(b'ab'))); show(lambda: array('i',(x for x in range(3)))); show(lambda: array('i',range(3))); show(lambda: array('d',array('i',[1,2]))); show(lambda: array('i',array('d',[1.0]))); show(lambda: array('i',array('i',[4]))); show(lambda: array('i',{1:2})); show(lambda: array(''))
a=array('i'); print(a, len(a), bool(a)); sizes=[]
for i in range(40): a.append(i); sizes.append(sys.getsizeof(a))
print(sizes)
while a: a.pop(); sizes.append(sys.getsizeof(a))
print(sizes[40:])
a=array('i',[1,2,3,2]); a.extend([4,5]); a.extend(array('i',[6])); print(a, a.count(2), a.index(2), a.index(2,2), 3 in a, 99 in a, 'x' in a, a[0], a[-1])
show(lambda: a.index(99)); show(lambda: a.index(1,5)); show(lambda: a.remove(99)); a.remove(2); print(a); a.insert(1,77); a.insert(-1,88); a.insert(100,99); a.insert(-100,0); print(a); a.reverse(); print(a, a.pop(), a.pop(0), a.pop(-2), a)
show(lambda: array('i').pop()); show(lambda: a.pop(100)); show(lambda: a.pop('x')); show(lambda: a.append('x')); show(lambda: a.append()); show(lambda: a.extend(5)); show(lambda: a.extend(array('d',[1]))); show(lambda: a.extend(['x'])); show(lambda: a.insert(0)); show(lambda: a.insert('a',1))
print(a[1:3], a[::-1], a[::2], a[5:1]); show(lambda: a[100]); show(lambda: a['x']); show(lambda: a[1.5]); show(lambda: a[2**70])
def setit(k,v):
    def f():
        b=array('i',range(10)); b[k]=v; return b
    return f
show(setit(0,5)); show(setit(-1,5)); show(setit(100,5)); show(setit(0,'x')); show(setit('x',0)); show(setit(slice(1,3),array('i',[7]))); show(setit(slice(1,3),array('i',[7,8,9,10]))); show(setit(slice(1,3),[1])); show(setit(slice(1,3),array('d',[1]))); show(setit(slice(0,10,2),array('i',[9]*5))); show(setit(slice(0,10,2),array('i',[9]))); show(setit(slice(5,2),array('i',[1,2]))); show(setit(slice(None,None,-1),array('i',range(10)))); show(setit(0,2**40))
def delit(k):
    def f():
        b=array('i',range(10)); del b[k]; return b
    return f
show(delit(0)); show(delit(-1)); show(delit(100)); show(delit(slice(2,5))); show(delit(slice(None,None,2))); show(delit(slice(None,None,-3))); show(delit('x')); show(delit(slice(5,2)))
print(array('i',[1,2])+array('i',[3]), array('i',[1,2])*3, 2*array('i',[1]), array('i',[1])*0, array('i',[1])*-1); show(lambda: array('i',[1])+[1]); show(lambda: array('i',[1])+array('d',[1])); show(lambda: array('i',[1])*'x')
b=array('i',[1]); b+=array('i',[2]); b*=3; print(b); c=b; c*=0; print(c)
def iadd(x):
    def f():
        b=array('i',[1]); b+=x; return b
    return f
show(iadd([1])); show(iadd(array('d',[1])))
print(array('i',[1,2])==array('d',[1,2]), array('i',[1])==[1], array('i',[1,2])<array('i',[1,3]), array('i',[1])<array('i',[1,0]), array('i',[1])!=array('i',[2]), array('i')>=array('i')); show(lambda: array('i')<[1]); show(lambda: hash(array('i')))
a=array('h',[1,258]); a.byteswap(); print(a, a.tolist(), a.tobytes(), a.buffer_info()[1]); a.frombytes(b'\1\0'); print(a); show(lambda: a.frombytes(b'x')); show(lambda: a.frombytes('x')); a.fromlist([5,6]); print(a); show(lambda: a.fromlist((1,))); show(lambda: a.fromlist([1,'x'])); print(a); show(lambda: a.fromunicode('x')); show(lambda: a.tounicode()); a.clear(); print(a)
m=memoryview(array('i',[1,2,3])); print(m[0], m.tolist(), m.nbytes, m.readonly, m.shape, m.strides); a=array('i',[1,2,3]); m=memoryview(a); m[1]=50; print(a); show(lambda: a.append(1)); show(lambda: a.pop()); show(lambda: a.extend([1])); show(lambda: a.insert(0,1)); show(lambda: a.clear()); show(lambda: a.remove(1)); a[0]=9; a[0:2]=array('i',[1,2]); show(setit(0,1)); print(a)
def dm(): del a[0]
show(dm)
def sm(): a[0:1]=array('i',[1,2])
show(sm)
def im():
    global a
    a*=2
show(im); show(lambda: a.frombytes(b'')); m.release(); a.append(4); print(a, bytes(a)[:4], bytearray(array('B',[1,2])))
print(iter(a), type(iter(a)), list(a), sum(a), max(a), sorted(a, reverse=True), list(reversed(a)))
it=iter(a); next(it); a.clear(); print(list(it))
u=array('w','héllo'); print(u, u.tounicode(), u[1], u.itemsize, len(u)); u.append('x'); show(lambda: u.append('xy')); show(lambda: u.append(1)); u.fromunicode('yz'); print(u); show(lambda: u.fromunicode(1)); show(lambda: array('i',u)); show(lambda: memoryview(u)[0]); print(memoryview(u).format, memoryview(u).itemsize); print(array('w',['a','b']))
class S(array):
    def __init__(s,*a): s.t=1
s=S('i',[1,2]); print(s, s.t, s*2, type(s*2), type(s[:1]), s.__dict__)
import weakref; w=weakref.ref(a); print(w() is a)

print(a.__copy__(), a.__deepcopy__({}))
class I:
    def __index__(s): a.clear(); return 1
a=array('i',[1,2,3]); show(lambda: a.append(I())); print(a); a=array('i',[1,2,3])
def si(): a[2]=I()
show(si); print(a)
a=array('d',[1.5,float('nan')]); print(a, a==a, a.count(1.5)); show(lambda: array('f',[1e300])); show(lambda: array('f',[3.14])[0])
show(lambda: array('i',[1])*(2**62)); show(lambda: array('l', [0])*(2**60)); print(array('i',[True,False])); print(sys.getsizeof(array('i',range(10))), sys.getsizeof(array('i',list(range(10)))), sys.getsizeof(array('i',[1,2,3])+array('i',[1])), sys.getsizeof(array('i',[1,2,3])*3))
