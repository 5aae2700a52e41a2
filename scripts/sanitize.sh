#!/bin/sh
# The tests of the allocator and of the collector under the address sanitizer: with every request
# served by the system's malloc, whose blocks the sanitizer knows, and the allocator's once more in
# pools that tell it which bytes are in no block (crates/runtime-core/src/poison.rs). A run ends with
# the sanitizer's report when there is one. Needs nothing but the toolchain: RUSTC_BOOTSTRAP admits
# the one unstable flag.
set -eu
cd "$(dirname "$0")/.."
target=x86_64-unknown-linux-gnu
# Requests that no system can serve are part of the tests.
export ASAN_OPTIONS=allocator_may_return_null=1 RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/sanitize"

for crate in runtime-core runtime-gc; do
    echo "address sanitizer, system-allocator mode: $crate"
    STRATA_TEST_ALLOCATOR=system RUSTFLAGS=-Zsanitizer=address \
        cargo test -p $crate --lib --target $target "$@"
done

echo "address sanitizer, pools poisoned: runtime-core"
RUSTFLAGS='-Zsanitizer=address --cfg strata_asan' \
    cargo test -p runtime-core --lib --target $target "$@"
