"""A list that cannot grow once, and a heap that is sound after it."""
import strata

grown = []
strata.faults.fail(3, domain="mem")
for number in range(100):
    try:
        grown.append(number)
    except MemoryError:
        print("refused at", number)
print(len(grown), "items,", strata.faults.stop()["refused"], "refusal")
strata.check_heap()
