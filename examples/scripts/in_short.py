# One pair and one list, from their births to their deaths.
import sys

n = 1000 * len(sys.argv)
pair = (n, n + 1)
both = [pair, pair]
print(sys.getrefcount(pair) - 1, "references")
del pair
both.clear()
again = (n, n + 2)
