# Leaving a finally by break, continue and return while an exception is on its way, and what dies when.
class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("  del", self.name)


def by_break():
    for i in range(2):
        try:
            raise ZeroDivisionError(i)
        finally:
            break
    print("after", i)
    print("and", i, sep="+")
    return [i, "end"]


def by_continue():
    out = []
    for i in range(3):
        try:
            raise ValueError(i)
        finally:
            out.append(i)
            continue
    print("after", out)
    return max(out, key=lambda n: -n)


def by_return(x):
    while True:
        try:
            try:
                raise KeyError(x)
            finally:
                if x:
                    return "inner", x
                break
        finally:
            print("outer", x)
    print("fell out")
    return str(x)


def nested():
    for i in range(2):
        try:
            raise ValueError(i)
        except ValueError as error:
            try:
                raise KeyError(i)
            finally:
                if i:
                    break
                continue
    for j in range(2):
        print("loop", j)
    return i, j


def in_order():
    try:
        first = Loud("first")
        if not first:
            return None
        second = Loud("second")
    finally:
        third = Loud("third, where the return leaves")


def with_else():
    try:
        a = Loud("a")
    except ValueError:
        b = Loud("b")
    else:
        c = Loud("c before b would")
        raise ValueError
    finally:
        d = Loud("d")


def instead_of_a_value(x):
    for i in range(2):
        try:
            return [x]
        finally:
            try:
                continue
            finally:
                print("inner")
    print("no value", x)
    while True:
        try:
            return x + 1
        finally:
            break
    print("nor this", x)
    try:
        return {x}
    finally:
        return max(x, 2, key=abs)


print(instead_of_a_value(1), by_break(), by_continue(), by_return(0), by_return(1), nested(), sep="\n")
in_order()
try:
    with_else()
except ValueError:
    print("raised")
