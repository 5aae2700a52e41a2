# Section 22 of the memory document: while somebody looks at its bytes, an array keeps its size.
b = bytearray(b"hello")
v = memoryview(b)
try:
    b.append(33)
except BufferError as error:
    print(error)
print(bytes(v))
