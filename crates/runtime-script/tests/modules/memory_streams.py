import io
from io import StringIO, BytesIO

def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)

s = StringIO()
print(s.write("hello "), s.write("world\n"), s.write(""), s.tell(), repr(s.getvalue()))
print("printed", 1, [2], file=s)
print("no end", end="", file=s)
print(repr(s.getvalue()))
print(s.seek(0), repr(s.read(5)), repr(s.read()), repr(s.read()), s.tell())
print(s.seek(6), s.write("WORLD"), repr(s.getvalue()))
print(s.seek(0, 2), s.write("!"), s.truncate(5), repr(s.getvalue()), s.tell())
s.write("x")
print(repr(s.getvalue()))

t = StringIO("one\ntwo\n\nthree")
print(repr(t.readline()), repr(t.readline(2)), repr(t.readline()), t.readlines())
t.seek(0)
print([line for line in t], next(t, "end"))
t.seek(0)
print(t.readlines(5), t.read(3), repr(t.readline()))
t.seek(0)
t.writelines(["A", "B"])
print(repr(t.getvalue()))
print(StringIO("abc").getvalue(), StringIO("abc").read(2), StringIO(None).getvalue() == "")
with StringIO("managed") as m:
    print(m.read(), m.closed)
print(m.closed)
for name in ("read", "getvalue", "readline", "tell", "flush", "readable"):
    attempt(getattr(m, name))
attempt(m.write, "x")
attempt(m.seek, 0)
attempt(StringIO().write, 5)
attempt(StringIO, 5)
attempt(StringIO, "x", newline="?")
attempt(StringIO("abc").seek, -1)
attempt(StringIO("abc").seek, 1, 1)
attempt(StringIO("abc").seek, 0, 9)
attempt(StringIO("abc").truncate, -1)
attempt(StringIO("abc").read, "x")
print(s.readable(), s.writable(), s.seekable(), s.isatty(), s.closed)
attempt(s.fileno)
print(repr(StringIO("a\r\nb\rc", newline=None).read()), repr(StringIO("a\nb", newline="\r\n").getvalue()))
print(StringIO("a\r\nb\rc\nd", newline="").readlines())
print(isinstance(s, io.TextIOBase), isinstance(s, io.IOBase), io.SEEK_SET, io.SEEK_END)
print(type(s), type(s).__module__)

class Shout(StringIO):
    def write(self, text):
        return super().write(text.upper())

loud = Shout()
print("quiet", file=loud)
print(repr(loud.getvalue()))
big = StringIO()
for i in range(1000):
    big.write(str(i))
print(len(big.getvalue()), big.getvalue()[:20])

b = BytesIO(b"abc")
print(b.read(2), b.tell(), b.write(b"XYZ"), b.getvalue(), b.seek(0), b.readline())
b = BytesIO()
b.write(b"line1\nline2\n")
b.write(bytearray(b"tail"))
b.seek(0)
print(b.readlines(), b.getvalue())
b.seek(2)
print(b.read(), b.seek(-3, 2), b.read(), b.truncate(4), b.getvalue())
buffer = bytearray(3)
b.seek(0)
print(b.readinto(buffer), buffer)
b.seek(8)
b.write(b"gap")
print(b.getvalue())
attempt(b.write, "text")
attempt(b.seek, -1)
attempt(BytesIO, "text")
with BytesIO(b"x") as bb:
    pass
attempt(bb.read)
print(issubclass(io.UnsupportedOperation, OSError), issubclass(io.UnsupportedOperation, ValueError))
