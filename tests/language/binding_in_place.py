# A value that binds the variable which it is added to.
def f():
    v = [1]
    v += [(v := "new")]
    w = 1
    w += (w := 5) + w
    x = "a"
    x += (lambda: "b")() + (x := "c")
    return v, w, x


print(f())
v = [1]
v += [(v := "new")]
print(v)


class C:
    v = [1]
    v += [(v := 2)]


print(C.v)
