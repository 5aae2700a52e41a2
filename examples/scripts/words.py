# Section 10 of the memory document: a hundred thousand words, of which there are ten.
# Try: strata run examples/scripts/words.py intern --stats
import sys

as_it_comes = lambda word: word
keep = sys.intern if "intern" in sys.argv else as_it_comes
line = "arena block cycle death entry float guard hash index join"

words = []
for turn in range(10_000):
    for word in line.split():
        words.append(keep(word))
print(len(words), "words,", len({id(word): word for word in words}), "objects,", len(set(words)), "values")
