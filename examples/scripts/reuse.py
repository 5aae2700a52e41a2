# Section 10 of the memory document: one object where one might expect two.
import sys

FOREVER = 4294967295

# Made once for the whole run, whoever asks.
print("None, True, ():", type(None)() is None, (1 < 2) is True, tuple([]) is ())
shared = [n for n in range(-1000, 1000) if int(str(n)) is int(str(n))]
print("ints from", shared[0], "to", shared[-1])
print("one letter:", "banana"[1] is chr(97), "and beyond Latin-1:", chr(256) is chr(256))


# Equal constants of one file are one object, whatever their type.
def thousand():
    return 1000


def another_thousand():
    return 1000


print("constants of one file:", thousand() is another_thousand())
print("one of them and one made by running:", thousand() is int("1000"))

# Texts: equal is not the same, until they are interned.
a = "name"
b = "name"
made = "".join(["na", "me"])
print("constants:", a is b, "and one made by running:", made is a)
print("interned:", sys.intern(made) is a)
spaced = sys.intern("".join(["two", " words"]))
print("a second of the same value:", sys.intern("".join(["two", " words"])) is spaced)

# Names are interned for ever. Constants and what sys.intern was given live as long as they are used.
print("names are immortal:", sys.getrefcount(sys.intern("thousand")) == FOREVER)
print("interned texts are:", sys.getrefcount(spaced) == FOREVER)

# What cannot change need not be copied.
pair = (1, [2])
text = "spam and eggs"
print("tuples:", tuple(pair) is pair, pair[:] is pair, pair + () is pair)
print("texts:", str(text) is text, text.strip() is text, f"{text}" is text, text.lower() is text)
xs = [1, 2]
print("but lists:", list(xs) is xs, xs[:] is xs)
