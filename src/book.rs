//! The book, for the tests: the Rust in its pages is compiled and run by `cargo test --doc`.
//!
//! Each page stands here as the documentation of a module that exists for nothing else. Blocks that
//! are not marked `rust` are not Rust to rustdoc; scripts and figures are checked by
//! `tests/book.rs`, which also sees that no page is missing here.

#![allow(
    rustdoc::invalid_codeblock_attributes,
    reason = "`output run=script.py` is not Rust, and not meant for rustdoc"
)]

/// One empty module for each page, documented by it.
macro_rules! pages {
    ($($name:ident $file:literal)*) => {$(
        #[doc = include_str!(concat!("../docs/src/", $file))]
        mod $name {}
    )*};
}

pages! {
    preface "README.md"
    allocator "01-why-an-allocator.md"
    domains "02-domains.md"
    initialisation "03-allocation-and-initialisation.md"
    slots "04-slots.md"
    small_objects "05-small-objects.md"
    arenas "06-arenas.md"
    pools "07-pools.md"
    size_classes "08-size-classes.md"
    free_lists "09-free-lists.md"
    reuse "10-reuse.md"
    immortals "11-immortals.md"
    fragmentation "12-fragmentation.md"
    tracing "13-tracemalloc.md"
    debug_hooks "14-debug-hooks.md"
    families "15-families.md"
    buffers "16-buffers-in-extensions.md"
    references "17-object-memory-and-references.md"
    failure "18-allocation-failure.md"
    reallocation "19-reallocation.md"
    over_allocation "20-over-allocation.md"
    shrinking "21-shrinking.md"
    views "22-views-and-buffers.md"
    staying "23-objects-stay.md"
    customisation "24-customisation.md"
    accounting "25-accounting-is-hard.md"
    sizes "26-getsizeof.md"
    patterns "27-common-patterns.md"
    rules "28-rules-for-extension-authors.md"
    model "29-mental-model.md"
    summary "30-summary.md"
    command "command.md"
    stats "stats.md"
    strata_module "strata-module.md"
    lifetimes "lifetimes.md"
    events "events.md"
}
