# Section 7 of the memory document: pools, seen through id().
# A text of 100 letters takes 141 bytes, and so a block of 144. A pool is 16384 bytes, and begins at a
# multiple of that, so an address says which pool it is in and how far from the pool's beginning.

POOL = 16384


def text(letter):
    return letter * 100


texts = [text("x") for i in range(1000)]

texts_in = {}
on_the_grid = 0
for t in texts:
    pool = id(t) // POOL
    texts_in[pool] = texts_in.get(pool, 0) + 1
    if (id(t) % POOL - 48) % 144 == 0:
        on_the_grid += 1
print("texts at 48 + a multiple of 144:", on_the_grid)
print("texts in the fullest pool:", max(texts_in.values()))

# Texts have no free list, so we see the pool's own chain: the block freed last is served first.
first, second = texts[500], texts[501]
first_place, second_place = id(first), id(second)
texts[500] = texts[501] = None
del first
del second
third = text("y")
fourth = text("z")
print("the next text takes the place freed last:", id(third) == second_place)
print("and the one after it the place before:", id(fourth) == first_place)
