# One figure of CPython's collector: shape, objects, rounds; the random graph comes on standard input.
# Prints nanoseconds of the processor and resident bytes an object.
import gc
import sys
from array import array
from time import thread_time_ns


class Node:
    __slots__ = ("a", "b", "c")


def resident():
    with open("/proc/self/smaps_rollup") as file:
        for line in file:
            if line.startswith("Rss:"):
                return int(line.split()[1]) * 1024


def ring(n):
    first = last = Node()
    for _ in range(n - 1):
        node = Node()
        last.a = node
        last = node
    last.a = first
    return first


def held_ring(n):
    nodes = [Node() for _ in range(n)]
    for node, after in zip(nodes, nodes[1:]):
        node.a = after
    nodes[-1].a = nodes[0]
    return nodes


def pairs(n):
    for _ in range(n // 2):
        x = Node()
        x.a = Node()
        x.a.a = x


def random(n, edges):
    nodes = [Node() for _ in range(n)]
    targets = iter(edges)
    for node, a, b, c in zip(nodes, targets, targets, targets):
        node.a = nodes[a]
        node.b = nodes[b]
        node.c = nodes[c]
    return nodes


def tree(n):
    nodes = [Node() for _ in range(n)]
    at = 1
    for node in nodes:
        if at < n:
            node.a = nodes[at]
        if at + 1 < n:
            node.b = nodes[at + 1]
        if at + 2 < n:
            node.c = nodes[at + 2]
        at += 3
    return nodes[0]


def main(shape, n, rounds):
    gc.disable()
    edges = array("I")
    if shape in ("random", "live_random", "live_rooted"):
        edges.frombytes(sys.stdin.buffer.read())
    gc.collect()
    gc.freeze()
    best, bytes_each, empty = float("inf"), 0, resident()
    held = None
    for round in range(rounds):
        if shape == "pairs":
            pairs(n)
        elif shape == "ring":
            held = ring(n)
        elif shape == "random":
            held = random(n, edges)
        elif shape == "live_ring":
            held = held or held_ring(n)
        elif shape == "live_random":
            held = held or random(n, edges)
        elif shape == "live_rooted":
            held = held or random(n, edges)[0]
        elif shape == "tree":
            held = tree(n)
        if not round:
            bytes_each = (resident() - empty) / n
        if shape == "tree":
            start = thread_time_ns()
            held = None
        else:
            if not shape.startswith("live"):
                held = None
            start = thread_time_ns()
            gc.collect()
        best = min(best, thread_time_ns() - start)
    print(best / n, max(bytes_each, 0))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
