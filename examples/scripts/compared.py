# Marks for `strata check`: sizes, counts, reuse of addresses and the order of deaths, as CPython has them.
# Try: strata check examples/scripts/compared.py --against python3.13


class Box:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        pass  # compare: order self.name


def grow():
    items = []
    for i in range(20):
        items.append(i)  # compare: size items
    alias = items  # compare: refs items
    return alias


first = Box("first")  # compare: id first, refs first
second = Box("second")
first = None
third = Box("third")  # compare: id third
pair = [Box("left"), Box("right")]
pair = None
text = "strata" * 3  # compare: size text, refs text
print(len(grow()), text)
