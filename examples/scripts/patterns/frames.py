# Section 27 of the memory document, frames: many calls, and little else.
# Try: strata run examples/scripts/patterns/frames.py --stats
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


print(fibonacci(20))
