import heapq, bisect
from heapq import *
def show(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
h=[]
for x in [5,3,8,1,9,2,7]: heappush(h,x)
print(h); print([heappop(h) for _ in range(7)], h); h=[9,8,7,1,2,3]; heapify(h); print(h, heappushpop(h,0), heappushpop(h,5), heapreplace(h,10), h)
show(lambda: heappop([])); show(lambda: heapreplace([],1)); show(lambda: heappushpop([],1)); show(lambda: heappush((1,),2)); show(lambda: heappop('a')); show(lambda: heapify(5)); show(lambda: heappush([])); show(lambda: heappush([1],'a')); show(lambda: heappop([1,'a',2])); show(lambda: heapreplace((),1)); show(lambda: heappushpop({},1)); show(lambda: heapify(())); show(lambda: heappop()); show(lambda: heappop([1],2))
print(nlargest(3,[1,5,2,8,3]), nsmallest(3,[1,5,2,8,3]), nlargest(1,[3,1]), nsmallest(1,[]), nlargest(10,[1,2]), nsmallest(2,'hello',key=ord), nlargest(2,['aaa','b','cc'],key=len), nsmallest(0,[1]), nlargest(-1,[1]), nsmallest(2,iter([3,1,2])), nlargest(2, iter([3,1,2])), nsmallest(2, iter(['bb','a','ccc']), key=len), nlargest(2, iter(['bb','a','ccc']), key=len))
print(list(merge([1,4,7],[2,5],[3])), list(merge([3,1],[2],reverse=True)), list(merge(['a','ccc'],['bb'],key=len)), list(merge()), list(merge([1])), list(merge([1],[],[0])))
class X:
    def __init__(s,v): s.v=v
    def __lt__(s,o): lst.append(1); return s.v<o.v
lst=[]; hh=[X(3),X(1)]; heapify(hh); print(len(lst))
class Y:
    def __init__(s,v,l): s.v=v; s.l=l
    def __lt__(s,o): s.l.clear(); return s.v<o.v
l=[]; l.extend(Y(i,l) for i in (5,4,3,2,1)); show(lambda: heapify(l))
l=[]; l.extend(Y(i,l) for i in (5,4,3,2,1)); show(lambda: heappop(l))
l=[]; l.extend(Y(i,l) for i in (5,4,3)); show(lambda: heappush(l, Y(0,l)))
class Z:
    def __lt__(s,o): raise ValueError('lt')
show(lambda: heapify([Z(),Z()]))
a=[(i*7919)%10007 for i in range(5000)]; b=a[:]; heapify(b); print(b[:10], [heappop(b) for _ in range(20)][-1], hash(tuple(b)))
print(heapq.__all__ if hasattr(heapq,'__all__') else None); h=[3,1,2]; heapq._heapify_max(h); print(h, heapq._heappop_max(h), heapq._heapreplace_max(h, 0), h)
from bisect import *
s=[1,3,3,5]; print(bisect_left(s,3),bisect_right(s,3),bisect.bisect(s,3) if hasattr(bisect,'bisect') else bisect(s,3),bisect_left(s,0),bisect_right(s,9),bisect_left(s,3,2),bisect_left(s,3,0,1),bisect_left(s,3,lo=2,hi=3))
insort(s,4); insort_left(s,3); insort_right(s,9); print(s); insort(s,0,0,0); print(s)
show(lambda: bisect_left(s,3,-1)); show(lambda: bisect_left(5,3)); show(lambda: bisect_left({1},3)); show(lambda: bisect_left()); show(lambda: bisect_left([1])); show(lambda: bisect_left([1],2,3,4,5)); show(lambda: bisect_left([1],'a')); show(lambda: bisect_left([1],2,hi=99)); show(lambda: bisect_left([1],2,lo='a')); show(lambda: bisect_left([1],2,hi='a')); show(lambda: bisect_left(a=[1],x=2)); show(lambda: bisect_left([1],2,foo=1)); show(lambda: bisect_left([1,2,3],2,hi=None)); show(lambda: bisect_left([1],0,lo=5))
w=['a','bb','cccc']; print(bisect_left(w,3,key=len), bisect_right(w,2,key=len)); insort(w,'ddd',key=len); print(w); insort_left(w,'ee',key=len); print(w); show(lambda: insort(w,5,key=len))
show(lambda: insort((1,2),1)); class_l=type('L',(list,),{'insert':lambda s,i,x:print('ins',i,x)}); insort(class_l([1,3]),2)
class Seq:
    def __init__(s,n): s.n=n
    def __len__(s): return s.n
    def __getitem__(s,i): return i*i
print(bisect_left(Seq(100),50), bisect_right(range(10),5), bisect_left('aabbcc','b'))
print(bisect_right, heappush)
