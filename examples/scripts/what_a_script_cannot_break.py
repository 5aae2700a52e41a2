# Section 14 of the memory document: the misuses that debug hooks look for. A script cannot commit
# them: the language turns each into an exception. Whoever writes below the language can.
xs = [1, 2, 3]

# Past the end.
try:
    xs[3] = 4
except IndexError as error:
    print("overrun:", error)

# Before the beginning.
try:
    print(xs[-4])
except IndexError as error:
    print("underrun:", error)


def used_before_it_is_written():
    try:
        print(x)
    except UnboundLocalError as error:
        print("uninitialised:", error)
    x = 1


used_before_it_is_written()

# After the name has let go.
del xs
try:
    print(xs)
except NameError as error:
    print("use after free:", error)

# A second time.
try:
    del xs
except NameError as error:
    print("double free:", error)
