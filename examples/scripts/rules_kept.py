# Section 28 of the memory document: what the rules look like from a script.
import sys

# Storing owns a reference, and so does what is returned.
value = [1.5]
record = {"value": value}
held = sys.getrefcount(value)
returned = record["value"]
print("stored and returned are references of their own:", sys.getrefcount(value) == held + 1)
del record, value
print("so what was returned stays:", returned)

# Reallocation keeps the old memory until there is new, and failure is MemoryError.
rows = [returned] * 3
try:
    rows *= 2**60
except MemoryError:
    print("refused, and the rows are as they were:", len(rows))

# What types allocate goes back by the same way: nothing is left of a thousand objects.
def work():
    things = [(i, [i], {i: i}, str(i), bytearray(i)) for i in range(1000)]
    return len(things)


left = 0
for turn in range(3):
    before = sys.getallocatedblocks()
    work()
    left = sys.getallocatedblocks() - before
print("blocks left behind:", left)
