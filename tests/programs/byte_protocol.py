"""A wire format: frames with checksums, variable lengths, tagged values, a reader that takes pieces."""

from io import StringIO


class ProtocolError(ValueError):
    def __init__(self, reason, at):
        super().__init__(f"{reason} at byte {at}")
        self.at = at


def varint(n):
    """Seven bits a byte, the lowest first."""
    if n < 0:
        raise OverflowError("varints are not negative")
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return n << 1 if n >= 0 else (-n << 1) - 1


class Reader:
    """Reads values from memory that it does not copy."""

    def __init__(self, data):
        self.data, self.at = memoryview(data), 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise ProtocolError(f"{n} bytes wanted, {len(self.data) - self.at} left", self.at)
        self.at += n
        return self.data[self.at - n:self.at]

    def varint(self):
        shift = value = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
            shift += 7

    def value(self):
        start = self.at
        tag = chr(self.take(1)[0])
        match = self.readers.get(tag)
        if match is None:
            raise ProtocolError(f"unknown tag {tag!r}", start)
        return match(self)

    readers = {
        "n": lambda self: None, "t": lambda self: True, "f": lambda self: False,
        "i": lambda self: (lambda n: n >> 1 if not n & 1 else -(n + 1 >> 1))(self.varint()),
        "d": lambda self: float.fromhex(bytes(self.take(self.varint())).decode("ascii")),
        "s": lambda self: str(self.take(self.varint()), "utf-8"),
        "b": lambda self: bytes(self.take(self.varint())),
        "l": lambda self: [self.value() for _ in range(self.varint())],
        "m": lambda self: {self.value(): self.value() for _ in range(self.varint())},
    }


def write(value, out=None):
    out = bytearray() if out is None else out
    if value is None or value is True or value is False:
        out += {None: b"n", True: b"t", False: b"f"}[value]
    elif isinstance(value, int):
        out += b"i" + varint(zigzag(value))
    elif isinstance(value, float):
        text = value.hex().encode()
        out += b"d%b%b" % (varint(len(text)), text)
    elif isinstance(value, str):
        data = value.encode("utf-8")
        out += b"s" + varint(len(data)) + data
    elif isinstance(value, (bytes, bytearray, memoryview)):
        out += b"b" + varint(len(value))
        out.extend(value)
    elif isinstance(value, (list, tuple)):
        out += b"l" + varint(len(value))
        for item in value:
            write(item, out)
    elif isinstance(value, dict):
        out += b"m" + varint(len(value))
        for pair in value.items():
            for part in pair:
                write(part, out)
    else:
        raise TypeError(f"cannot write {type(value).__name__}")
    return out


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def frame(value):
    body = write(value)
    return b"\x7e" + varint(len(body)) + body + crc16(body).to_bytes(2, "little")


def frames():
    """A coroutine: takes pieces of a stream, gives the values that are complete."""
    pending, done = bytearray(), []
    while True:
        pending += yield done
        done = []
        while pending:
            if pending[0] != 0x7E:
                del pending[0]
                continue
            reader = Reader(pending[1:])
            try:
                body = reader.take(reader.varint())
                check = int.from_bytes(reader.take(2), "little")
            except ProtocolError:
                break
            ok = crc16(body) == check
            done.append(Reader(body).value() if ok else "damaged")
            del pending[:1 + reader.at if ok else 1]


def dump(data, out, width=16):
    for at in range(0, len(data), width):
        row = data[at:at + width]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        print(f"{at:04x}  {row.hex(' '):<{width * 3}} {text}", file=out)
    return out


values = [None, True, 0, -1, 300, 2 ** 70, 1.5, -0.1, "", "héllo €", b"\x00\xff", [1, [2, []]],
          {"name": "x", "tags": ["a", "b"], 5: None}, float("inf")]
for value in values:
    data = write(value)
    back = Reader(data).value()
    print(f"{value!r:<50.50} {len(data):>3} {bytes(data)[:14]!r}", back == value)
stream = b"".join(map(frame, values[:4] + [values[9], values[12]]))
print(dump(stream, StringIO()).getvalue(), end="")
receive = frames()
print(next(receive), end=" ")
for piece in (stream[:3], stream[3:11], b"", stream[11:40], stream[40:]):
    print(receive.send(piece), end=" ")
print()
broken = bytearray(stream)
broken[4] ^= 0x20
print(receive.send(b"junk" + bytes(broken[:20])), receive.send(bytes(broken[20:])))
receive.close()
for bad in (lambda: Reader(b"s\x05abc").value(), lambda: Reader(b"?").value(), lambda: write({1, 2}), lambda: varint(-1),
            lambda: Reader(b"").value(), lambda: Reader(b"s\x02\xc3\x28").value(), lambda: next(receive), lambda: Reader("text")):
    try:
        print(bad())
    except (ValueError, TypeError, OverflowError, StopIteration) as error:
        print(type(error).__name__, error, getattr(error, "at", ""))
print(varint(624485).hex(), [zigzag(n) for n in (0, -1, 1, -2, 2147483647)], hex(crc16(b"123456789")), frame("ok"))
