from __future__ import annotations
import __future__

def f(a: Missing, b: list[int] | None = None, *c: "quoted", d: Dict[str, Tuple[int, ...]] = {}, **e: a.b.c) -> X | Y[1]:
    return a

print(f.__annotations__)
class Node:
    next: Node | None = None
    items: list[Node]
    value: 3 = 1
    both: (int, str)
print(Node.__annotations__)
x: undefined = 5
y: Optional["Node"]
print(__annotations__)
g = lambda q: q
print(g.__annotations__, __future__.annotations, __future__.annotations.getMandatoryRelease())
print(__future__.all_feature_names[0], annotations is __future__.annotations)
