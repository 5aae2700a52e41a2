//! Random scripts that make objects of every kind and share them between names, containers, closures,
//! frames, generators, instances, methods, classes and exceptions. The same number makes the same
//! script.

use std::fmt::Write;

/// What each script begins with.
const PRELUDE: &str = "\
import sys, weakref, functools, itertools, collections, dataclasses, operator, copy, enum
class Node:
    shared = ['class']
    def __init__(self, item):
        self.item = item
    def method(self, *more):
        kept = self
        return kept, more
    @classmethod
    def of(cls, item):
        made = cls(item)
        return made
    @staticmethod
    def plain(item):
        return [item]
    @property
    def twice(self):
        both = (self.item, self.item)
        return both
    @functools.cached_property
    def once(self):
        return [self]
    def __enter__(self):
        return self
    def __exit__(self, kind, value, trace):
        held = value
        return True
class Slots:
    __slots__ = ('one', 'two', '__weakref__')
    def __init__(self, one, two=None):
        self.one = one
        self.two = two
class Sub(Node):
    def __init__(self, item):
        super().__init__(item)
        self.up = super()
    def __call__(self, x):
        y = x
        return y
    def __getitem__(self, index):
        if index > 2:
            raise IndexError(index)
        return self
    def __len__(self):
        return 2
    def __eq__(self, other):
        both = [self, other]
        return self is other
    def __hash__(self):
        me = self
        return 7
class Derived(list):
    pass
class Mapped(dict):
    def __missing__(self, key):
        made = [key]
        return made
class Own(Exception):
    def __init__(self, *items):
        super().__init__(*items)
        self.items = items
Pair = collections.namedtuple('Pair', 'a b')
@dataclasses.dataclass
class Data:
    a: object
    b: list = dataclasses.field(default_factory=list)
class Colour(enum.Enum):
    RED = 1
    BLUE = 2
@functools.lru_cache(maxsize=4)
def cached(x=None):
    return [x]
def identity(x):
    y = x
    return y
def closure(a, b):
    total = [a]
    def inner(c=b, *rest, key=a):
        nonlocal total
        total = (total[0], c, rest, key)
        return total
    return inner
def counting(a):
    count = 0
    def up():
        nonlocal count, a
        count += 1000
        a = [a]
        a = a[0]
        return count, a
    return up
def producer(a, b):
    held = [a]
    got = yield held
    try:
        for x in (a, b, got):
            got = yield x
    finally:
        held = b
    return held
def through(a):
    mine = (a, a)
    back = yield from producer(mine, a)
    yield back
def raising(x, deep):
    here = [x]
    if deep > 0:
        return raising(here, deep - 1)
    raise Own(x, here)
def catching(x):
    try:
        raising(x, 2)
    except Own as error:
        kept = error
        again = kept
        return kept
    finally:
        last = x
def chained(x):
    try:
        try:
            raise KeyError(x)
        except KeyError as first:
            raise ValueError(x) from first
    except ValueError as second:
        result = second
    return result
def many(a, b=(), *args, c=None, **kwargs):
    local = locals()
    return local
def loops(x):
    out = []
    for i, y in enumerate([x, (x,)]):
        for z in reversed((y, x)):
            out.append(z)
            w = [z for _ in range(2) if z is not None]
    while out:
        last = out.pop()
    else:
        z = x
    return w
def decorated(function):
    @functools.wraps(function)
    def outer(*args, **kwargs):
        result = function(*args, **kwargs)
        return result
    return outer
def frame_of(x):
    mine = x
    try:
        raise Own
    except Own as error:
        return error.__traceback__.tb_frame
@decorated
def wrapped(x):
    y = [x, x]
    return y
def sorts(x):
    items = [(3, x), (1, x), (2, x)]
    items.sort(key=lambda pair: pair[0])
    best = max(items, key=lambda pair: -pair[0])
    return items, best
";

/// Statements of a script.
const LENGTH: usize = 16;

/// Statements: `A` is a name to bind, `B` and `C` are names to use, `N` is a number.
const STATEMENTS: &[&str] = &[
    "A = B",
    "A = [B, C]",
    "A = (B, C)",
    "A = {'k': B, N: C}",
    "A = {N: B, (N, 1): C}",
    "A = [B] * N",
    "A = [[B], (C, [B])]",
    "A = None",
    "A = N + 1000",
    "A = N * 1.5",
    "A = 'text' * N",
    "A = b'bytes' * N",
    "A = 10 ** 30 + N",
    "A = frozenset([N, 'x'])",
    "A = {N, 'x', Slots}",
    "A = B; A = [A]; A = A[0]",
    "A, D = B, C",
    "A, *D = B, C, B",
    "A = D = [B]",
    "A = [D := B, D]",
    "B, C = C, B",
    "A = Node(B)",
    "A = Node.of(B)",
    "A = Node(B); A.other = C; A.me = A",
    "A = Sub(B)",
    "A = Sub(B)(C)",
    "A = Slots(B, C)",
    "A = Slots(B); A.two = A",
    "A = Node(B).method",
    "A = Node(B).method(C)",
    "A = Node(B).twice",
    "A = Node(B); D = A.once",
    "A = Node.plain",
    "A = Node.of",
    "A = [].append; A(B)",
    "A = {}.get",
    "A = 'x'.join",
    "A = Derived([B, C]); A.extra = B",
    "A = Mapped(k=B); D = A['other']",
    "A = Pair(B, C)",
    "A = Pair(B, C)._replace(a=C)",
    "A = Data(B)",
    "A = Data(B, [C])",
    "A = Colour.RED",
    "A = closure(B, C)",
    "A = closure(B, C)(B, C, key=B)",
    "A = closure(B, C); A(); A(C)",
    "A = counting(B); A(); A()",
    "A = lambda x=B, *, y=C: (x, y)",
    "A = (lambda x: [x, B])(C)",
    "A = producer(B, C)",
    "A = producer(B, C); next(A)",
    "A = producer(B, C); next(A); A.send(B); next(A)",
    "A = through(B); next(A); next(A)",
    "A = list(producer(B, C))",
    "A = (x for x in [B, C])",
    "A = (x for x in [B, C]); next(A)",
    "A = ((x, y) for x in (B, C) for y in [x]); next(A)",
    "A = [x for x in (B, C) if x is not None]",
    "A = {str(i): x for i, x in enumerate([B, C])}",
    "A = catching(B)",
    "A = chained(B)",
    "A = catching(B).__traceback__",
    "A = catching(B).__traceback__.tb_frame",
    "A = chained(B).__context__",
    "A = many(B, C, B, c=C, d=B)",
    "A = many(*[B, C], **{'x': B})",
    "A = loops(B)",
    "A = wrapped(B)",
    "A = frame_of(B)",
    "A = frame_of(B).f_locals",
    "A = sorts(B)",
    "A = cached(N)",
    "A = cached(Colour.RED)",
    "A = functools.partial(identity, B)",
    "A = functools.partial(many, B, c=C)",
    "A = functools.reduce(lambda a, b: [a, b], [B, C, B])",
    "A = iter([B, C])",
    "A = iter([B, C]); next(A)",
    "A = iter((B, C)); next(A)",
    "A = iter({'a': B}.items())",
    "A = {'a': B, 'b': C}.values()",
    "A = {'a': B, 'b': C}.keys()",
    "A = enumerate([B, C]); next(A)",
    "A = zip([B], [C]); D = next(A)",
    "A = map(identity, [B, C]); next(A)",
    "A = filter(None, [B, C])",
    "A = reversed([B, C]); next(A)",
    "A = iter(lambda: B, C)",
    "A = slice(B, C, N)",
    "A = [B, C, B, C][0:N]",
    "A = range(N, 10 ** 20)",
    "A = memoryview(bytearray(b'abcdef'))[N:]",
    "A = bytearray(b'abc') * N",
    "A = property(identity, identity)",
    "A = staticmethod(B)",
    "A = classmethod(B)",
    "A = type(Node.__dict__)({'k': B})",
    "A = Node.__dict__",
    "A = Node.__mro__",
    "A = super(Sub, Sub(B))",
    "A = weakref.ref(Node)",
    "D = Node(B); A = weakref.ref(D)",
    "D = Node(B); A = weakref.proxy(D)",
    "D = Node(B); A = weakref.WeakValueDictionary(k=D)",
    "D = Node(B); A = weakref.WeakMethod(D.method)",
    "D = Slots(B); A = weakref.WeakKeyDictionary(); A[D] = C",
    "A = collections.deque([B, C], maxlen=N)",
    "A = collections.deque([B, C]); A.rotate(); D = iter(A); next(D)",
    "A = collections.defaultdict(list); A[N].append(B)",
    "A = collections.Counter('text' * N)",
    "A = collections.OrderedDict(a=B, b=C); A.move_to_end('a')",
    "A = collections.ChainMap({'a': B}, {'b': C})",
    "A = itertools.chain([B], [C]); next(A)",
    "A = itertools.cycle([B, C]); next(A); next(A); next(A)",
    "A, D = itertools.tee([B, C, B]); next(A)",
    "A = itertools.islice([B, C], N); next(A, None)",
    "A = itertools.product([B, C], repeat=2); D = next(A)",
    "A = itertools.combinations([B, C, B], 2); D = next(A)",
    "A = itertools.permutations([B, C]); next(A)",
    "A = itertools.zip_longest([B], [C, B], fillvalue=C); D = next(A); D = next(A)",
    "A = itertools.accumulate([[1], [2]]); D = next(A); D = next(A)",
    "A = itertools.groupby([N, N, 2]); D = next(A)",
    "A = itertools.repeat(B, 3); next(A)",
    "A = itertools.count(N + 1000); D = next(A)",
    "A = itertools.starmap(identity, [(B,), (C,)]); next(A)",
    "A = operator.itemgetter('k', N)",
    "A = operator.attrgetter('item')(Node(B))",
    "A = copy.copy([B, C])",
    "A = [B, C].copy(); A.insert(0, A)",
    "A = [B]; A += (C,); A.append(A)",
    "A = {}; A['me'] = A; A[N] = B",
    "A = sorted([N, 2, 1], key=lambda x: -x)",
    "A = [B, C]; A.reverse(); D = A.pop()",
    "A = {'x': B}; A.update(y=C); D = A.pop('x')",
    "A = {'x': B} | {'y': C}; D = A.popitem()",
    "A = dict.fromkeys('abc', B)",
    "A = f'{N}{N!r:>5}'",
    "A = getattr(Node, 'shared')",
    "Node.shared = B",
    "Node.shared = [B, C]; A = Node.shared",
    "A = globals()",
    "A = sys.exc_info()",
    "A = type('Made', (Node,), {'attr': B})",
    "A = type(B)",
    "A = identity",
    "A = identity.__code__",
    "A = closure(B, C).__closure__",
    "A = closure.__globals__",
    "A = many.__defaults__",
    "A = print, len, B",
];

/// Statements of several lines, whose lines see what they are about.
const BLOCKS: &[&str] = &[
    "for A in (B, C):\n    D = A\n    pass",
    "for A, D in zip([B, C], [C, B]):\n    pass\nelse:\n    A = D",
    "for A in Sub(B):\n    D = A",
    "with Node(B) as A:\n    D = A\n    raise Own(C)",
    "with Node(B) as A, Sub(C) as D:\n    pass",
    "try:\n    raising(B, N)\nexcept Own as error:\n    A = error\n    D = A\nfinally:\n    A = B",
    "try:\n    B.nothing\nexcept AttributeError as error:\n    A = error.obj\n    D = error",
    "try:\n    {}[B]\nexcept (KeyError, TypeError) as error:\n    A = [error]\n    error = A",
    "try:\n    raise Own(B) from Own(C)\nexcept Own as error:\n    try:\n        raise KeyError(B)\n    \
     except KeyError as other:\n        A = (error, other)\n        D = A",
    "class Local:\n    attr = B\n    def use(self, x=C):\n        y = (self, x, __class__)\n        \
     return y\n    made = [x for x in [attr]]\nA = Local().use()",
    "class Local(Node):\n    def __init__(self, item):\n        super().__init__(item)\n        \
     me = self\nA = Local(B)",
    "def local(x, y=B, *z, w=C):\n    def deeper():\n        return x, w\n    v = deeper()\n    \
     return v, deeper\nA = local(C)",
    "def local(x):\n    if x:\n        a = x\n        del a\n    b = x\n    x = None\n    return b\nA = local(B)",
    "def local(n, x):\n    here = x\n    if n:\n        return local(n - 1, [x])\n    return here\nA = local(N, B)",
    "def local():\n    global A\n    A = B\n    mine = A\n    return mine\nD = local()",
    "def local(x):\n    try:\n        y = x\n        return y\n    finally:\n        z = x\nA = local(B)",
    "def local():\n    x = yield B\n    while x is not None:\n        y = [x]\n        x = yield y\n\
     A = local()\nnext(A)\nA.send(C)\nD = A.send(B)",
    "while A is not B:\n    A = B\n    D = A",
    "if B is C:\n    A = B\nelse:\n    A = [C]\n    del A[0]",
    "A = [B, C]\nA[0] = A[1]\ndel A[0]\nA[:] = [B, B]",
    "A = Node(B)\nA.item = C\ndel A.item\nA.__dict__['x'] = B",
    "D = Node(B)\nD.me = D\ndel D\nA = C",
    "A = list(map(lambda x: [x, B], [C, B]))",
    "A = sorted([Sub(B), Sub(C)], key=lambda node: id(node.item))\nD = A[0]",
    "A = {Sub(B): C}\nD = Sub(C) in A",
    "A = [x for x in [B, C] for y in [x] if (lambda: x)() is y]",
    "assert (A := [B]) is not None\nD = A",
    "A = [0]\nfor A[0] in (B, C):\n    D = A[0]",
];

/// The numbers behind a script.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> usize {
        // Steele, Lea, Flood: splitmix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize
    }

    fn one_of(&mut self, all: &[&'static str]) -> &'static str {
        all.get(self.next() % all.len()).unwrap()
    }
}

/// A script.
pub(crate) fn script(seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut text = PRELUDE.to_owned();
    for index in 0..8 {
        writeln!(text, "n{index} = [{index}, 'item']").unwrap();
    }
    for _ in 0..LENGTH {
        let pattern = if dice.next().is_multiple_of(4) {
            dice.one_of(BLOCKS)
        } else {
            dice.one_of(STATEMENTS)
        };
        let filled = fill(pattern, &mut dice);
        // One in three stands in a function, where names are variables of a frame.
        match dice.next() % 3 {
            0 if !filled.contains("global ") => {
                let names: Vec<String> = (0..8).map(|index| format!("n{index}")).collect();
                let names = names.join(", ");
                writeln!(text, "def block({names}, d=None):\n{}", indented(&filled)).unwrap();
                writeln!(text, "    return n0, d").unwrap();
                let call = format!("n{} = block({names}, None)", dice.next() % 8);
                writeln!(
                    text,
                    "try:\n{}\nexcept Exception as error:\n    d = error",
                    indented(&call)
                )
                .unwrap();
            }
            _ => writeln!(
                text,
                "try:\n{}\nexcept Exception as error:\n    d = error",
                indented(&filled)
            )
            .unwrap(),
        }
    }
    text.push_str("pass\n");
    text
}

fn fill(pattern: &str, dice: &mut Dice) -> String {
    let mut filled = String::new();
    let mut words = pattern.char_indices().peekable();
    let (a, b, c) = (dice.next() % 8, dice.next() % 8, dice.next() % 8);
    let mut before = ' ';
    while let Some((_, letter)) = words.next() {
        let after = words.peek().map_or(' ', |&(_, next)| next);
        let alone = !before.is_alphanumeric() && before != '_' && !after.is_alphanumeric();
        match letter {
            'A' if alone => write!(filled, "n{a}").unwrap(),
            'B' if alone => write!(filled, "n{b}").unwrap(),
            'C' if alone => write!(filled, "n{c}").unwrap(),
            'D' if alone => filled.push('d'),
            'N' if alone => write!(filled, "{}", dice.next() % 5).unwrap(),
            letter => filled.push(letter),
        }
        before = letter;
    }
    filled
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect::<String>().trim_end().to_owned()
}
