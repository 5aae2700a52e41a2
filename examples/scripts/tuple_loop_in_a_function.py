# The same loop in a function: its names are locals, and its objects are the same.
import sys


def loop(turns):
    for i in range(turns):
        x = (i, i + 1)
    return x


turns = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
print("the last tuple is", loop(turns))
