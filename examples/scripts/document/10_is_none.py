# Section 10 of the memory document: identity is for the documented singletons.
value = None
if value is None:
    print("there is one None")
