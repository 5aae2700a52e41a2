//! Holds `parse_cost` to what parsing really takes, with an allocator that counts.
#![expect(clippy::unwrap_used, reason = "a source that cannot be read fails its test")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use runtime_script::syntax::{Features, Source, parse_cost, parse_module};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every request goes to the system allocator unchanged; only sums are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: `block` came from `alloc` with this layout, as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes at the peak of parsing `text`, above what was there before, and the promised bound.
fn measure(text: String) -> (usize, usize) {
    let source = Source::new("x.py", text.into_bytes()).unwrap();
    let bound = parse_cost(&source);
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    drop(parse_module(&source, Features::ALL));
    (PEAK.load(Ordering::Relaxed) - before, bound)
}

// One test only: the sums are the whole process's.
#[test]
fn parsing_takes_no_more_than_its_cost() {
    let repeated = [
        "a\n",
        "a=1\n",
        "a,",
        "-1,",
        "a+b\n",
        "f(a)\n",
        "f(a=b,c=d)\n",
        "a.b.c\n",
        "[[a]]\n",
        "{a:b}\n",
        "f'{a}'\n",
        "f'{a:{b}}x'\n",
        "'a'\n",
        "'a' ",
        "lambda:0\n",
        "lambda a,b:a\n",
        "def f():a\n",
        "def f(a,b=1,*c,d,**e):a\n",
        "class A:a\n",
        "if a:b\nelse:c\n",
        "elif a:b\n",
        "if a:\n b\n",
        "@a\n",
        "a=b=",
        "a<",
        "a and ",
        "a<b<c\n",
        "a;",
        "\n",
        "#\n",
        "()\n",
        "(),",
        "[],",
        "{},",
        "a b\n",
        "$",
        "x:",
        "a->",
        "*a,",
        "**a,",
        "a if b else c\n",
        "(a if b else c),",
        "for a in b:c\n",
        "while a:b\n",
        "[a for b in c]\n",
        "try:a\nexcept:b\n",
        "with a as b:c\n",
        "import a\n",
        "import a,b,c\n",
        "from a import b,c\n",
        "global a,b\n",
        "del a,b\n",
        "assert a,b\n",
        "raise a\n",
        "return\n",
        "1.5\n",
        "0x1\n",
        "1j\n",
        "b'a'\n",
        "...\n",
        "a:b=c\n",
        "a[1:2:3]\n",
        "(yield)\n",
        "yield\n",
        "await a\n",
        "match a:\n case b:c\n",
        "type a=b\n",
        "a:=b\n",
        "a.",
        "print a\n",
        "\u{e9}\n",
        "x=[",
        "(a)(b)\n",
        "\\\n",
        "(a,b)=c\n",
        "a,b=c,d\n",
        "f(*a,**b)\n",
        "pass\n",
        "not a\n",
        "a**b\n",
        "a is not b\n",
        "a+=1\n",
    ];
    let mut tightest = (0.0, "");
    for text in repeated {
        // Alone, and in front of an error, which the diagnosis then looks for.
        for (head, tail) in
            [("", ""), ("", "\n= 1\n"), ("x = (", ""), ("f(", "$)\n"), ("class A:\n ", "")]
        {
            for times in [1, 30, 20_000] {
                let (taken, bound) = measure(head.to_owned() + &text.repeat(times) + tail);
                assert!(taken <= bound, "{head}{text:?}*{times}{tail}: {taken} > {bound}");
                let share = taken as f64 / bound as f64;
                if share > tightest.0 {
                    tightest = (share, text);
                }
            }
        }
    }
    println!("the tightest is {:?}, at {:.2} of the bound", tightest.1, tightest.0);
}
