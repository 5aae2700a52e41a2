"""What the runtime says of one list: its blocks, what it costs, who holds it."""
import strata

xs = ["abc%d" % n for n in range(1000)]
also = xs
table = {"kept": xs}

block = strata.block_of(xs)
print(f"the list's block: asked for {block['size']} bytes, given {block['block']}, from a {block['served_by']}")
for name, offset, size in strata.layout(xs):
    print(f"  {offset:4} {size} {name}")

account = strata.account(xs)
for part in ("header", "payload", "arrays", "padding", "pool_overhead", "arena_overhead", "total"):
    print(f"{part:15} {account[part]:6,}")
print(f"{account['references']:,} references to {account['referents']:,} objects of "
      f"{account['reached_bytes']:,} bytes; with them {strata.deep_size(xs):,}")

for kind, holder, place in strata.refs(xs):
    print(f"held by: {kind} of {holder}: {place}")
