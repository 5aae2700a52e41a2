"""Streams in memory."""

__all__ = [
    "BytesIO",
    "IOBase",
    "SEEK_CUR",
    "SEEK_END",
    "SEEK_SET",
    "StringIO",
    "TextIOBase",
    "UnsupportedOperation",
]

SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2
DEFAULT_BUFFER_SIZE = 8192


class UnsupportedOperation(OSError, ValueError):
    __module__ = "io"


class IOBase:
    """What all streams can do."""

    __module__ = "io"
    _closed = False

    def _check_open(self):
        if self._closed:
            raise ValueError(self._CLOSED)

    _CLOSED = "I/O operation on closed file."

    @property
    def closed(self):
        return self._closed

    def close(self):
        self._closed = True

    def flush(self):
        self._check_open()

    def isatty(self):
        self._check_open()
        return False

    def readable(self):
        self._check_open()
        return True

    def writable(self):
        self._check_open()
        return True

    def seekable(self):
        self._check_open()
        return True

    def fileno(self):
        raise UnsupportedOperation("fileno")

    def __enter__(self):
        self._check_open()
        return self

    def __exit__(self, *exc_info):
        self.close()

    def __iter__(self):
        self._check_open()
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def readlines(self, hint=-1, /):
        """The lines that are left, or about as many as hint says."""
        lines = []
        total = 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def writelines(self, lines, /):
        """Writes each of them."""
        self._check_open()
        for line in lines:
            self.write(line)


class TextIOBase(IOBase):
    __module__ = "io"
    encoding = None
    errors = None


def _size(size, default=None):
    """A number of characters as an argument; None and negative ones stand for all."""
    if size is None:
        return -1
    if not isinstance(size, int):
        index = getattr(type(size), "__index__", None)
        if index is None:
            raise TypeError(f"argument should be integer or None, not '{type(size).__name__}'")
        return index(size)
    return size


class StringIO(TextIOBase):
    """Text in memory, read and written as a file."""

    __module__ = "_io"
    _CLOSED = "I/O operation on closed file"
    line_buffering = False

    def __init__(self, initial_value="", newline="\n"):
        if newline is not None and not isinstance(newline, str):
            raise TypeError(
                f"newline must be str or None, not {type(newline).__name__}"
            )
        if newline not in (None, "", "\n", "\r", "\r\n"):
            raise ValueError(f"illegal newline value: {newline!r}")
        if initial_value is not None and not isinstance(initial_value, str):
            raise TypeError(
                f"initial_value must be str or None, not {type(initial_value).__name__}"
            )
        self._newline = newline
        self._pieces = []
        self._length = 0
        self._at = 0
        self._closed = False
        if initial_value:
            self.write(initial_value)
            self._at = 0

    @property
    def newlines(self):
        self._check_open()
        return None

    def _text(self):
        """All of the text, in one piece from now on."""
        pieces = self._pieces
        if len(pieces) != 1:
            self._pieces = pieces = ["".join(pieces)]
        return pieces[0]

    def flush(self):
        """Nothing waits to be written."""

    def getvalue(self):
        """All of the text."""
        self._check_open()
        return self._text()

    def write(self, s, /):
        """Writes text; gives its length."""
        if not isinstance(s, str):
            raise TypeError(f"string argument expected, got '{type(s).__name__}'")
        self._check_open()
        count = len(s)
        if self._newline is None:
            s = s.replace("\r\n", "\n").replace("\r", "\n")
        elif self._newline not in ("", "\n"):
            s = s.replace("\n", self._newline)
        if not s:
            return count
        at, length = self._at, self._length
        if at == length:
            self._pieces.append(s)
            self._at = self._length = length + len(s)
            return count
        text = self._text()
        if at > length:
            text += "\0" * (at - length)
        end = at + len(s)
        text = text[:at] + s + text[end:]
        self._pieces = [text]
        self._at, self._length = end, len(text)
        return count

    def read(self, size=-1, /):
        """So many characters, or all that are left."""
        size = _size(size)
        self._check_open()
        start = min(self._at, self._length)
        end = self._length if size < 0 else min(start + size, self._length)
        if size != 0 and start < end:
            self._at = end
        return self._text()[start:end]

    def readline(self, size=-1, /):
        """The line that is left, or so many characters of it."""
        size = _size(size)
        self._check_open()
        start = self._at
        if start >= self._length:
            return ""
        text = self._text()
        mark = self._newline or "\n"
        end = text.find(mark, start)
        end = self._length if end < 0 else end + len(mark)
        if self._newline == "":
            other = text.find("\r", start, end)
            if other >= 0:
                end = other + (2 if text.startswith("\r\n", other) else 1)
        if size >= 0:
            end = min(end, start + size)
        self._at = end
        return text[start:end]

    def tell(self):
        """The place of the next character."""
        self._check_open()
        return self._at

    def seek(self, pos, whence=0, /):
        """Goes to a place."""
        pos = _size(pos)
        self._check_open()
        if whence not in (0, 1, 2):
            raise ValueError(f"Invalid whence ({whence}, should be 0, 1 or 2)")
        if whence == 0 and pos < 0:
            raise ValueError(f"Negative seek position {pos}")
        if whence != 0 and pos != 0:
            raise OSError("Can't do nonzero cur-relative seeks")
        if whence == 1:
            pos = self._at
        elif whence == 2:
            pos = self._length
        self._at = pos
        return pos

    def truncate(self, pos=None, /):
        """Forgets what lies behind a place, or behind here."""
        self._check_open()
        size = self._at if pos is None else _size(pos)
        if size < 0:
            raise ValueError(f"Negative size value {size}")
        if size < self._length:
            self._pieces = [self._text()[:size]]
            self._length = size
        return size

    def close(self):
        """Lets go of the text."""
        self._closed = True
        self._pieces = []


class BytesIO(IOBase):
    """Bytes in memory, read and written as a file."""

    __module__ = "_io"

    def __init__(self, initial_bytes=b""):
        self._bytes = bytearray() if initial_bytes is None else bytearray(_bytes_of(initial_bytes))
        self._at = 0
        self._closed = False

    def getvalue(self):
        """All of the bytes."""
        self._check_open()
        return bytes(self._bytes)

    def getbuffer(self):
        """The bytes themselves, to be looked at and changed."""
        self._check_open()
        return memoryview(self._bytes)

    def write(self, b, /):
        """Writes bytes; gives their number."""
        self._check_open()
        b = _bytes_of(b)
        if not b:
            return 0
        at, held = self._at, self._bytes
        if at > len(held):
            held.extend(bytes(at - len(held)))
        held[at : at + len(b)] = b
        self._at = at + len(b)
        return len(b)

    def read(self, size=-1, /):
        """So many bytes, or all that are left."""
        size = _size(size)
        self._check_open()
        end = len(self._bytes) if size < 0 else self._at + size
        found = bytes(self._bytes[self._at : end])
        self._at += len(found)
        return found

    read1 = read

    def readinto(self, buffer, /):
        """Fills a buffer; gives how many bytes it got."""
        self._check_open()
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def readline(self, size=-1, /):
        """The line that is left, or so many bytes of it."""
        size = _size(size)
        self._check_open()
        end = self._bytes.find(b"\n", self._at)
        end = len(self._bytes) if end < 0 else end + 1
        if size >= 0:
            end = min(end, self._at + size)
        found = bytes(self._bytes[self._at : end])
        self._at += len(found)
        return found

    def tell(self):
        """The place of the next byte."""
        self._check_open()
        return self._at

    def seek(self, pos, whence=0, /):
        """Goes to a place."""
        self._check_open()
        pos = _size(pos)
        if whence == 0:
            if pos < 0:
                raise ValueError(f"negative seek value {pos}")
        elif whence == 1:
            pos = max(0, self._at + pos)
        elif whence == 2:
            pos = max(0, len(self._bytes) + pos)
        else:
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")
        self._at = pos
        return pos

    def truncate(self, size=None, /):
        """Forgets what lies behind a place, or behind here."""
        self._check_open()
        size = self._at if size is None else _size(size)
        if size < 0:
            raise ValueError(f"negative size value {size}")
        del self._bytes[size:]
        return size

    def close(self):
        """Lets go of the bytes."""
        self._closed = True
        self._bytes = bytearray()


def _bytes_of(value):
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"a bytes-like object is required, not '{type(value).__name__}'")
    return value
