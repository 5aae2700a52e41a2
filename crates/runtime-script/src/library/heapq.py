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

__all__ = ["heappush", "heappop", "heapify", "heapreplace", "merge",
           "nlargest", "nsmallest", "heappushpop"]


def merge(*iterables, key=None, reverse=False):
    """Sorted iterables as one sorted iterator, which reads them as it goes."""
    if reverse:
        fill, pop, replace, step = _heapify_max, _heappop_max, _heapreplace_max, -1
    else:
        fill, pop, replace, step = heapify, heappop, heapreplace, 1
    # Rows of the next item's key, the place of its source, the item, and how to get one more.
    rows = []
    order = 0
    for source in map(iter, iterables):
        following = source.__next__
        try:
            item = following()
        except StopIteration:
            continue
        if key is None:
            rows.append([item, order, following])
        else:
            rows.append([key(item), order, item, following])
        order += step
    fill(rows)
    if key is None:
        while len(rows) > 1:
            try:
                while True:
                    item, order, following = row = rows[0]
                    yield item
                    row[0] = following()
                    replace(rows, row)
            except StopIteration:
                pop(rows)
        if rows:
            item, order, following = rows[0]
            yield item
            yield from following.__self__
        return
    while len(rows) > 1:
        try:
            while True:
                ranked, order, item, following = row = rows[0]
                yield item
                item = following()
                row[0] = key(item)
                row[2] = item
                replace(rows, row)
        except StopIteration:
            pop(rows)
    if rows:
        ranked, order, item, following = rows[0]
        yield item
        yield from following.__self__


def nsmallest(n, iterable, key=None):
    """The first n items of sorted(iterable, key=key)."""
    if n == 1:
        nothing = object()
        best = min(iter(iterable), default=nothing, key=key)
        return [] if best is nothing else [best]
    try:
        size = len(iterable)
    except (TypeError, AttributeError):
        pass
    else:
        if n >= size:
            return sorted(iterable, key=key)[:n]
    source = iter(iterable)
    if key is None:
        best = [(item, i) for i, item in zip(range(n), source)]
        if not best:
            return best
        _heapify_max(best)
        top = best[0][0]
        order = n
        for item in source:
            if item < top:
                _heapreplace_max(best, (item, order))
                top, _ = best[0]
                order += 1
        best.sort()
        return [item for item, order in best]
    best = [(key(item), i, item) for i, item in zip(range(n), source)]
    if not best:
        return best
    _heapify_max(best)
    top = best[0][0]
    order = n
    for item in source:
        ranked = key(item)
        if ranked < top:
            _heapreplace_max(best, (ranked, order, item))
            top, _, _ = best[0]
            order += 1
    best.sort()
    return [item for ranked, order, item in best]


def nlargest(n, iterable, key=None):
    """The first n items of sorted(iterable, key=key, reverse=True)."""
    if n == 1:
        nothing = object()
        best = max(iter(iterable), default=nothing, key=key)
        return [] if best is nothing else [best]
    try:
        size = len(iterable)
    except (TypeError, AttributeError):
        pass
    else:
        if n >= size:
            return sorted(iterable, key=key, reverse=True)[:n]
    source = iter(iterable)
    if key is None:
        best = [(item, i) for i, item in zip(range(0, -n, -1), source)]
        if not best:
            return best
        heapify(best)
        top = best[0][0]
        order = -n
        for item in source:
            if top < item:
                heapreplace(best, (item, order))
                top, _ = best[0]
                order -= 1
        best.sort(reverse=True)
        return [item for item, order in best]
    best = [(key(item), i, item) for i, item in zip(range(0, -n, -1), source)]
    if not best:
        return best
    heapify(best)
    top = best[0][0]
    order = -n
    for item in source:
        ranked = key(item)
        if top < ranked:
            heapreplace(best, (ranked, order, item))
            top, _, _ = best[0]
            order -= 1
    best.sort(reverse=True)
    return [item for ranked, order, item in best]
