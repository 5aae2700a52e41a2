# Section 27 of the memory document, many small tuples: a tokenizer gives a pair for each token.
# Try: strata run examples/scripts/patterns/small_tuples.py --stats
KINDS = {"+": "sign", "-": "sign", "*": "sign", "(": "bracket", ")": "bracket"}


def tokens(line):
    found = []
    for at, c in enumerate(line):
        found.append((KINDS.get(c, "digit"), c, at))
    return found


line = "(1+2)*3-4*(5+6)"
count = 0
for _ in range(2000):
    count += len(tokens(line))
print(count, "tokens")
