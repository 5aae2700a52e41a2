# Section 12 of the memory document: objects go, and some of the memory stays.
items = []
for i in range(1_000_000):
    items.append(bytearray(100))
del items
