# Section 15 of the memory document: each list gives back two blocks, the array of its items and
# itself, each to the family that it came from. Do all come home?
import sys


def work():
    rows = [[i, i, i, i] for i in range(500)]
    return len(rows)


# The first turns fill free lists, which stay; what counts is the last one.
before = after = 0
for turn in range(3):
    before = sys.getallocatedblocks()
    made = work()
    after = sys.getallocatedblocks()
print(made, "lists made and dropped; blocks left behind:", after - before)
