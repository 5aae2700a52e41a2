# Section 10 of the memory document: two equal names are one object.
a = "name"
b = "name"
print(a is b)
