# Section 10 of the memory document: what to avoid, since it asks how an object came about.
x = 10 * 100
one_thousand = int("1000")
if x is one_thousand:
    print("the same object")
else:
    print("equal:", x == one_thousand, "- but another object")
