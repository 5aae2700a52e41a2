//! Stories of object lifetimes, one claim each. A number such as `11.9` in front of a test names the
//! section of the memory document whose claim it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use runtime_insta::{
    assert_heap, assert_lifetimes, assert_no_cycles, assert_peak_objects_at_most,
    assert_returns_to_baseline, assert_total_births_at_most, script, script_with_set_up,
};

/// Sections of which no lifetime can be told, and where they are held instead.
const WITHOUT_STORY: [(u32, &str); 4] = [
    (13, "tracemalloc: tests/conformance/tracemalloc"),
    (24, "replaced allocators: runtime-core's tests of hooks"),
    (28, "rules for extensions: each is the claim of an earlier section"),
    (30, "the summary: its log is held by tests/book.rs"),
];

#[test]
fn every_section_that_can_have_a_story_has_one() {
    let text = include_str!("lifetimes.rs");
    let marks = text.lines().filter_map(|line| line.strip_prefix("/// 11."));
    let told: BTreeSet<u32> =
        marks.flat_map(|mark| mark.split_whitespace().next().unwrap_or("").parse()).collect();
    let without: BTreeSet<u32> = WITHOUT_STORY.iter().map(|(section, _)| *section).collect();
    let missing: Vec<u32> =
        (1..=30).filter(|section| !told.contains(section) && !without.contains(section)).collect();
    assert!(missing.is_empty(), "sections without a story: {missing:?}");
    assert!(told.is_disjoint(&without), "a section is said to have none, and has one");
    let tests = text.lines().filter(|line| line.starts_with("/// 11.")).count();
    assert!(tests >= 40, "only {tests} stories");
}

/// 11.1
#[test]
fn a_loop_makes_a_tuple_and_an_int_on_every_turn_and_reuses_one_block() {
    assert_lifetimes!(script("for i in range(1000, 1006):\n    x = (i, i + 1)"),@r"
    line 1
           born       range#1                    48 B  pool
           born       range_iterator#1           40 B  pool
           died       range#1                          last reference
           born       int#1                      32 B  pool
    line 2
           born       int#2                      32 B  pool
           born       tuple#1                    56 B  pool
    line 1
           born       int#3                      32 B  pool
    line 2
           born       int#4                      32 B  pool
           born       tuple#2                    56 B  pool
           died       int#2                            last reference
           died       int#1                            last reference
           retired    tuple#1                          last reference
    line 1
           born       int#5                      32 B  pool
    line 2
           born       int#6                      32 B  pool
           reused     tuple#3                    56 B  left by tuple#1
           died       int#4                            last reference
           died       int#3                            last reference
           retired    tuple#2                          last reference
    line 1
           born       int#7                      32 B  pool
    line 2
           born       int#8                      32 B  pool
           reused     tuple#4                    56 B  left by tuple#2
           died       int#6                            last reference
           died       int#5                            last reference
           retired    tuple#3                          last reference
    line 1
           ... and once more: born int
    line 2
           born       int#10                     32 B  pool
           reused     tuple#5                    56 B  left by tuple#3
           died       int#8                            last reference
           died       int#7                            last reference
           retired    tuple#4                          last reference
    line 1
           ... and once more: born int
    line 2
           ... and once more: born int, reused tuple, died int, died int, retired...
    line 1
           died       range_iterator#1                 last reference
    still alive after the last line
           alive      int#11               held by the name i, tuple#6[0]
           alive      int#12               held by tuple#6[1]
           alive      tuple#6              held by the name x
    when the runtime ends
           died       int#12                           last reference
           died       int#11                           last reference
           retired    tuple#6                          last reference
    ");
}

/// 11.1
#[test]
fn a_loop_that_keeps_one_tuple_never_has_many_objects() {
    let story = script("for i in range(100_000):\n    x = (i, i + 1)");
    assert_peak_objects_at_most!(story, 8);
    assert_total_births_at_most!(story, 300_002);
}

/// 11.2
#[test]
fn an_object_comes_from_the_object_domain_and_its_array_from_the_mem_domain() {
    assert_lifetimes!(script("x = []\nx.append(None)\ndel x").memory(),@r"
    line 1
           born       list#1                     56 B  pool
    line 2
           taken      mem                        32 B
    line 3
           given back mem                        32 B
           retired    list#1                           last reference
    ");
}

/// 11.3
#[test]
fn allocation_is_not_initialisation() {
    assert_lifetimes!(script("f = 1.5\nx = (f,)").steps().of_line(2),@r"
    line 2
           born       tuple#1                    48 B  pool
           filled     tuple#1
           tracked    tuple#1
    still alive after the last line
           alive      tuple#1              held by the name x
    when the runtime ends
           untracked  tuple#1
           dying      tuple#1                          last reference
           retired    tuple#1                          last reference
           freed      tuple#1                          off its free list
    ");
}

/// 11.3
#[test]
fn an_object_is_tracked_only_when_its_fields_are_whole() {
    assert_lifetimes!(script("x = [1.5, 2.5]\nx = None").steps().of_type("list"),@r"
    line 1
           born       list#1                     56 B  pool
           filled     list#1
           tracked    list#1
    line 2
           dying      list#1                           last reference
           untracked  list#1
           retired    list#1                           last reference
    when the runtime ends
           freed      list#1                           off its free list
    ");
}

/// 11.3
#[test]
fn an_instance_exists_before_init_runs() {
    assert_lifetimes!(script_with_set_up("class A:\n    def __init__(self):\n        self.x = [1]", "a = A()\ndel a"),@r"
    line 1
           born       A#1                       328 B  pool
    line 2
           died       A#1                              last reference
    ");
}

/// 11.3
#[test]
fn a_failed_init_leaves_an_object_that_dies() {
    assert_lifetimes!(script("class A:\n    def __init__(self):\n        raise ValueError\n    def __del__(self):\n        pass\ntry:\n    A()\nexcept ValueError:\n    pass").of_type("A"),@r"
    line 7
           born       A#1                       328 B  pool
    line 9
           finalised  A#1
           died       A#1                              last reference
    ");
}

/// 11.4
#[test]
fn dealloc_untracks_then_releases_then_frees() {
    assert_lifetimes!(script("x = ([], 1.5)\ndel x").steps(),@r"
    line 1
           born       list#1                     56 B  pool
           filled     list#1
           tracked    list#1
           born       tuple#1                    56 B  pool
           filled     tuple#1
           tracked    tuple#1
    line 2
           dying      tuple#1                          last reference
           untracked  tuple#1
           dying      list#1                           last reference
           untracked  list#1
           retired    list#1                           last reference
           retired    tuple#1                          last reference
    when the runtime ends
           freed      list#1                           off its free list
           freed      tuple#1                          off its free list
    ");
}

/// 11.4
#[test]
fn a_large_tuple_goes_back_to_the_heap_and_a_small_one_is_retired() {
    assert_lifetimes!(script("n = 20\nx = (None,) * n\ny = (None,) * (n + 1)\nx = y = None").of_type("tuple"),@r"
    line 2
           born       tuple#1                   200 B  pool
    line 3
           born       tuple#2                   208 B  pool
    line 4
           retired    tuple#1                          last reference
           died       tuple#2                          last reference
    ");
}

/// 11.5
#[test]
fn a_small_object_comes_from_a_pool_and_a_large_one_does_not() {
    assert_lifetimes!(script("x = bytes(479)\ny = bytes(480)"),@r"
    line 1
           born       bytes#1                   512 B  pool
    line 2
           born       bytes#2                   513 B  large
    still alive after the last line
           alive      bytes#1              held by the name x
           alive      bytes#2              held by the name y
    when the runtime ends
           died       bytes#1                          last reference
           died       bytes#2                          last reference
    ");
}

/// 11.6
#[test]
fn an_arena_is_taken_when_no_pool_is_left_and_given_back_when_all_are_free() {
    let story = script("x = []\nfor i in range(5000):\n    x.append(bytes(450))\nx = None");
    assert_lifetimes!(story.memory().of_arenas(),@r"
    line 3
           taken      arena
           taken      arena
    line 4
           given back arena
    ");
}

/// 11.6
#[test]
fn an_arena_is_kept_by_one_block() {
    let story = script("x = []\nfor i in range(5000):\n    x.append(bytes(450))\nx = x[4000:4001]");
    assert_lifetimes!(story.memory().of_arenas(),@r"
    line 3
           taken      arena
           taken      arena
    line 4
           given back arena
    ");
}

/// 11.7
#[test]
fn a_pool_serves_one_size_and_is_put_to_use_when_the_last_is_full() {
    let set_up = "x = [None] * 70";
    let body = "for i in range(70):\n    x[i] = bytes(450)\nx = None";
    assert_lifetimes!(script_with_set_up(set_up, body).memory().of_pools(),@r"
    line 2
           taken      pool                             496 B each
           taken      pool                             496 B each
           taken      pool                             496 B each
    line 3
           emptied    pool
           emptied    pool
           emptied    pool
    ");
}

/// 11.8
#[test]
fn two_sizes_of_one_class_take_each_others_blocks() {
    assert_lifetimes!(script("x = bytes(40)\na = id(x)\ndel x\nx = bytes(44)\nprint(a == id(x))"),@r"
    line 1
           born       bytes#1                    73 B  pool
    line 2
           born       int#1                      32 B  pool
    line 3
           died       bytes#1                          last reference
    line 4
           born       bytes#2                    77 B  pool
    line 5
           born       int#2                      32 B  pool
           died       int#2                            last reference
    still alive after the last line
           alive      int#1                held by the name a
           alive      bytes#2              held by the name x
    when the runtime ends
           died       int#1                            last reference
           died       bytes#2                          last reference
    ");
}

/// 11.8
#[test]
fn a_class_is_sixteen_bytes_wide() {
    let story = script("x = bytes(15)\na = id(x)\ndel x\nx = bytes(16)\nprint(a == id(x))");
    assert_eq!(story.out(), "False\n");
    assert_lifetimes!(story.of_type("bytes"),@r"
    line 1
           born       bytes#1                    48 B  pool
    line 3
           died       bytes#1                          last reference
    line 4
           born       bytes#2                    49 B  pool
    still alive after the last line
           alive      bytes#2              held by the name x
    when the runtime ends
           died       bytes#2                          last reference
    ");
}

/// 11.9
#[test]
fn a_free_list_is_last_in_first_out() {
    assert_lifetimes!(script("z = [0]\nx = (z,)\ny = (z,)\ndel x\ndel y\na = (z,)\nb = (z,)").of_type("tuple"),@r"
    line 2
           born       tuple#1                    48 B  pool
    line 3
           born       tuple#2                    48 B  pool
    line 4
           retired    tuple#1                          last reference
    line 5
           retired    tuple#2                          last reference
    line 6
           reused     tuple#3                    48 B  left by tuple#2
    line 7
           reused     tuple#4                    48 B  left by tuple#1
    still alive after the last line
           alive      tuple#3              held by the name a
           alive      tuple#4              held by the name b
    when the runtime ends
           retired    tuple#3                          last reference
           retired    tuple#4                          last reference
    ");
}

/// 11.9
#[test]
fn a_free_list_holds_one_length() {
    assert_lifetimes!(script("z = [0]\nx = (z,)\ndel x\ny = (z, z)\ndel y\nx = (z,)").of_type("tuple"),@r"
    line 2
           born       tuple#1                    48 B  pool
    line 3
           retired    tuple#1                          last reference
    line 4
           born       tuple#2                    56 B  pool
    line 5
           retired    tuple#2                          last reference
    line 6
           reused     tuple#3                    48 B  left by tuple#1
    still alive after the last line
           alive      tuple#3              held by the name x
    when the runtime ends
           retired    tuple#3                          last reference
    ");
}

/// 11.9
#[test]
fn a_float_leaves_its_block_to_the_next_float() {
    assert_lifetimes!(script("x = 1.5 * len([1])\nx = None\ny = 2.5 * len([1])").of_type("float"),@r"
    line 1
           born       float#1                    24 B  pool
    line 2
           retired    float#1                          last reference
    line 3
           reused     float#2                    24 B  left by float#1
    still alive after the last line
           alive      float#2              held by the name y
    when the runtime ends
           retired    float#2                          last reference
    ");
}

/// 11.9
#[test]
fn a_full_collection_empties_the_free_lists() {
    assert_lifetimes!(script("import gc\nz = [0]\nx = (z,)\ndel x\ngc.collect()\ny = (z,)").of_type("tuple"),@r"
    line 3
           born       tuple#1                    48 B  pool
    line 4
           retired    tuple#1                          last reference
    line 6
           born       tuple#2                    48 B  pool
    still alive after the last line
           alive      tuple#2              held by the name y
    when the runtime ends
           retired    tuple#2                          last reference
    ");
}

/// 11.9
#[test]
fn a_free_list_that_is_full_sends_the_next_block_to_its_pool() {
    assert_lifetimes!(script("x = []\nfor i in range(82):\n    x.append([i])\ny = x\nfor i in range(81):\n    x.pop()\nz = x.pop()\ndel z").of_type("list"),@r"
    line 1
           born       list#1                     56 B  pool
    line 3
           born       list#2                     56 B  pool
           born       list#3                     56 B  pool
           born       list#4                     56 B  pool
           ... and 79 times more: born list
    line 6
           retired    list#83                          last reference
           retired    list#82                          last reference
           retired    list#81                          last reference
           ... and 77 times more: retired list
           died       list#3                           last reference
    line 8
           died       list#2                           last reference
    still alive after the last line
           alive      list#1               held by the name x, the name y
    when the runtime ends
           retired    list#1                           last reference
    ");
}

/// 11.10
#[test]
fn a_small_int_is_never_born() {
    assert_lifetimes!(script("n = 250\nx = n + 6\ny = n + 7").of_type("int"),@r"
    line 3
           born       int#1                      32 B  pool
    still alive after the last line
           alive      int#1                held by the name y
    when the runtime ends
           died       int#1                            last reference
    ");
}

/// 11.10
#[test]
fn an_interned_name_is_made_once() {
    let story = script(
        "import sys\nn = 3\nx = sys.intern('a' * n + '!')\ny = sys.intern('a' * n + '!')\nprint(x is y)",
    );
    assert_eq!(story.out(), "True\n");
    assert_lifetimes!(story.of_type("str"),@r"
    line 3
           born       str#1                      44 B  pool
           born       str#2                      45 B  pool
           died       str#1                            last reference
    line 4
           born       str#3                      44 B  pool
           born       str#4                      45 B  pool
           died       str#3                            last reference
           died       str#4                            last reference
    still alive after the last line
           alive      str#2                held by the name x, the name y
    when the runtime ends
           died       str#2                            last reference
    ");
}

/// 11.11
#[test]
fn an_immortal_object_is_never_born_and_never_dies() {
    assert_lifetimes!(script("x = [None, True, (), '', 7, b'']\ndel x"),@r"
    line 1
           born       list#1                     56 B  pool
    line 2
           retired    list#1                           last reference
    ");
}

/// 11.12
#[test]
fn a_survivor_here_and_there_keeps_the_memory_of_all() {
    let set_up = "x = [None] * 70";
    let body = "for i in range(70):\n    x[i] = bytes(450)\nx = x[::35]\nx = None";
    assert_lifetimes!(script_with_set_up(set_up, body).memory().of_pools(),@r"
    line 2
           taken      pool                             496 B each
           taken      pool                             496 B each
           taken      pool                             496 B each
    line 3
           emptied    pool
    line 4
           emptied    pool
           emptied    pool
    ");
}

/// 11.14
#[test]
fn a_dead_object_is_dead_once() {
    let story = script("x = [1.5]\ny = x\ndel x\ndel y");
    assert_lifetimes!(story.steps().of_type("list"),@r"
    line 1
           born       list#1                     56 B  pool
           filled     list#1
           tracked    list#1
    line 4
           dying      list#1                           last reference
           untracked  list#1
           retired    list#1                           last reference
    when the runtime ends
           freed      list#1                           off its free list
    ");
}

/// 11.15
#[test]
fn a_list_gives_back_its_array_and_then_itself() {
    assert_lifetimes!(script("x = [None]\nx = 0").memory(),@r"
    line 1
           born       list#1                     56 B  pool
           taken      mem                         8 B
    line 2
           given back mem                         8 B
           retired    list#1                           last reference
    ");
}

/// 11.16
#[test]
fn a_buffer_dies_with_the_object_that_owns_it() {
    assert_lifetimes!(script("x = bytearray(100)\ndel x").memory(),@r"
    line 1
           born       bytearray#1                56 B  pool
           taken      mem                       101 B
    line 2
           given back mem                       101 B
           died       bytearray#1                      last reference
    ");
}

/// 11.17
#[test]
fn a_field_holds_its_object_until_it_is_let_go() {
    let story = script("class Box:\n    pass\nb = Box()\nb.value = [1]\nb.value = None\ndel b");
    assert_lifetimes!(story.of_type("list"),@r"
    line 4
           born       list#1                     56 B  pool
    line 5
           retired    list#1                           last reference
    ");
}

/// 11.17
#[test]
fn what_a_container_holds_dies_before_its_own_block_goes() {
    assert_lifetimes!(script("x = [[], {}]\ndel x"),@r"
    line 1
           born       list#1                     56 B  pool
           born       dict#1                     64 B  pool
           born       list#2                     56 B  pool
    line 2
           retired    dict#1                           last reference
           retired    list#1                           last reference
           retired    list#2                           last reference
    ");
}

/// 11.17
#[test]
fn memory_and_references_are_two_things() {
    assert_heap!(script("inner = [1]\nouter = [inner, inner]\ndel inner"),@r"
    still alive after the last line
           alive      list#1               held by list#2[0], list#2[1]
           alive      list#2               held by the name outer
    ");
}

/// 11.18
#[test]
fn a_failed_request_leaves_what_was_there() {
    let story =
        script("x = [1, 2]\ntry:\n    x *= 10 ** 17\nexcept MemoryError:\n    pass\nprint(x)");
    assert_eq!(story.out(), "[1, 2]\n");
    assert_lifetimes!(story.of_type("list"),@r"
    line 1
           born       list#1                     56 B  pool
    still alive after the last line
           alive      list#1               held by the name x
    when the runtime ends
           retired    list#1                           last reference
    ");
}

/// 11.19
#[test]
fn an_array_that_grows_is_the_same_list() {
    assert_lifetimes!(script("x = []\nfor i in range(10):\n    x.append(None)").memory(),@r"
    line 1
           born       list#1                     56 B  pool
    line 2
           born       range#1                    48 B  pool
           born       range_iterator#1           40 B  pool
           died       range#1                          last reference
           taken      mem                       400 B
           given back mem                       208 B
    line 3
           taken      mem                        32 B
           taken      mem                        64 B
           given back mem                        32 B
           taken      mem                       128 B
           given back mem                        64 B
    line 2
           died       range_iterator#1                 last reference
    still alive after the last line
           alive      list#1               held by the name x
    when the runtime ends
           retired    list#1                           last reference
    ");
}

/// 11.19
#[test]
fn an_array_that_still_fits_its_block_stays_where_it_is() {
    // 21 bytes lie in a block of 32, which 29 still fit.
    assert_lifetimes!(script("b = bytearray(20)\nb.append(1)\nb.extend(b'x' * 20)").memory(), @r"
    line 1
           born       bytearray#1                56 B  pool
           taken      mem                        21 B
    line 2
           resized    mem                        29 B  from 21 B
    line 3
           taken      mem                        42 B
           given back mem                        29 B
    still alive after the last line
           alive      bytearray#1          held by the name b
    when the runtime ends
           died       bytearray#1                      last reference
    ");
}

/// 11.20
#[test]
fn a_list_grows_by_more_than_it_needs() {
    assert_lifetimes!(script("x = [None] * 4\nx.append(None)\nx.append(None)").memory(),@r"
    line 1
           born       list#1                     56 B  pool
           taken      mem                         8 B
           born       list#2                     56 B  pool
           taken      mem                        32 B
           given back mem                         8 B
           retired    list#1                           last reference
    line 2
           taken      mem                        64 B
           given back mem                        32 B
    still alive after the last line
           alive      list#2               held by the name x
    when the runtime ends
           retired    list#2                           last reference
    ");
}

/// 11.21
#[test]
fn a_list_that_shrinks_a_little_keeps_its_array() {
    assert_lifetimes!(script("x = [None] * 16\ndel x[12:]\ndel x[4:]").memory(),@r"
    line 1
           born       list#1                     56 B  pool
           taken      mem                         8 B
           born       list#2                     56 B  pool
           taken      mem                       128 B
           given back mem                         8 B
           retired    list#1                           last reference
    line 2
           born       slice#1                    56 B  pool
           taken      mem                        64 B
           given back mem                        64 B
           retired    slice#1                          last reference
    line 3
           reused     slice#2                    56 B  left by slice#1
           taken      mem                        64 B
           taken      mem                        64 B
           given back mem                       128 B
           given back mem                        64 B
           retired    slice#2                          last reference
    still alive after the last line
           alive      list#2               held by the name x
    when the runtime ends
           retired    list#2                           last reference
    ");
}

/// 11.21
#[test]
fn a_list_keeps_its_array_while_it_is_at_least_half_full() {
    let text = "x = [None] * 16\nwhile len(x) > 8:\n    x.pop()\nlen(x)\nx.pop()";
    assert_lifetimes!(script(text).memory(), @r"
    line 1
           born       list#1                     56 B  pool
           taken      mem                         8 B
           born       list#2                     56 B  pool
           taken      mem                       128 B
           given back mem                         8 B
           retired    list#1                           last reference
    line 5
           taken      mem                        96 B
           given back mem                       128 B
    still alive after the last line
           alive      list#2               held by the name x
    when the runtime ends
           retired    list#2                           last reference
    ");
}

/// 11.21
#[test]
fn a_list_made_of_a_sequence_has_hardly_a_place_to_spare() {
    assert_lifetimes!(script("t = (None,) * 5\nx = list(t)\nx.append(None)\nx.append(None)").memory(), @r"
    line 2
           born       list#1                     56 B  pool
           taken      mem                        48 B
           taken      mem                       400 B
           given back mem                       208 B
    line 4
           taken      mem                        96 B
           given back mem                        48 B
    still alive after the last line
           alive      list#1               held by the name x
    when the runtime ends
           retired    list#1                           last reference
    ");
}

/// 11.21
#[test]
fn a_copy_is_compact() {
    assert_lifetimes!(script("x = [None] * 16\ndel x[9:]\nx = x[:]").memory(),@r"
    line 1
           born       list#1                     56 B  pool
           taken      mem                         8 B
           born       list#2                     56 B  pool
           taken      mem                       128 B
           given back mem                         8 B
           retired    list#1                           last reference
    line 2
           born       slice#1                    56 B  pool
           taken      mem                        64 B
           given back mem                        64 B
           retired    slice#1                          last reference
    line 3
           reused     slice#2                    56 B  left by slice#1
           reused     list#3                     56 B  left by list#1
           taken      mem                        72 B
           retired    slice#2                          last reference
           given back mem                       128 B
           retired    list#2                           last reference
    still alive after the last line
           alive      list#3               held by the name x
    when the runtime ends
           retired    list#3                           last reference
    ");
}

/// 11.22
#[test]
fn a_view_keeps_its_buffer_alive() {
    assert_lifetimes!(script("b = bytearray(5)\nv = memoryview(b)\ndel b\ndel v"),@r"
    line 1
           born       bytearray#1                56 B  pool
    line 2
           born       managedbuffer#1           128 B  pool
           born       memoryview#1              184 B  pool
    line 4
           died       bytearray#1                      last reference
           died       managedbuffer#1                  last reference
           died       memoryview#1                     last reference
    ");
}

/// 11.23
#[test]
fn an_object_stays_where_it_is() {
    let story =
        script("x = []\na = id(x)\nfor i in range(100):\n    x.append(i)\nprint(a == id(x))");
    assert_eq!(story.out(), "True\n");
    assert_lifetimes!(story.of_line(1),@r"
    line 1
           born       list#1                     56 B  pool
    still alive after the last line
           alive      list#1               held by the name x
    when the runtime ends
           retired    list#1                           last reference
    ");
}

/// 11.25
#[test]
fn one_list_is_many_blocks() {
    let story = script("xs = ['ab' * len('xy') for _ in range(3)]");
    assert_heap!(story,@r"
    still alive after the last line
           alive      list#1               held by the name xs
           alive      str#1                held by list#1[0]
           alive      str#2                held by list#1[1]
           alive      str#3                held by list#1[2]
    ");
}

/// 11.26
#[test]
fn a_list_and_what_it_holds_have_lives_of_their_own() {
    assert_heap!(script("xs = [[1], [2]]\nfirst = xs[0]\ndel xs"),@r"
    still alive after the last line
           alive      list#1               held by the name first
    ");
}

/// 11.27
#[test]
fn a_function_call_makes_no_frame_object() {
    assert_lifetimes!(script("def f(n):\n    return n + 1\nx = f(1000)"),@r"
    line 1
           born       function#1                128 B  pool
    line 2
           born       int#1                      32 B  pool
    still alive after the last line
           alive      function#1           held by the name f
           alive      int#1                held by the name x
    when the runtime ends
           died       function#1                       collection
           died       int#1                            collection
    ");
}

/// 11.27
#[test]
fn an_exception_keeps_the_frames_that_it_passed() {
    assert_lifetimes!(script("def f(x):\n    raise ValueError(x)\ntry:\n    f([1])\nexcept ValueError as e:\n    kept = e\ndel kept"),@r"
    line 1
           born       function#1                128 B  pool
    line 4
           born       list#1                     56 B  pool
    line 2
           born       tuple#1                    48 B  pool
           born       ValueError#1               88 B  pool
           born       tuple#2                    48 B  pool
           retired    tuple#1                          last reference
           born       frame#1                    80 B  pool
           born       traceback#1                56 B  pool
           born       frame#2                    72 B  pool
           born       traceback#2                56 B  pool
    line 7
           retired    tuple#2                          last reference
           retired    list#1                           last reference
           died       frame#1                          last reference
           died       traceback#1                      last reference
           died       traceback#2                      last reference
           died       ValueError#1                     last reference
           died       frame#2                          last reference
    still alive after the last line
           alive      function#1           held by the name f
    when the runtime ends
           died       function#1                       collection
    ");
}

/// 11.27
#[test]
fn a_dict_that_grows_changes_its_table() {
    assert_lifetimes!(script("d = {}\nfor i in range(12):\n    d[i] = None").memory(),@r"
    line 1
           born       dict#1                     64 B  pool
    line 2
           born       range#1                    48 B  pool
           born       range_iterator#1           40 B  pool
           died       range#1                          last reference
           taken      mem                       400 B
           given back mem                       208 B
    line 3
           taken      mem                       160 B
           taken      mem                       288 B
           given back mem                       160 B
           taken      mem                       568 B
           given back mem                       288 B
    line 2
           died       range_iterator#1                 last reference
    still alive after the last line
           alive      dict#1               held by the name d
    when the runtime ends
           retired    dict#1                           last reference
    ");
}

/// 11.29
#[test]
fn counts_decide_when_an_object_dies() {
    assert_lifetimes!(script("x = [1]\ny = x\ndel x\ndel y"),@r"
    line 1
           born       list#1                     56 B  pool
    line 4
           retired    list#1                           last reference
    ");
}

/// 11.29
#[test]
fn only_a_collection_finds_a_cycle() {
    let story = script("import gc\nx = []\nx.append(x)\ndel x\ngc.collect()");
    assert_no_cycles!(story);
    assert_lifetimes!(story.steps().of_type("list"),@r"
    line 2
           born       list#1                     56 B  pool
           filled     list#1
           tracked    list#1
    line 5
           found      list#1
                        in a cycle that nothing outside holds
           dying      list#1                           collection
           untracked  list#1
           retired    list#1                           collection
           freed      list#1                           off its free list
    ");
}

/// 11.29
#[test]
fn a_finalizer_runs_before_the_object_is_taken_apart() {
    assert_lifetimes!(script_with_set_up("class A:\n    def __del__(self):\n        print(self.x)", "a = A()\na.x = [1]\ndel a"),@r"
    line 1
           born       A#1                       328 B  pool
    line 2
           born       list#1                     56 B  pool
    line 3
           finalised  A#1
           retired    list#1                           last reference
           died       A#1                              last reference
    ");
}

/// 11.29
#[test]
fn a_finalizer_may_bring_its_object_back() {
    assert_lifetimes!(script("class A:\n    def __del__(self):\n        global kept\n        kept = self\na = A()\ndel a\ndel kept").steps().of_type("A"),@r"
    line 5
           born       A#1                       328 B  pool
           filled     A#1
           tracked    A#1
    line 6
           dying      A#1                              last reference
           untracked  A#1
           tracked    A#1
           finalising A#1
           finalised  A#1
    line 7
           dying      A#1                              last reference
           untracked  A#1
           died       A#1                              last reference
    ");
}

/// 11.29
#[test]
fn a_weak_reference_is_cleared_and_then_called_back() {
    assert_lifetimes!(script_with_set_up("import weakref\nclass A:\n    pass", "a = A()\nw = weakref.ref(a, print)\ndel a"),@r"
    line 1
           born       A#1                       328 B  pool
    line 2
           born       weakref.ReferenceType#1       80 B  pool
    line 3
           cleared    weakref.ReferenceType#1             its object died
           called     weakref.ReferenceType#1             its callback
           born       str#1                      74 B  pool
           died       str#1                            last reference
           died       A#1                              last reference
    still alive after the last line
           alive      weakref.ReferenceType#1 held by the name w
    when the runtime ends
           died       weakref.ReferenceType#1             last reference
    ");
}

/// 11.29
#[test]
fn the_collector_finalizes_all_before_it_clears_any() {
    assert_lifetimes!(script("import gc\nclass A:\n    def __del__(self):\n        pass\na = A()\nb = A()\na.x, b.x = b, a\ndel a, b\ngc.collect()").of_type("A"),@r"
    line 5
           born       A#1                       328 B  pool
    line 6
           born       A#2                       320 B  pool
    line 9
           finalised  A#1
           finalised  A#2
           died       A#2                              collection
           died       A#1                              collection
    ");
}

/// 11.29
#[test]
fn what_a_body_makes_is_gone_when_it_has_run() {
    assert_returns_to_baseline!(
        "def work(n):\n    return [(i, str(i)) for i in range(n)]",
        "for i in range(20):\n    work(50)\ndel i"
    );
}

/// 11.29
#[test]
fn a_nest_of_lists_gives_its_blocks_back_from_the_inside_out() {
    assert_lifetimes!(script("x = []\nfor i in range(3):\n    x = [x]\nx = None").of_type("list"),@r"
    line 1
           born       list#1                     56 B  pool
    line 3
           born       list#2                     56 B  pool
           born       list#3                     56 B  pool
           born       list#4                     56 B  pool
    line 4
           retired    list#1                           last reference
           retired    list#2                           last reference
           retired    list#3                           last reference
           retired    list#4                           last reference
    ");
}
