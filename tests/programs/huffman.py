"""Huffman codes: a tree by a heap, canonical codes, packing bits, and the way back."""

import heapq
from collections import Counter


class Leaf:
    __slots__ = ("symbol", "weight")

    def __init__(self, symbol, weight):
        self.symbol, self.weight = symbol, weight

    def walk(self, prefix=""):
        yield self.symbol, prefix or "0"

    def __repr__(self):
        return repr(chr(self.symbol))


class Branch:
    __slots__ = ("left", "right", "weight")

    def __init__(self, left, right):
        self.left, self.right, self.weight = left, right, left.weight + right.weight

    def walk(self, prefix=""):
        yield from self.left.walk(prefix + "0")
        yield from self.right.walk(prefix + "1")

    def __repr__(self):
        return f"({self.left!r} {self.right!r})"


def tree_of(data):
    if not data:
        raise ValueError("nothing to encode")
    heap = [(weight, order, Leaf(symbol, weight))
            for order, (symbol, weight) in enumerate(sorted(Counter(data).items()))]
    heapq.heapify(heap)
    order = len(heap)
    while len(heap) > 1:
        (_, _, a), (_, _, b) = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (a.weight + b.weight, order, Branch(a, b)))
        order += 1
    return heap[0][2]


def canonical(lengths):
    """Codes of given lengths, shortest first, each one more than the last."""
    code, before, codes = 0, 0, {}
    for symbol, length in sorted(lengths.items(), key=lambda item: (item[1], item[0])):
        code <<= length - before
        codes[symbol] = format(code, f"0{length}b")
        code, before = code + 1, length
    return codes


def pack(bits):
    padding = -len(bits) % 8
    bits += "0" * padding
    return bytes([padding, *(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))])


def unpack(data):
    padding, *rest = data
    bits = "".join(f"{byte:08b}" for byte in rest)
    return bits[:len(bits) - padding]


def encode(data):
    lengths = {symbol: len(code) for symbol, code in tree_of(data).walk()}
    codes = canonical(lengths)
    header = bytes([len(lengths) - 1]) + b"".join(bytes(pair) for pair in sorted(lengths.items()))
    return header + pack("".join(map(codes.__getitem__, data)))


def decode(data):
    count = data[0] + 1
    if len(data) < 2 + 2 * count:
        raise EOFError(f"{len(data)} bytes are too few for {count} symbols")
    lengths = dict(zip(data[1:2 * count:2], data[2:2 * count + 1:2]))
    symbols = {code: symbol for symbol, code in canonical(lengths).items()}
    out, word = bytearray(), ""
    for bit in unpack(data[1 + 2 * count:]):
        word += bit
        if word in symbols:
            out.append(symbols[word])
            word = ""
    if word:
        raise ValueError(f"bits left over: {word}")
    return bytes(out)


texts = ["abracadabra", "mississippi river", "a", "aaaa", "the quick brown fox jumps over the lazy dog" * 3,
         "naïve café – ünïcode"]
for text in texts:
    data = text.encode("utf-8")
    packed = encode(data)
    assert decode(packed) == data, text
    codes = canonical({s: len(c) for s, c in tree_of(data).walk()})
    mean = sum(len(codes[b]) for b in data) / len(data)
    print(f"{text[:20]!r:<24}{len(data):>4} -> {len(packed):>3} bytes, {len(codes):>2} codes, {mean:.3f} bits")
tree = tree_of(b"abracadabra")
print(tree, tree.weight, dict(tree.walk()))
for symbol, code in canonical({s: len(c) for s, c in tree.walk()}).items():
    print(f"{chr(symbol)} {code:>4} {int(code, 2)}")
print(encode(b"abracadabra").hex(" "), Counter("abracadabra").most_common(2))
for bad in (lambda: encode(b""), lambda: decode(b"\x05ab"), lambda: decode(encode(b"abc")[:-1] + b"\xff")):
    try:
        print(bad())
    except (ValueError, EOFError) as error:
        print(type(error).__name__, error)
