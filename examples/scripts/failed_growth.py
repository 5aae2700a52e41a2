# Section 19 of the memory document: growth that is refused changes nothing.
xs = [1, 2, 3]
try:
    xs *= 2**60
except MemoryError:
    print("refused; the list is", xs)
xs.append(4)
print("and grows on:", xs)
