import itertools, sys
from itertools import *
def show(f):
    try: r = f(); print(r if not hasattr(r,'__next__') else list(islice(r, 12)))
    except BaseException as e: print(type(e).__name__, e)
for t in (count, cycle, repeat, chain, accumulate, compress, dropwhile, takewhile, filterfalse, starmap, islice, pairwise, batched, product, combinations, combinations_with_replacement, permutations, zip_longest, groupby):
    print(t, t.__name__, t.__module__, t.__qualname__)
    show(lambda: t())
    show(lambda: t(1))
    show(lambda: t(1,2))
    show(lambda: t(1,2,3))
    show(lambda: t(1,2,3,4,5))
    show(lambda: t(None))
    show(lambda: t('ab', x=1))
    show(lambda: t('abc'))
    show(lambda: t('abc', 2))
    show(lambda: t(None, 'abc'))
    show(lambda: t('abc', -1))
    show(lambda: t('abc', 1.5))
print(count(), count(5), count(5,1), count(5,2), count(1.5), count(2**70), count(0,0), count(True), count(step=-1), count(start=3))
show(lambda: count('a')); show(lambda: count(1,'a')); show(lambda: count(10, -3)); show(lambda: count(sys.maxsize-2)); show(lambda: count(.5,.25))
c=count(sys.maxsize-1); print(c); next(c); print(c); next(c); print(c)
show(lambda: repeat(5,3)); show(lambda: repeat(5,-3)); print(repeat(7), repeat(7,2), repeat(object=1,times=4)); show(lambda: repeat(5,times='x'));show(lambda: repeat(5,2**80))
print(repeat(1,5).__length_hint__()); show(lambda: repeat(1).__length_hint__())
show(lambda: chain([1],(2,),'x',{3:4})); show(lambda: chain([1],5)); show(lambda: chain.from_iterable(['ab',[1]])); show(lambda: chain.from_iterable(5))
show(lambda: accumulate([1,2,3])); show(lambda: accumulate([1,2,3],lambda a,b:a*b)); show(lambda: accumulate([1,2,3],initial=100)); show(lambda: accumulate([],initial=100)); show(lambda: accumulate([])); show(lambda: accumulate(['a',1])); show(lambda: accumulate([1,2],None,3)); show(lambda: accumulate(iterable=[1,2],func=max,initial=None))
show(lambda: compress('ABCDEF',[1,0,1,0,1,1])); show(lambda: compress(data='AB',selectors=[1,1,1]))
show(lambda: dropwhile(lambda x:x<5,[1,4,6,4,1])); show(lambda: takewhile(lambda x:x<5,[1,4,6,4,1])); show(lambda: filterfalse(lambda x:x%2,range(10))); show(lambda: filterfalse(None,[0,1,'','a'])); show(lambda: starmap(pow,[(2,5),[3,2],(10,3)])); show(lambda: starmap(pow,[2]))
for a in [('ABCDEFG',2),('ABCDEFG',2,4),('ABCDEFG',2,None),('ABCDEFG',0,None,2),('ABC',None),('ABC',-1),('ABC',-5),('ABC',0,-1),('ABC',0,-2),('ABC',-1,5),('ABC','x'),('ABC',0,'x'),('ABC','x',2),('ABC',0,2,0),('ABC',0,2,-1),('ABC',0,2,'x'),('ABC',0,2,2**80),('ABC',2**80),('ABC',0),(5,2)]:
    show(lambda: islice(*a))
show(lambda: pairwise('ABCD')); show(lambda: pairwise('A')); show(lambda: batched('ABCDEFG',3)); show(lambda: batched('ABC',0)); show(lambda: batched('ABCDEFG',3,strict=True)); show(lambda: batched('ABCDEF',n=3,strict=True)); show(lambda: batched('ABC', 2, True)); show(lambda: batched(n=2))
show(lambda: product('ab','xy')); show(lambda: product('ab',repeat=2)); show(lambda: product('ab',[])); show(lambda: product()); show(lambda: product('ab',repeat=0)); show(lambda: product('ab',repeat=-1)); show(lambda: product('ab',repeat='x')); show(lambda: product('ab',foo=1)); show(lambda: product('ab',foo=1,repeat=2)); show(lambda: product('ab', 5)); show(lambda: product(range(3), repeat=2**62))
for f in (combinations, combinations_with_replacement, permutations):
    for a in [('ABC',2),('ABC',0),('ABC',4),('ABC',3),('',0),('',1),('ABC',-1),('ABC','x'),(5,2),('ABCD',2),('ABC',)]:
        show(lambda: f(*a))
    show(lambda: f(iterable='AB', r=1)); show(lambda: f('ABC', r=None))
show(lambda: zip_longest('ABC','x')); show(lambda: zip_longest('ABC','x',fillvalue=0)); show(lambda: zip_longest()); show(lambda: zip_longest('a',foo=1)); show(lambda: zip_longest('a',3))
show(lambda: [ (k,list(g)) for k,g in groupby('AAABBC')]); show(lambda: [ (k,list(g)) for k,g in groupby([1,3,2,4,5],lambda x:x%2)]); show(lambda: [k for k,g in groupby('AABBA')]); show(lambda: groupby([1,2],key=len)); 
gs=[g for k,g in groupby('AABB')]; print([list(g) for g in gs])
a,b=tee('abc'); print(type(a), next(a),next(a),next(b),list(a),list(b)); print(tee([],0), len(tee([],3))); show(lambda: tee()); show(lambda: tee([],-1)); show(lambda: tee(5)); show(lambda: tee([],1,2)); show(lambda: tee([],n=2)); show(lambda: tee([], 'x'))
a,b=tee(range(200)); print(sum(a), sum(b)); a,=tee('ab',1); b,c=tee(a); print(a is b, list(c), list(b))
z=pairwise(range(4)); ids=set(); 
for x in z: ids.add(id(x))
print(len(ids))
for f in (lambda: product(range(3),repeat=2), lambda: combinations(range(5),2), lambda: permutations(range(4),2), lambda: combinations_with_replacement(range(4),2), lambda: zip_longest(range(5),range(3)), lambda: pairwise(range(5))):
    ids=set(); n=0
    for x in f(): ids.add(id(x)); n+=1
    keep=list(f()); print(len(ids), n, len(set(map(id,keep))), keep[:3], keep[-1])
for x in (count(), cycle([]), repeat(1), chain(), accumulate([]), compress([],[]), dropwhile(1,[]), takewhile(1,[]), filterfalse(1,[]), starmap(1,[]), islice([],1), pairwise([]), batched([],1), product(), product('ab','cd'), combinations('abc',2), combinations_with_replacement('abc',2), permutations('abcd',2), zip_longest(), groupby([]), tee([])[0]):
    print(type(x).__name__, sys.getsizeof(x))
class C(count):
    def __init__(self, *a, **k): self.x = 1
    def __next__(self): return super().__next__() * 10
c = C(3); print(next(c), next(c), c.x, c, sys.getsizeof(c) > 0)
class P(product): pass
print(list(P('ab', repeat=1)))
try: count().x
except AttributeError as e: print(e)
try: count()()
except TypeError as e: print(e)
try: count()[0]
except TypeError as e: print(e)
class Re:
    def __init__(s): s.n=0
    def __iter__(s): return s
    def __next__(s):
        s.n+=1
        if s.n==2:
            try: next(s.p)
            except BaseException as e: print('in', type(e).__name__, e)
        if s.n>5: raise StopIteration
        return s.n
for mk in (pairwise, lambda r: tee(r)[0], groupby, lambda r: zip_longest(r,r), lambda r: chain(r, r), cycle, accumulate, lambda r: batched(r,2), lambda r: islice(r, 4)):
    r=Re(); r.p=mk(r); print(list(islice(r.p,8)) if mk is not groupby else [(k,list(g)) for k,g in r.p])
