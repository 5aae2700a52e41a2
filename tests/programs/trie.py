"""A trie of words as a mapping: prefixes, wildcards, words one letter off, removal, counting."""

import sys

MISSING = object()


class Trie:
    class Node:
        __slots__ = ("children", "value")

        def __init__(self):
            self.children, self.value = {}, MISSING

    def __init__(self, words=(), **more):
        self._root, self._count = self.Node(), 0
        self.update(words, **more)

    def update(self, words=(), /, **more):
        pairs = words.items() if isinstance(words, dict) else ((w, i) for i, w in enumerate(words))
        for word, value in pairs:
            self[word] = value
        for word, value in more.items():
            self[word] = value

    def _find(self, prefix):
        node = self._root
        for letter in prefix:
            node = node.children.get(letter)
            if node is None:
                return None
        return node

    def __setitem__(self, word, value):
        if not isinstance(word, str):
            raise TypeError(f"words are str, not {type(word).__name__}")
        node = self._root
        for letter in word:
            node = node.children.setdefault(letter, self.Node())
        self._count += node.value is MISSING
        node.value = value

    def __getitem__(self, word):
        node = self._find(word)
        if node is None or node.value is MISSING:
            raise KeyError(word)
        return node.value

    def __delitem__(self, word):
        path, node = [], self._root
        for letter in word:
            path.append((node, letter))
            node = node.children.get(letter)
            if node is None:
                raise KeyError(word)
        if node.value is MISSING:
            raise KeyError(word)
        node.value = MISSING
        self._count -= 1
        for parent, letter in reversed(path):
            child = parent.children[letter]
            if child.children or child.value is not MISSING:
                break
            del parent.children[letter]

    def __contains__(self, word):
        node = self._find(word)
        return node is not None and node.value is not MISSING

    def __len__(self):
        return self._count

    def __iter__(self):
        return self.starting("")

    def starting(self, prefix):
        def walk(node, so_far):
            if node.value is not MISSING:
                yield so_far
            for letter in sorted(node.children):
                yield from walk(node.children[letter], so_far + letter)

        start = self._find(prefix)
        return walk(start, prefix) if start is not None else iter(())

    def matching(self, pattern):
        """Words for a pattern with `?` for any letter and `*` for any letters."""
        found = set()

        def walk(node, i, so_far):
            if i == len(pattern):
                if node.value is not MISSING:
                    found.add(so_far)
                return
            wanted = pattern[i]
            if wanted == "*":
                walk(node, i + 1, so_far)
            for letter, child in node.children.items():
                if wanted in ("?", "*", letter):
                    walk(child, i + (wanted != "*"), so_far + letter)

        walk(self._root, 0, "")
        return sorted(found)

    def near(self, word, distance=1):
        """(word, edits) within a distance, rows of the table kept along the way down."""
        todo = [(self._root, "", list(range(len(word) + 1)))]
        while todo:
            node, so_far, row = todo.pop()
            if node.value is not MISSING and row[-1] <= distance:
                yield so_far, row[-1]
            for letter, child in node.children.items():
                new = [row[0] + 1]
                for j, other in enumerate(word, 1):
                    new.append(min(new[-1] + 1, row[j] + 1, row[j - 1] + (letter != other)))
                if min(new) <= distance:
                    todo.append((child, so_far + letter, new))

    def nodes(self):
        todo, count = [self._root], 0
        while todo:
            count += 1
            todo.extend(todo.pop().children.values())
        return count


words = "car card care cart cat dog do dot done cot coat boat bat bar".split()
trie = Trie(words, extra="!")
print(len(trie), trie.nodes(), list(trie))
print(list(trie.starting("car")), list(trie.starting("z")), trie["dot"], "do" in trie, "ca" in trie)
for pattern in ("?ot", "c*t", "*a*", "do*", "????", "*"):
    print(f"{pattern:>6}", trie.matching(pattern)[:8])
for word in ("cat", "doot", "zzz", "bard"):
    print(word, sorted(trie.near(word)), len(list(trie.near(word, 2))))
for word in ("card", "car", "do"):
    del trie[word]
print(len(trie), trie.nodes(), list(trie.starting("c")), trie.matching("d*"))
for bad in (lambda: trie["car"], lambda: trie.__delitem__("xyz"), lambda: trie.__delitem__("ca"),
            lambda: trie.__setitem__(5, 1), lambda: trie.update(5)):
    try:
        print(bad())
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
print(sys.getsizeof(trie._root) == 16 + 16 + 2 * 8, Trie.Node.__qualname__, hasattr(trie._root, "__dict__"))
