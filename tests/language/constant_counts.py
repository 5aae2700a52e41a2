# How often constants of the main module are held: by names, codes, and what it was parsed into.
import sys
x = 1000
print(sys.getrefcount(x))
y = "hello world"
print(sys.getrefcount(y))
z = "hello"
print(sys.getrefcount(z))
w = (1, 2, 3)
print(sys.getrefcount(w))
a = 1.5
b = a
print(sys.getrefcount(a))
def f():
    k = 12345
    return sys.getrefcount(k)
print(f())
l = [1000, 1000]
print(sys.getrefcount(l[0]), sys.getrefcount(1000))
print(sys.getrefcount("attr"), sys.getrefcount("sys"))
print(sys.getrefcount("zz"), sys.getrefcount(b"zz"), sys.getrefcount(10**5), sys.getrefcount("z z"))


def several():
    return sys.getrefcount("ff"), sys.getrefcount("g g"), sys.getrefcount((1, 2)), sys.getrefcount(2.5)


print(several(), (lambda: "zz")())
# The text of an int is its own, even of one digit.
print(str(5) is str(5), repr(5) is repr(5), "%d" % 5 is "%d" % 5, "{}".format(5) is "{}".format(5))
