# Section 24 of the memory document: a program that does not care who serves its memory.
# Try: strata run --allocator=system examples/scripts/count_words.py
text = "a block in a pool in an arena and an arena in a list and a list in a block"
counts = {}
for word in text.split():
    counts[word] = counts.get(word, 0) + 1
for word in sorted(counts):
    print(word, counts[word])
