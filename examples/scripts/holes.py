# Section 23 of the memory document: objects stay where they are, so holes between them stay too.
pairs = [(x, x) for x in [None] * 20_000]
kept = pairs[::2]
places = [id(pair) for pair in kept]
holes = {id(pair): True for pair in pairs[1::2]}
del pairs

moved = [i for i in range(10_000) if id(kept[i]) != places[i]]
print(len(kept), "pairs are left, and", len(moved), "of them moved")

# Every hole is 64 bytes. Tuples of ten take 120: there is room for them in no hole, however many.
wide = [(x, x, x, x, x, x, x, x, x, x) for x in [None] * 1000]
print("wide tuples in holes:", sum([id(t) in holes for t in wide]))

# What is of the old size finds them all.
again = [(x, x) for x in [None] * 5000]
found = sum([id(pair) in holes for pair in again])
print("new pairs in holes:", "nearly all" if found > 4900 else found)
