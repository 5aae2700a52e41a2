# Section 27 of the memory document, growing lists: nobody knows how many there will be.
# Try: strata run examples/scripts/patterns/growing_lists.py --stats
def multiples(of, below):
    found = []
    for number in range(below):
        if number % of == 0:
            found.append(True)
    return found


print([len(multiples(of, 20_000)) for of in range(1, 6)])
