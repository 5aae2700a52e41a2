# Sequences without __iter__, containers whose length or items are another's, dicts of dicts.
class Tens:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * 10


print([*Tens()], {*Tens()}, (*Tens(), 1), max(*Tens()), ",".join(map(str, Tens())), list(zip(Tens(), Tens())))
first, *rest = Tens()
print(first, rest, 20 in Tens(), sorted(Tens(), reverse=True))
items = [1, 2, 3]
items[1:2] = Tens()
print(items)


class Long(list):
    def __len__(self):
        return 100


class Short(dict):
    def __len__(self):
        return 0


class Never(tuple):
    def __bool__(self):
        return False


print(bool(Long()), bool(Short(a=1)), bool(Never((1,))), not Long(), [1 if Long() else 2], hasattr([], "__bool__"))


class Dressed(dict):
    def __getitem__(self, key):
        return "dressed"


d = Dressed(a=1)
print(d["a"], dict(d), {**d}, d | {"b": 2}, {} | d, list(d.values()))
copy = {}
copy.update(d)
print(copy, d.keys().mapping, d.items().mapping["a"])
print(1 in [1] in [[1]], 1 in (1,) in ((1,),), 2 in {2} in [{2}], 1 in [1] == [1])
print(bytes(1) is bytes(1), bytes(1) == b"\0", b"\0" is b"\0")
