# Section 20 of the memory document: a list takes more room than it needs, so that it need not ask often.
xs = []
for i in range(100):
    xs.append(i)
print(len(xs))
