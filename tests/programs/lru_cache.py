"""A cache of the least recently used: a linked ring in a dict, a decorator over it, counters."""

import sys


class Link:
    __slots__ = "key", "value", "before", "after"

    def __init__(self, key=None, value=None):
        self.key, self.value = key, value
        self.before = self.after = self

    def cut(self):
        self.before.after, self.after.before = self.after, self.before
        self.before = self.after = self
        return self

    def put_behind(self, other):
        self.before, self.after = other, other.after
        other.after.before = other.after = self


class Cache:
    """Mapping of at most `size` entries."""

    def __init__(self, size, on_evict=None):
        self.ring = Link()
        if size < 1:
            raise ValueError("a cache needs room for one entry")
        self.size = size
        self.links = {}
        self.hits = self.misses = 0
        self.on_evict = on_evict or (lambda key, value: None)

    def __len__(self):
        return len(self.links)

    def __contains__(self, key):
        return key in self.links

    def __getitem__(self, key):
        try:
            link = self.links[key]
        except KeyError:
            self.misses += 1
            raise
        self.hits += 1
        link.cut().put_behind(self.ring)
        return link.value

    def __setitem__(self, key, value):
        if (link := self.links.get(key)) is not None:
            link.value = value
            link.cut().put_behind(self.ring)
            return
        if len(self.links) == self.size:
            oldest = self.ring.before.cut()
            del self.links[oldest.key]
            self.on_evict(oldest.key, oldest.value)
        link = self.links[key] = Link(key, value)
        link.put_behind(self.ring)

    def __delitem__(self, key):
        self.links.pop(key).cut()

    def __iter__(self):
        link = self.ring.after
        while link is not self.ring:
            yield link.key
            link = link.after

    def __reversed__(self):
        link = self.ring.before
        while link is not self.ring:
            yield link.key
            link = link.before

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default

    def __repr__(self):
        inside = ", ".join(f"{key!r}: {self.links[key].value!r}" for key in self)
        return f"{type(self).__name__}({{{inside}}}, size={self.size})"

    def __del__(self):
        # The ring of links is a cycle: take it apart.
        link = self.ring
        while link.after is not link:
            link.after.cut()


def cached(size):
    def decorate(function):
        cache = Cache(size)

        def wrapper(*args, **kwargs):
            key = args + tuple(sorted(kwargs.items()))
            try:
                return cache[key]
            except KeyError:
                result = cache[key] = function(*args, **kwargs)
                return result

        wrapper.cache = cache
        wrapper.__name__ = function.__name__
        wrapper.__doc__ = function.__doc__
        return wrapper

    return decorate


@cached(size=64)
def fib(n):
    """Fibonacci numbers."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@cached(2)
def power(base, *, exponent=2):
    print("computing", base, exponent)
    return base ** exponent


evicted = []
cache = Cache(3, on_evict=lambda key, value: evicted.append((key, value)))
for word in "the quick brown the lazy the dog quick".split():
    cache[word] = cache.get(word, 0) + 1
    print(word, list(cache), list(reversed(cache)))
print(cache, evicted, cache.hits, cache.misses)
del cache["dog"]
print(len(cache), "dog" in cache, "the" in cache, repr(cache))
for bad in ("dog", ["list"]):
    try:
        cache[bad]
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
try:
    Cache(0)
except ValueError as error:
    print(error)
print(fib(60), fib.cache.hits, fib.cache.misses, fib.__name__, fib.__doc__)
print(power(3), power(3), power(3, exponent=3), power(4), power(3), power.cache)
link = cache.ring
del cache
print(link.after is link, link.before is link, sys.getrefcount(link))
