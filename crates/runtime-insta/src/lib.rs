//! Snapshot tests of object lifetimes, over [insta](https://insta.rs).
//!
//! ```
//! use runtime_insta::{assert_lifetimes, script};
//!
//! assert_lifetimes!(script("x = (1.5, [])\ndel x"), @r"
//! line 1
//!        born       list#1                     56 B  pool
//!        born       tuple#1                    56 B  pool
//! line 2
//!        retired    list#1                           last reference
//!        retired    tuple#1                          last reference
//! ");
//! ```
//!
//! A [`Story`] is what happened: a script from its first line until nothing of it is left
//! ([`script`]), or a block of Rust that uses a runtime ([`watch`]). The macros hold it against
//! snapshots or claims. Nothing in a story depends on an address, the time or a hash seed, so no
//! redactions are needed, and a snapshot taken on one machine holds on another.
//!
//! | macro | claim |
//! |---|---|
//! | [`assert_lifetimes!`] | these births and deaths, in this order |
//! | [`assert_heap!`] | these objects are alive at the end, held by these |
//! | [`assert_no_cycles!`] | nothing is left that only a collection can free |
//! | [`assert_returns_to_baseline!`] | what the body made is dead when it has run; set-up excluded |
//! | [`assert_peak_objects_at_most!`] | never more objects alive at once |
//! | [`assert_total_births_at_most!`] | never more objects born in all, reused ones included |

mod story;

pub use insta;
pub use story::{Lifetimes, Story, Watchable, script, script_with_set_up, watch};

/// Holds a story's log of lifetimes against a snapshot: inline after `@`, else in a file.
///
/// The first argument is a [`Story`] or a part of one ([`Story::of_type`], [`Story::of_line`],
/// [`Story::steps`]).
#[macro_export]
macro_rules! assert_lifetimes {
    ($story:expr, @$snapshot:literal $(,)?) => {
        $crate::insta::assert_snapshot!($crate::Lifetimes::text(&$story), @$snapshot)
    };
    ($story:expr $(,)?) => {
        $crate::insta::assert_snapshot!($crate::Lifetimes::text(&$story))
    };
    ($name:expr, $story:expr $(,)?) => {
        $crate::insta::assert_snapshot!($name, $crate::Lifetimes::text(&$story))
    };
}

/// Holds what is alive at the end of a story, and by whom it is held, against a snapshot.
#[macro_export]
macro_rules! assert_heap {
    ($story:expr, @$snapshot:literal $(,)?) => {
        $crate::insta::assert_snapshot!($story.heap(), @$snapshot)
    };
    ($story:expr $(,)?) => {
        $crate::insta::assert_snapshot!($story.heap())
    };
}

/// Claims that the story left no object that only a collection can free.
#[macro_export]
macro_rules! assert_no_cycles {
    ($story:expr $(,)?) => {{
        let cycles = $story.cycles();
        assert!(cycles.is_empty(), "left in cycles: {}", cycles.join(", "));
    }};
}

/// Claims that whatever the body of a story made is dead when the body has run.
///
/// `assert_returns_to_baseline!(set_up, body)` runs two pieces of script one after the other; with
/// one argument, a [`Story`], everything in it is the body.
#[macro_export]
macro_rules! assert_returns_to_baseline {
    ($set_up:expr, $body:expr $(,)?) => {
        $crate::assert_returns_to_baseline!($crate::script_with_set_up($set_up, $body))
    };
    ($story:expr $(,)?) => {{
        let left = $story.survivors();
        assert!(left.is_empty(), "still alive:\n{}", left.join("\n"));
    }};
}

/// Claims that never more objects than this were alive at once, of those that the story made.
#[macro_export]
macro_rules! assert_peak_objects_at_most {
    ($story:expr, $limit:expr $(,)?) => {{
        let (peak, limit) = ($story.peak_objects(), $limit);
        assert!(peak <= limit, "{peak} objects were alive at once, more than {limit}");
    }};
}

/// Claims that no more objects than this were born in all, those with reused memory included.
#[macro_export]
macro_rules! assert_total_births_at_most {
    ($story:expr, $limit:expr $(,)?) => {{
        let (born, limit) = ($story.total_births(), $limit);
        assert!(born <= limit, "{born} objects were born, more than {limit}");
    }};
}
