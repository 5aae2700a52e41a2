#!/bin/sh
# The allocator's tests under the address sanitizer, twice: with every request served by the system's
# malloc, whose blocks the sanitizer knows, and in pools that tell it which bytes are in no block
# (src/poison.rs). Either run ends with the sanitizer's report when there is one. Needs nothing but the
# toolchain: RUSTC_BOOTSTRAP admits the one unstable flag.
set -eu
cd "$(dirname "$0")/.."
target=x86_64-unknown-linux-gnu
# Requests that no system can serve are part of the tests.
export ASAN_OPTIONS=allocator_may_return_null=1 RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/sanitize"

echo "address sanitizer, system-allocator mode"
STRATA_TEST_ALLOCATOR=system RUSTFLAGS=-Zsanitizer=address \
    cargo test -p runtime-core --lib --target $target "$@"

echo "address sanitizer, pools poisoned"
RUSTFLAGS='-Zsanitizer=address --cfg strata_asan' \
    cargo test -p runtime-core --lib --target $target "$@"
