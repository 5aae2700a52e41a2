"""Objects held loosely: interning, caches that forget, observers, finalizers, proxies."""

import gc
import sys
import weakref


class Glyph:
    """One object per letter and size, as long as somebody uses it."""

    _known = weakref.WeakValueDictionary()
    made = 0

    def __new__(cls, letter, size=12):
        key = letter, size
        glyph = cls._known.get(key)
        if glyph is None:
            glyph = super().__new__(cls)
            glyph.letter, glyph.size = key
            cls._known[key] = glyph
            Glyph.made += 1
        return glyph

    def __repr__(self):
        return f"{self.letter}{self.size}"


class Subject:
    """Tells its observers, whom it does not keep alive."""

    def __init__(self):
        self.observers = weakref.WeakSet()
        self.methods = []

    def tell(self, what):
        for observer in sorted(self.observers, key=lambda o: o.name):
            observer.hear(what)
        for method in self.methods:
            call = method()
            if call is not None:
                call(what)

    def listen(self, method):
        self.methods.append(weakref.WeakMethod(method, self.methods.remove))


class Observer:
    def __init__(self, name):
        self.name, self.heard = name, []

    def hear(self, what):
        self.heard.append(what)
        print(f"  {self.name} hears {what}")

    def __del__(self):
        print(f"  {self.name} is gone after {len(self.heard)}")


class Tree:
    """Children are held, the parent is not."""

    def __init__(self, value, *children):
        self.value, self.children, self._parent = value, list(children), lambda: None
        for child in children:
            child._parent = weakref.ref(self)

    @property
    def parent(self):
        return self._parent()

    def path(self):
        node, steps = self, []
        while node:
            steps.append(node.value)
            node = node.parent
        return "/".join(reversed(steps))


word = [Glyph(c) for c in "banana"]
print(word, Glyph.made, len(Glyph._known), word[1] is word[3], sorted(map(repr, Glyph._known.values())))
del word[1:]
print(len(Glyph._known), Glyph("a") is Glyph("a"), Glyph.made, len(Glyph._known))

subject, ann, bob = Subject(), Observer("ann"), Observer("bob")
subject.observers.add(ann)
subject.observers.add(bob)
subject.listen(bob.hear)
subject.tell("hello")
del bob
print(len(subject.observers), len(subject.methods))
subject.tell("again")

root = Tree("root", Tree("a", Tree("x"), Tree("y")), Tree("b"))
leaf = root.children[0].children[1]
print(leaf.path(), leaf.parent.value, sys.getrefcount(root), weakref.getweakrefcount(root))
del root
print(leaf.path(), leaf.parent)

sizes = weakref.WeakKeyDictionary()
keys = [Glyph(c, 20) for c in "xyz"]
for i, key in enumerate(keys):
    sizes[key] = i * 10
print(sorted(sizes.values()), sizes[keys[0]], keys[2] in sizes, len(sizes))
del keys[0], key
print(len(sizes), sorted(map(repr, sizes)))

order = []
thing = Observer("thing")
first = weakref.ref(thing, lambda r: order.append("first"))
second = weakref.ref(thing, lambda r: order.append("second"))
end = weakref.finalize(thing, order.append, "finalizer")
plain = weakref.ref(thing)
proxy = weakref.proxy(thing)
print(proxy.name, plain() is thing, plain is weakref.ref(thing), first is second, end.alive, weakref.getweakrefcount(thing))
proxy.hear("by proxy")
print(first == second, hash(plain) == hash(first), len(weakref.getweakrefs(thing)))
thing = None
print(order, plain(), end.alive, first == second, first == first)
for bad in (lambda: proxy.name, lambda: weakref.ref(5), lambda: weakref.ref("text"), lambda: hash(weakref.ref(Observer("brief")))):
    try:
        bad()
    except (ReferenceError, TypeError) as error:
        print(type(error).__name__, error)

one, two = Observer("one"), Observer("two")
one.other, two.other = two, one
watch = weakref.ref(one, lambda r: print("  callback, dead:", r() is None))
del one, two
print("cycle is left", watch() is not None)
print(gc.collect() >= 2, watch())
late = weakref.finalize(ann, print, "  ann's finalizer at the end")
late.atexit = True
print(late.alive, late.peek()[2])
