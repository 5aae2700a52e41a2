# Section 16 of the memory document: an object and its buffer have separate lives.
import sys

data = bytearray(b"spam")
home, empty = id(data), sys.getsizeof(bytearray())
print("object", empty, "bytes, buffer", sys.getsizeof(data) - empty)

# The buffer comes and goes, and may move; the object stays where it is.
data.extend(bytes(1000))
print("the object has moved:", id(data) != home)
data.clear()
print("the buffer is gone:", sys.getsizeof(data) <= empty + 1)

# While somebody looks at the bytes they can neither move nor change their number.
data.extend(b"eggs")
view = memoryview(data)
view[0] = ord("E")
try:
    data.extend(bytes(1000))
except BufferError as error:
    print(error)
view.release()
data.extend(b" and ham")
print(data)
