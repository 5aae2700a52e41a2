"""A ring buffer over a memoryview: writing and reading in pieces without copies, exports, casts."""

import sys


class Full(Exception):
    pass


class Ring:
    """A fixed number of bytes, first in, first out."""

    def __init__(self, size):
        self._bytes = bytearray(size)
        self._view = memoryview(self._bytes)
        self._start = self._count = 0

    def __len__(self):
        return self._count

    @property
    def free(self):
        return len(self._bytes) - self._count

    def _spans(self, start, count):
        """At most two slices: to the end of the memory, and from its begin."""
        size = len(self._bytes)
        start %= size
        first = min(count, size - start)
        yield self._view[start:start + first]
        if count > first:
            yield self._view[:count - first]

    def write(self, data):
        with memoryview(data).cast("B") as view:
            if view.nbytes > self.free:
                raise Full(f"{view.nbytes} bytes into {self.free}")
            at = 0
            for span in self._spans(self._start + self._count, view.nbytes):
                span[:] = view[at:at + len(span)]
                at += len(span)
            self._count += view.nbytes
            return view.nbytes

    def peek(self, n=None):
        return b"".join(self._spans(self._start, min(self._count, self._count if n is None else n)))

    def read(self, n=None):
        data = self.peek(n)
        self._start = (self._start + len(data)) % len(self._bytes)
        self._count -= len(data)
        return data

    def read_into(self, target):
        done = 0
        with memoryview(target) as view:
            if view.readonly:
                raise TypeError("the target must be writable")
            for span in self._spans(self._start, min(len(view), self._count)):
                view[done:done + len(span)] = span
                done += len(span)
        self._start = (self._start + done) % len(self._bytes)
        self._count -= done
        return done

    def lines(self):
        while (end := self.peek().find(b"\n")) >= 0:
            yield self.read(end + 1)[:-1].decode()

    def close(self):
        self._view.release()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        marks = ["."] * len(self._bytes)
        for i in range(self._count):
            marks[(self._start + i) % len(marks)] = "#"
        return f"<Ring {''.join(marks)} {self._count}/{len(marks)}>"


class Samples:
    """The same memory as numbers of another width."""

    def __init__(self, count):
        self.memory = bytearray(2 * count)
        self.numbers = memoryview(self.memory).cast("h")

    def __getitem__(self, i):
        return self.numbers[i].tolist() if isinstance(i, slice) else self.numbers[i]

    def __setitem__(self, i, value):
        self.numbers[i] = value


with Ring(10) as ring:
    print(ring.write(b"hello"), ring, ring.peek(), ring.free)
    print(ring.read(3), ring.write(bytearray(b"world!!")), ring)
    print(ring.peek(4), len(ring), ring.read(), ring)
    for piece in ("one\ntw", "o\nth", "ree\n"):
        ring.write(piece.encode())
        print(piece.encode(), list(ring.lines()), ring)
    target = bytearray(4)
    ring.write(b"abcdefgh")
    print(ring.read_into(target), target, ring.read_into(memoryview(target)[1:3]), target, ring)
    for bad in (lambda: ring.write(b"x" * 20), lambda: ring.read_into(b"    "), lambda: ring.write("text"),
                lambda: ring._bytes.append(1), lambda: ring._bytes.clear()):
        try:
            bad()
        except (Full, TypeError, BufferError) as error:
            print(type(error).__name__, error)
    inside = ring._bytes
try:
    ring.write(b"late")
except ValueError as error:
    print(type(error).__name__, error)
inside.append(33)
print(len(inside), inside[-1:])

samples = Samples(6)
for i, value in enumerate((0, 1, -1, 32767, -32768, 258)):
    samples[i] = value
print(samples.memory.hex(" ", 2), samples[5], samples[-2], samples[1:4], samples.numbers.format, samples.numbers.itemsize)
samples.numbers[0:2] = memoryview(b"\x05\x00\x06\x00").cast("h")
print(samples[:], samples.numbers.shape, samples.numbers.strides, samples.numbers.nbytes, len(samples.numbers))
for bad in (lambda: samples.__setitem__(0, 40000), lambda: samples.__setitem__(0, 1.5), lambda: samples[6],
            lambda: samples.memory.extend(b"no"), lambda: samples.numbers.cast("i"), lambda: hash(samples.numbers)):
    try:
        print(bad())
    except (ValueError, TypeError, IndexError, BufferError, NotImplementedError) as error:
        print(type(error).__name__, error)

data = memoryview(b"abcdefghij")
print(data[::2].tobytes(), data[::-3].tolist(), data[2:5] == b"cde", data[2:5] != data[2:6], data.readonly, hash(data) == hash(b"abcdefghij"))
print(bytes(reversed(data)), b"def" in bytes(data), data.obj is not None, data[3:3].nbytes, sorted(data[:3], reverse=True))
grid = memoryview(bytearray(range(12))).cast("B", (3, 4))
print(grid.tolist(), grid.ndim, grid.shape, grid[1, 2], grid.contiguous)
grid[2, 3] = 99
print(grid.tobytes()[-2:], sys.getsizeof(data) == sys.getsizeof(memoryview(b"")), repr(data).startswith("<memory at 0x"))
first = memoryview(block := bytearray(b"shared"))
second = first[1:4]
first.release()
second[0] = ord("H")
try:
    del block[:]
except BufferError as error:
    print(error, block)
second.release()
del block[:]
print(block, repr(first).split(" at ")[0])
