# Section 3: an object too large for the pools is allocated elsewhere and initialised alike.
import sys

big = (0,) * 1000
print("a tuple of 1000:", sys.getsizeof(big), "bytes")
