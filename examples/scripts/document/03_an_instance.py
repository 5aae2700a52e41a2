# Section 3 of the memory document: an object of a class is made by its type, in two steps.
class MyClass:
    def __init__(self, a, b):
        self.a = a
        self.b = b


obj = MyClass(1, 2)
print(obj.a, obj.b)
