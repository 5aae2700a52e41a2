"""A balanced search tree (AVL): insertion, removal, ranges, set operations, invariants checked."""

from functools import total_ordering
import random


@total_ordering
class Key:
    """Something with an order only, and a count of comparisons."""

    compared = 0

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        Key.compared += 1
        return self.value == other.value

    def __lt__(self, other):
        Key.compared += 1
        return self.value < other.value

    def __repr__(self):
        return f"K{self.value}"


class Node:
    __slots__ = ("key", "left", "right", "height", "size")

    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right
        self.update()

    def update(self):
        left, right = self.left, self.right
        self.height = 1 + max(left.height if left else 0, right.height if right else 0)
        self.size = 1 + (left.size if left else 0) + (right.size if right else 0)
        return self

    @property
    def tilt(self):
        return (self.left.height if self.left else 0) - (self.right.height if self.right else 0)

    def rotate(self, side, other):
        child = getattr(self, side)
        setattr(self, side, getattr(child, other))
        setattr(child, other, self.update())
        return child.update()

    def balanced(self):
        self.update()
        if self.tilt > 1:
            if self.left.tilt < 0:
                self.left = self.left.rotate("right", "left")
            return self.rotate("left", "right")
        if self.tilt < -1:
            if self.right.tilt > 0:
                self.right = self.right.rotate("left", "right")
            return self.rotate("right", "left")
        return self


class Tree:
    def __init__(self, keys=()):
        self.root = None
        for key in keys:
            self.add(key)

    def add(self, key):
        def insert(node):
            if node is None:
                return Node(key)
            if key < node.key:
                node.left = insert(node.left)
            elif node.key < key:
                node.right = insert(node.right)
            return node.balanced()

        self.root = insert(self.root)
        return self

    def remove(self, key):
        def least(node):
            if node.left is None:
                return node.key, node.right
            key, node.left = least(node.left)
            return key, node.balanced()

        def cut(node):
            if node is None:
                raise KeyError(key)
            if key < node.key:
                node.left = cut(node.left)
            elif node.key < key:
                node.right = cut(node.right)
            elif node.left is None or node.right is None:
                return node.left or node.right
            else:
                node.key, node.right = least(node.right)
            return node.balanced()

        self.root = cut(self.root)

    def __iter__(self):
        node, path = self.root, []
        while node or path:
            while node:
                path.append(node)
                node = node.left
            node = path.pop()
            yield node.key
            node = node.right

    def __len__(self):
        return self.root.size if self.root else 0

    def __contains__(self, key):
        node = self.root
        while node is not None:
            if key == node.key:
                return True
            node = node.left if key < node.key else node.right
        return False

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = index + len(self) if index < 0 else index
        if not 0 <= index < len(self):
            raise IndexError("tree index out of range")
        node = self.root
        while True:
            before = node.left.size if node.left else 0
            if index == before:
                return node.key
            if index < before:
                node = node.left
            else:
                node, index = node.right, index - before - 1

    def __or__(self, other):
        return type(self)([*self, *other])

    def __and__(self, other):
        return type(self)(key for key in self if key in other)

    def check(self):
        def walk(node):
            if node is None:
                return 0
            left, right = walk(node.left), walk(node.right)
            assert abs(left - right) <= 1, f"tilted at {node.key}"
            assert node.height == 1 + max(left, right)
            return node.height

        height = walk(self.root)
        keys = list(self)
        assert all(a < b for a, b in zip(keys, keys[1:])), "out of order"
        return height

    def __str__(self):
        def show(node):
            return f"{node.key}" + (f"({show(node.left)},{show(node.right)})"
                                    if node.left or node.right else "") if node else "-"
        return show(self.root)


tree = Tree(range(1, 16))
print(tree, len(tree), tree.check())
for key in (8, 1, 4, 15):
    tree.remove(key)
print(tree, tree.check(), 8 in tree, 9 in tree, tree[0], tree[-1], tree[2:9:3])
random.seed(2024)
numbers = random.sample(range(1000), 200)
big = Tree(numbers)
print(big.check(), list(big) == sorted(numbers), numbers[:5], [big[i] for i in (0, 50, 100, 199)])
random.shuffle(numbers)
for number in numbers[:150]:
    big.remove(number)
    big.check()
print(len(big), list(big)[:6], str(big)[:60])
words = Tree("to be or not to be that is the question".split())
print(*words, "|", *(words | Tree("a be zoo".split())), "|", *(words & Tree(["be", "bee", "the"])))
keys = Tree(map(Key, [5, 2, 8, 1, 9, 3]))
print(list(keys), Key.compared, Key(3) in keys, Key(4) >= Key(4), max(keys), Key(1) != Key(2))
for bad in (lambda: tree[99], lambda: tree.remove(99), lambda: words.add(5), lambda: Key(1) < 3):
    try:
        bad()
    except (LookupError, TypeError, AttributeError) as error:
        print(type(error).__name__, error)
