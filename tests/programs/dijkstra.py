"""Shortest paths on small graphs: Dijkstra with a binary heap of our own, Bellman-Ford, Floyd."""

from math import inf, isinf


class Heap:
    """A binary heap of (key, item), smallest first."""

    __slots__ = ("_items",)

    def __init__(self, items=()):
        self._items = []
        for item in items:
            self.push(item)

    def __bool__(self):
        return bool(self._items)

    def __len__(self):
        return len(self._items)

    def push(self, item):
        items = self._items
        items.append(item)
        at = len(items) - 1
        while at:
            parent = (at - 1) // 2
            if items[parent] <= items[at]:
                break
            items[parent], items[at] = items[at], items[parent]
            at = parent

    def pop(self):
        items = self._items
        if not items:
            raise IndexError("pop from an empty heap")
        top, last = items[0], items.pop()
        if items:
            items[0] = last
            self._sink()
        return top

    def _sink(self):
        items, at = self._items, 0
        while (child := 2 * at + 1) < len(items):
            if child + 1 < len(items) and items[child + 1] < items[child]:
                child += 1
            if items[at] <= items[child]:
                return
            items[at], items[child] = items[child], items[at]
            at = child


class Graph:
    def __init__(self, edges=(), *, directed=False):
        self.next = {}
        self.directed = directed
        for a, b, weight in edges:
            self.add(a, b, weight)

    def add(self, a, b, weight=1):
        self.next.setdefault(a, {})[b] = weight
        other = self.next.setdefault(b, {})
        if not self.directed:
            other[a] = weight

    def __iter__(self):
        return iter(self.next)

    def __contains__(self, node):
        return node in self.next

    def edges(self):
        for a, out in self.next.items():
            for b, weight in out.items():
                yield a, b, weight

    def dijkstra(self, start):
        if start not in self:
            raise KeyError(start)
        distance, before = {start: 0}, {}
        done, heap = set(), Heap([(0, start)])
        while heap:
            far, node = heap.pop()
            if node in done:
                continue
            done.add(node)
            for other, weight in self.next[node].items():
                if (new := far + weight) < distance.get(other, inf):
                    distance[other], before[other] = new, node
                    heap.push((new, other))
        return distance, before

    def bellman_ford(self, start):
        distance = dict.fromkeys(self, inf) | {start: 0}
        for _ in range(len(self.next) - 1):
            for a, b, weight in self.edges():
                distance[b] = min(distance[b], distance[a] + weight)
        if any(distance[a] + weight < distance[b] for a, b, weight in self.edges()):
            raise ArithmeticError("negative cycle")
        return distance


def path(before, goal):
    steps = [goal]
    while steps[-1] in before:
        steps.append(before[steps[-1]])
    return steps[::-1]


def floyd(graph):
    nodes = sorted(graph)
    table = {(a, b): 0 if a == b else graph.next[a].get(b, inf) for a in nodes for b in nodes}
    for k in nodes:
        for i in nodes:
            for j in nodes:
                table[i, j] = min(table[i, j], table[i, k] + table[k, j])
    return table


roads = Graph([("A", "B", 7), ("A", "C", 9), ("A", "F", 14), ("B", "C", 10), ("B", "D", 15),
               ("C", "D", 11), ("C", "F", 2), ("D", "E", 6), ("E", "F", 9)])
distance, before = roads.dijkstra("A")
for node in sorted(distance):
    print(f"{node} {distance[node]:3d}  {' -> '.join(path(before, node))}")
print(distance == roads.bellman_ford("A"))
table = floyd(roads)
print(all(table["A", node] == far for node, far in distance.items()))
print(max(table.items(), key=lambda item: item[1]))
one_way = Graph([(1, 2, 4), (2, 3, -6), (3, 4, 1)], directed=True)
print(one_way.bellman_ford(1), isinf(floyd(one_way)[4, 1]))
one_way.add(4, 2, 3)
for bad in (lambda: one_way.bellman_ford(1), lambda: roads.dijkstra("Z"), lambda: Heap().pop()):
    try:
        print(bad())
    except (ArithmeticError, LookupError) as error:
        print(type(error).__name__, error)
grid = Graph()
for x in range(6):
    for y in range(6):
        if x:
            grid.add((x - 1, y), (x, y), (x * y) % 4 + 1)
        if y:
            grid.add((x, y - 1), (x, y), (x + y) % 3 + 1)
far, back = grid.dijkstra((0, 0))
print(far[5, 5], path(back, (5, 5)), sum(far.values()), len(far))
