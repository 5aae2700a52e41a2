# What a comprehension in a class body reads: never the body's own names.
def around(x):
    class Outer:
        x = [1]
        plain = [x for _ in range(2)]
        keys = {x: 1 for _ in [1]}
        nested = [[x for _ in [1]] for _ in [1]]
        generated = list(x for _ in [1])
        called = (lambda: x)()
        first = [y for y in x]

        class Inner:
            x = "inner"
            plain = [x for _ in [1]]

        def method(self):
            return [x for _ in [1]]

    return Outer


outer = around(7)
print(outer.x, outer.plain, outer.keys, outer.nested, outer.generated, outer.called, outer.first)
print(outer.Inner.plain, outer().method())


def changing():
    y = "around"

    class Body:
        before = [y for _ in [1]]
        y = 2
        after = [y for _ in [1]]
        own = [[q for q in range(y)] for y in range(3)]

    return Body.before, Body.after, Body.own, Body.y


def missing():
    class Body:
        k = 1
        try:
            found = [k for _ in [1]]
        except NameError as error:
            found = str(error)

    return Body.found


print(changing())
print(missing())
k = "global"
print(missing())


def unbound():
    try:
        print(later)
    except UnboundLocalError as error:
        print(error, error.name)
    later = 1


unbound()
