# Section 27 of the memory document, strings: names are made, changed and put together.
# Try: strata run examples/scripts/patterns/strings.py --stats
length = 0
for number in range(5000):
    name = "item_" + str(number)
    title = name.replace("_", " ").capitalize()
    length += len(title + ": " + name.upper())
print(length, "characters; the last title is", title)
