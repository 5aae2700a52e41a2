"""Tuples in each other, deep: they are hashed, and found in a dict."""


def nest(depth):
    made = ()
    for _ in range(depth):
        made = (made,)
    return made


deep = nest(100_000)
print(hash(deep))
print({deep: 1}[deep] == 1 and deep in {deep})
try:
    deep == nest(100_000)
except RecursionError as e:
    print(type(e).__name__)
