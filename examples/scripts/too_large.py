# Section 18 of the memory document: requests that nobody can meet are refused, and life goes on.
def ask(what, make):
    try:
        make()
    except MemoryError:
        print(what, "was refused")


ask("a list of 2 ** 60 items", lambda: [None] * 2**60)
ask("a tuple of 2 ** 60 items", lambda: (None,) * 2**60)
ask("a text of 2 ** 62 letters", lambda: "x" * 2**62)
print("and a list of 3 was not:", [None] * 3)
