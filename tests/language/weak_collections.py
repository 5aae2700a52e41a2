"""Operations of the weak collections: on themselves, with each other, with ordinary ones."""

from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary, finalize


class Thing:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


a, b, c = (Thing(name) for name in "abc")


def shown(items):
    return sorted(repr(item) for item in items)


def tried(call):
    try:
        print(call())
    except TypeError as error:
        print(error)


left, right = WeakSet([a, b]), WeakSet([b, c])
print(shown(left ^ right), shown(left & right), shown(left | right), shown(left - right))
left.symmetric_difference_update(right)
print(shown(left))
left ^= [a]
print(shown(left))
left ^= left
print(shown(left))
left |= {a, b, c}
left -= {a}
print(shown(left))
left &= [a, b]
print(shown(left))
left -= left
print(shown(left), left.difference(right), shown(right.difference([b])))
right.intersection_update({c})
print(shown(right))
for operation in (WeakSet.difference_update, WeakSet.intersection_update, WeakSet.difference):
    tried(lambda: operation(right, [[]]))

keys = {a: 1} | WeakKeyDictionary({b: 2})
print(type(keys).__name__, shown(keys), shown(keys | {c: 3}), shown({b: 5} | keys), keys[b])
keys |= {c: 3}
print(shown(keys))
values = {1: a, 2: a} | WeakValueDictionary({2: b})
print(type(values).__name__, sorted(values), values[2], sorted(values | {3: c}))
values |= {4: c}
print(sorted(values))
tried(lambda: keys | 5)
tried(lambda: [1] | values)
tried(lambda: finalize())
tried(lambda: finalize(a))
