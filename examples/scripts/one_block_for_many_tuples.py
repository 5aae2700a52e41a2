# Section 1: many tuples, one after the other, need few places to live in.
places = {}
for i in range(100_000):
    x = (i, i + 1)
    places[id(x)] = True
print("100000 tuples lived at", len(places), "addresses")
