# The room for attributes: blocks of the first instances of a class, and what their dicts count.
import sys


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


points = [Point(i, i) for i in range(40)]
print(sys.getsizeof(points[0].__dict__), sys.getsizeof(points[-1].__dict__), sys.getsizeof({"x": 1, "y": 2}))
points[3].z = 1
print(sys.getsizeof(points[-2].__dict__), list(vars(points[3])))
extra = points[4]
for i in range(40):
    setattr(extra, f"a{i}", i)
print(sys.getsizeof(vars(extra)) == sys.getsizeof(dict(vars(extra))))
del points[5].x
print(vars(points[5]), sys.getsizeof(vars(points[5])))
ids = []
for i in range(6):
    point = Point(i, i)
    ids.append(id(point))
print([ids.index(i) for i in ids])


class Fresh:
    pass


ids = []
for i in range(4):
    fresh = Fresh()
    ids.append(id(fresh))
print(len(set(ids)))
