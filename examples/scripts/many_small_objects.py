# Section 5 of the memory document: small objects, all alive at once, by the hundred thousand.
crowd = [x + 1 for x in [0.5] * 100_000]

# A float takes 24 bytes and a block of 32. How far is each from the one made before it?
beside = 0
for i in range(1, 100_000):
    if id(crowd[i]) - id(crowd[i - 1]) == 32:
        beside += 1
print("100000 floats;", "nearly all" if beside > 99_000 else beside, "lie right behind the last")
