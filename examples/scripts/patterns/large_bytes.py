# Section 27 of the memory document, large bytes objects: a copy of a stream, block by block.
# Try: strata run examples/scripts/patterns/large_bytes.py --stats
def blocks(count, size):
    for number in range(count):
        yield bytes([number % 256]) * size


total = 0
written = bytearray()
for block in blocks(64, 65536):
    total += len(block)
    written += block[:1024]
print(total, "bytes in,", len(written), "bytes out")
