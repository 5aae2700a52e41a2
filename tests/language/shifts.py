# Shifts around the places where a digit ends, and where a result is mostly zeros.
import sys

for value in (1, -1, 2**29, 2**30 - 1, -(2**30), 2**60 + 1, 3**200, -(7**91)):
    for by in (0, 1, 29, 30, 31, 59, 60, 4095, 4096, 4097, 4110, 4125, 60_000, 60_001):
        wide = value << by
        assert wide >> by == value and wide == value * 2**by, (value, by)
        assert wide.bit_length() == value.bit_length() + by
        print(by, wide.bit_length(), sys.getsizeof(wide), hash(wide), hex(wide)[:24], hex(wide)[-6:])


class Count(int):
    pass


print(type(Count(3) << 5000), (Count(3) << 5000) % 1_000_003, True << 4096 == 1 << 4096, 0 << 10**30)
for by in (-1, -(10**20), 10**30):
    try:
        print(1 << by)
    except (ValueError, OverflowError, MemoryError) as error:
        print(type(error).__name__, error)
