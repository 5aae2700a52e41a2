"""A report from lines of text: parsing, grouping, tables, histograms, wrapped paragraphs."""

DATA = """\
# date, region, product, units, price
2024-01-03, North, Widget, 12, 3.50
2024-01-03, South, Gadget, 5, 12.00
2024-01-17, North, Gadget, 7, 11.75
2024-02-01, East, Widget, 30, 3.25
2024-02-11, South, Widget, x, 3.50
2024-02-20, North, Doohickey, 1, 199.99
2024-03-05, East, Gadget, 14
2024-03-09, West, Widget, 25, 3.4
2024-03-30, South, Doohickey, 2, 189.50
"""


class Row:
    fields = ("date", "region", "product", "units", "price")
    kinds = dict(units=int, price=float)

    def __init__(self, line, number):
        parts = [part.strip() for part in line.split(",")]
        try:
            for name, part in zip(self.fields, parts, strict=True):
                setattr(self, name, self.kinds.get(name, str)(part))
        except ValueError as error:
            error.add_note(f"in line {number}: {line.rstrip()!r}")
            raise

    @property
    def total(self):
        return self.units * self.price

    @property
    def month(self):
        return self.date[:7]

    def __repr__(self):
        return f"Row({', '.join(f'{n}={getattr(self, n)!r}' for n in self.fields)})"


def read(text):
    rows, errors = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.partition("#")[0]
        if not line.strip():
            continue
        try:
            rows.append(Row(line, number))
        except ValueError as error:
            errors.append(error)
    return rows, errors


def pivot(rows, down, across, value):
    table, columns = {}, []
    for row in rows:
        d, a = getattr(row, down), getattr(row, across)
        if a not in columns:
            columns.append(a)
        cells = table.setdefault(d, {})
        cells[a] = cells.get(a, 0) + getattr(row, value)
    return table, sorted(columns)


def show(table, columns, fmt=",.2f"):
    head = f"{'':<10}" + "".join(f"{c:>12}" for c in columns) + f"{'sum':>12}"
    yield head
    yield "=" * len(head)
    sums = dict.fromkeys(columns, 0)
    for name, cells in sorted(table.items()):
        line = "".join(f"{cells[c]:>12{fmt}}" if c in cells else f"{'-':>12}" for c in columns)
        yield f"{name:<10}{line}{sum(cells.values()):>12{fmt}}"
        for c, v in cells.items():
            sums[c] += v
    yield "%-10s" % "all" + "".join("%12.2f" % sums[c] for c in columns) + "%12.2f" % sum(sums.values())


def bars(values, width=30):
    top = max(values.values(), default=1)
    for name, value in sorted(values.items(), key=lambda kv: (-kv[1], kv[0])):
        filled, rest = divmod(value * width * 8 / top, 8)
        bar = "█" * int(filled) + ("▏▎▍▌▋▊▉"[int(rest) - 1] if int(rest) else "")
        yield "{0:<10}|{1:<{2}}|{3:>8.1f}".format(name, bar, width, value)


def wrap(text, width):
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    if line:
        yield line


def justify(text, width):
    *lines, last = wrap(text, width)
    for line in lines:
        words = line.split()
        gaps = max(len(words) - 1, 1)
        spaces = width - sum(map(len, words))
        yield "".join(w + " " * (spaces // gaps + (i < spaces % gaps)) for i, w in enumerate(words)).rstrip()
    yield last


rows, errors = read(DATA)
print(len(rows), rows[0])
for error in errors:
    print(f"skipped {error} {error.__notes__}")
print(*show(*pivot(rows, "product", "month", "total")), sep="\n")
print(*show(*pivot(rows, "region", "product", "units"), fmt="d"), sep="\n")
totals = {}
for row in rows:
    totals[row.region] = totals.get(row.region, 0.0) + row.total
print(*bars(totals), sep="\n")
text = ("%d rows in %s were read, worth %.2f; the best region is %s. " % (
    len(rows), "a table of five columns", sum(totals.values()), max(totals, key=totals.get))) * 3
print(*(f"| {line:<34} |" for line in justify(text, 34)), sep="\n")
print("-" * 38, *(line.center(38, ".") for line in wrap("short lines in the middle of dots", 14)), sep="\n")
print("Name".ljust(8, ".") + "Value".rjust(8, "."), "%-8s%8.3e" % ("pi", 3.14159), "tab\tstop".expandtabs(12), sep="\n")
print(text.title()[:30], text.count("e"), text.find("best"), text.swapcase()[-20:].strip(), "a-b_c".translate({45: "+", 95: None}))
