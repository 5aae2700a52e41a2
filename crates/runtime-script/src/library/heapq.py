"""Heaps in lists: the smallest item is the first one."""

from _heapq import (
    _heapify_max,
    _heappop_max,
    _heapreplace_max,
    heapify,
    heappop,
    heappush,
    heappushpop,
    heapreplace,
)

__all__ = "heappush heappop heapify heapreplace merge nlargest nsmallest heappushpop".split()

_NOTHING = object()


def _advance(row, key):
    """Puts the next item of its source into a row of `merge`; says whether there was one."""
    for item in row[3]:
        row[0], row[2] = item if key is None else key(item), item
        return True
    return False


def merge(*iterables, key=None, reverse=False):
    """Sorted iterables as one sorted iterator, which reads them as it goes."""
    fill, pop, replace = heapify, heappop, heapreplace
    if reverse:
        fill, pop, replace = _heapify_max, _heappop_max, _heapreplace_max
    # Rows of the next item's key, the place of its source (of equals the first goes first), the
    # item, and the source.
    rows = []
    for place, iterable in enumerate(iterables):
        row = [None, -place if reverse else place, None, iter(iterable)]
        if _advance(row, key):
            rows.append(row)
    fill(rows)
    while rows:
        row = rows[0]
        yield row[2]
        if len(rows) == 1:
            yield from row[3]
            return
        if _advance(row, key):
            replace(rows, row)
        else:
            pop(rows)


def _first(n, iterable, key, backward):
    """The first n items of the iterable, sorted: a heap holds no more than n at a time."""
    if n == 1:
        pick = max if backward else min
        found = pick(iter(iterable), default=_NOTHING, key=key)
        return [] if found is _NOTHING else [found]
    try:
        size = len(iterable)
    except (TypeError, AttributeError):
        size = None
    if size is not None and n >= size:
        return sorted(iterable, key=key, reverse=backward)[:n]
    fill, replace = (heapify, heapreplace) if backward else (_heapify_max, _heapreplace_max)
    source = iter(iterable)
    rows = []
    for place, item in zip(range(n), source):
        ranked = item if key is None else key(item)
        rows.append((ranked, -place if backward else place, item))
    if rows:
        fill(rows)
        for place, item in enumerate(source, n):
            ranked = item if key is None else key(item)
            last = rows[0][0]
            if last < ranked if backward else ranked < last:
                replace(rows, (ranked, -place if backward else place, item))
    rows.sort(reverse=backward)
    return [item for _, _, item in rows]


def nsmallest(n, iterable, key=None):
    """The first n items of sorted(iterable, key=key)."""
    return _first(n, iterable, key, False)


def nlargest(n, iterable, key=None):
    """The first n items of sorted(iterable, key=key, reverse=True)."""
    return _first(n, iterable, key, True)
