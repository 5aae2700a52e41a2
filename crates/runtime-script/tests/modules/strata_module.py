# The runtime's view of itself. What it says of one object is held to what it says elsewhere.
import gc
import sys
import strata

def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)

# Size classes: 32 of them, 16 bytes apart.
print(strata.size_class(48))
print(strata.size_class(600))
for n in range(1, 513):
    c = strata.size_class(n)
    assert c["class"] == (n - 1) // 16 and c["block"] == 16 * (c["class"] + 1) == n + c["slack"]
    assert c["blocks_per_pool"] == (16384 - 48) // c["block"]
attempt(strata.size_class, -1)
attempt(strata.size_class, "48")
attempt(strata.size_class)

# Blocks and layouts agree with sizes.
class Slots:
    __slots__ = ("p", "q")
class Values:
    def __init__(self):
        self.u = 1
samples = [(), (1, 2, 3), 10**40, 1.5, "text", "\u20ac", b"bytes", None, True, Slots(), [1, 2], {}, {1}, range(9)]
for op in samples:
    block, layout = strata.block_of(op), strata.layout(op)
    assert block["domain"] == "object" and block["size"] + block["slack"] == block["block"], op
    assert sum(size for _, _, size in layout) == block["size"], (op, layout, block)
    at = layout[0][1]
    for name, offset, size in layout:
        assert offset == at, (op, layout)
        at += size
    if not isinstance(op, (list, dict, set)):
        assert block["size"] == sys.getsizeof(op), op
    assert block["place"].startswith("a0/p")
print(strata.layout((1, 2)))
print(strata.layout(Slots())[-2:])
print([row[0] for row in strata.layout(Values())][-3:])
print([row[0] for row in strata.layout("\u20ac")])
large = strata.block_of(tuple(range(100)))
print(large["served_by"], large["class"], large["place"], large["size"])
x = object()
place = strata.block_of(x)["place"]
del x
print(strata.block_of(object())["place"] == place)

# Free lists: what dies is kept, and taken by the next.
held = [float(n) + 0.5 for n in range(60)]
gc.collect()
before = strata.free_lists()["float"][0]["kept"]
del held
after = strata.free_lists()["float"][0]
print(after["kept"] - before >= 50, after["cap"], after["bytes"], len(strata.free_lists()["tuple"]))
print([name for name in strata.free_lists() if name != "MemoryError"][:5])

# The heap: its lines make up the arenas.
heap = strata.heap()
parts = ("alive", "rounding", "free_lists", "free_blocks", "pool_headers", "pool_tails", "unused_pools")
print(sum(heap[part] for part in parts) == heap["arenas"] * heap["arena_size"], heap["arena_size"])
print(sum(c["pools"] for c in heap["classes"]) == heap["pools"], heap["taken"] >= heap["arenas"] * heap["arena_size"])

# Births by layer, since the script began.
one = strata.layers()
junk = [[n] for n in range(500)]
two = strata.layers()
print(list(one), sum(two.values()) - sum(one.values()) >= 500, sum(one.values()) > 1000)
big = "x" * 5000
print(strata.layers()["large"] > two["large"])

# Deep sizes: shared objects once; classes, functions and modules not at all.
inner = [1000, 2000]
print(strata.deep_size(inner) == sys.getsizeof(inner) + 2 * sys.getsizeof(1000))
print(strata.deep_size([inner, inner]) == sys.getsizeof([0, 0]) + strata.deep_size(inner))
loop = []
loop.append(loop)
print(strata.deep_size(loop) == sys.getsizeof(loop))
print(strata.deep_size(Values()) < 300, strata.deep_size(1.5))
deep = None
for n in range(5000):
    deep = (deep,)
print(strata.deep_size(deep))

# The account of one object: section by section.
xs = ["abc%d" % n for n in range(1000)]
a = strata.account(xs)
print(list(a))
print(a["header"], a["payload"], a["arrays"], a["references"], a["referents"], a["reached_objects"])
print(a["header"] + a["payload"] + a["arrays"] == sys.getsizeof(xs))
print(a["reached_bytes"] == sum(sys.getsizeof(x) for x in xs))
total = ("header", "payload", "arrays", "padding", "pool_overhead", "arena_overhead")
for op in samples + [xs, Values(), attempt, strata]:
    a = strata.account(op)
    assert sum(a[part] for part in total) == a["total"], op
print(strata.account(()))

# References: every unit of a count and who holds it.
target = ["target"]
alias = target
table = {"k": target, 5: target}
pair = (target, target)
for unit in strata.refs(target):
    print(unit)
def count(op):
    # `getrefcount` counts its own argument, as `refs` does.
    return len(strata.refs(op)) == sys.getrefcount(op)
print(len(strata.refs(target)) == sys.getrefcount(target), count(target), count(table), count(Slots))
def nested(arg):
    local = arg
    return strata.refs(local)
for unit in nested(target)[:5]:
    print(unit)
def closure():
    kept = target
    return lambda: kept
def generator():
    kept = target
    yield
kept_by = [closure(), generator(), Values(), Slots(), {target[0]}]
next(kept_by[1])
kept_by[2].attribute = target
kept_by[3].p = target
units = strata.refs(target)
print([u for u in units if u[0] == "object" and u[1] in ("cell", "generator", "Values", "Slots")])
print(any(u[0] == "unknown" for u in units), len(units) == sys.getrefcount(target))
print(strata.refs(None), strata.refs(5))

# The shortest way that keeps an object alive; what asks does not count.
print(strata.path(target), strata.path(Slots), strata.path(table[5]))
inside = [[["deep"]]]
print(strata.path(inside[0][0]), strata.path(kept_by[2].__dict__))
def local(arg):
    return strata.path(arg[0])
print(local([object()]), strata.path(object()))
ring = []
ring.append([ring])
other = ring[0]
del ring
print(strata.path(other[0]))
def unreachable(make):
    # Nothing but the argument holds what is made.
    return strata.path(make())
print(unreachable(lambda: [1]), strata.path(None) is not None, strata.path(int) is not None)
attempt(strata.path)

# Neighbours: the blocks on both sides, and what lies there.
row = [object() for _ in range(600)]
places = {strata.block_of(x)["place"]: x for x in row}
found = 0
for x in row:
    for side in strata.neighbours(x):
        if side is not None:
            place, what = side
            if place in places:
                found += 1
                assert what == "object", side
            assert place.rsplit("/", 1)[0] == strata.block_of(x)["place"].rsplit("/", 1)[0]
print(found > 900, strata.neighbours(tuple(range(100))))
middle = sorted(row, key=lambda x: [int(part[1:]) for part in strata.block_of(x)["place"].split("/")])[300]
left = strata.neighbours(middle)[0][0]
row.remove(places.pop(left))
x = None
print(strata.neighbours(middle)[0] == (left, "free"))
print(strata.refs(object()))
def running():
    own = ["own"]
    yield [u[:2] for u in strata.refs(own)]
print(next(running()))
try:
    raise ValueError("held")
except ValueError as error:
    print([u[:2] for u in strata.refs(error)])
s = "a string of its own".upper()
print(len(strata.refs(s)) == sys.getrefcount(s))
attempt(strata.refs)

# The heap is sound, and can be made to fail.
print(sorted(strata.check_heap()), strata.check_heap()["tracked"] > 0)
strata.faults.fail(0, "object")
try:
    [object() for n in range(100)]
except MemoryError:
    print("refused")
print(strata.faults.stop()["refused"], strata.faults.stop())
strata.faults.fail(3, domain="mem")
grown = []
failures = 0
for n in range(1000):
    try:
        grown.append(n)
    except MemoryError:
        failures += 1
print(failures, len(grown), strata.faults.stop()["refused"])
attempt(strata.faults.fail, -1)
attempt(strata.faults.fail, 1, "stack")
attempt(strata.faults.fail, 1, 5)
attempt(strata.faults.fail)
strata.check_heap()
print(strata, sorted(name for name in dir(strata) if not name.startswith("_")))
