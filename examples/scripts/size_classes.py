# Section 8 of the memory document: what is asked for, and what is given.
# A text of n letters asks for 41 + n bytes. Texts made one after the other lie side by side, so the
# distance that is seen most often is the size of the blocks.
import sys


def block_size(letters):
    texts = ["x" * letters for i in range(400)]
    seen = {}
    for i in range(1, 400):
        distance = abs(id(texts[i]) - id(texts[i - 1]))
        seen[distance] = seen.get(distance, 0) + 1
    most = max(seen.values())
    for distance in seen:
        if seen[distance] == most:
            return distance


for letters in (7, 8, 22, 23, 24, 87, 88, 470, 471):
    asked = sys.getsizeof("x" * letters)
    print(letters, "letters:", asked, "bytes, in blocks of", block_size(letters))
