# Section 22 of the memory document: a view is a promise that memory stays where it is.
import sys

b = bytearray(b"hello")
v = memoryview(b)

# One memory, seen from two sides.
v[0] = ord("H")
b[1:3] = b"EL"
print("the bytearray:", b, "the view:", v.tobytes())


# What keeps the length is allowed. What would change it might move the bytes, and is refused.
def refused(change):
    try:
        change()
    except BufferError as error:
        return str(error)
    return "done"


print("append:", refused(lambda: b.append(33)))
print("clear:", refused(lambda: b.clear()))
print("reverse:", refused(lambda: b.reverse()), b)

# A part of a view is a view of its own, and each one counts.
part = v[1:4]
v.release()
print("one view released:", refused(lambda: b.append(33)))
part.release()
print("both released:", refused(lambda: b.append(33)), b)

# A released view is a door that leads nowhere.
try:
    v[0]
except ValueError as error:
    print("v[0]:", error)

# `with` releases at its end, whatever happens.
with memoryview(b) as v:
    print("inside:", refused(lambda: b.pop()))
print("outside:", refused(lambda: b.pop()))

# The exporter lives as long as somebody looks at it.
b = memoryview(bytearray(b"nobody else knows me"))
print("its owner:", b.obj)

# Bytes never change, so a view of them can only be read.
try:
    memoryview(b"fixed")[0] = 0
except TypeError as error:
    print("bytes:", error)
print("a view takes", sys.getsizeof(memoryview(b"fixed")), "bytes, whatever it shows")
