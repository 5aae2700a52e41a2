# Section 22 of the memory document: reading a megabyte in pieces, with copies and with views.
# Try: strata run examples/scripts/pieces.py views --stats
import sys

data = bytes(range(256)) * 4096
whole = memoryview(data) if "views" in sys.argv else data

pieces = [whole[at : at + 4096] for at in range(0, len(data), 4096)]
print(len(pieces), "pieces,", sum([len(piece) for piece in pieces]), "bytes to be seen")
