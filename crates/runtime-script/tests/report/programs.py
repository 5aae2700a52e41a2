"""Small programs that fail, one thing each; see make_fixtures.py."""

PROGRAMS = {
    # Which ranges get carets, and which anchors.
    "raise_whole": "raise ValueError('a')\n",
    "raise_behind": "if 1: raise ValueError('a')\n",
    "name_whole": "not_defined\n",
    "name_inside": "x = not_defined\n",
    "attribute_whole": "class A: pass\nA().foo\n",
    "attribute_deep": "class A: pass\na = A()\na.b = A()\nprint(a.b.c.d)\n",
    "call_assigned": "def g(): 1 / 0\nx = g()\n",
    "call_assigned_twice": "def g(): 1 / 0\nx = y = g()\n",
    "call_assigned_attribute": "class A: pass\ndef g(): 1 / 0\na = A()\na.x = g()\n",
    "call_assigned_parenthesised": "def g(): 1 / 0\nx = (g())\n",
    "call_assigned_method": "class A:\n    def m(self): 1 / 0\na = A()\nx = a.m()\n",
    "call_assigned_comment": "def g(): 1 / 0\nx = g()  # why\n",
    "call_assigned_semicolon": "def g(): 1 / 0\nx = g(); y = 2\n",
    "call_annotated": "def g(): 1 / 0\nx: int = g()\n",
    "call_assigned_wide": "def g(): 1 / 0\ndef f():\n    é = g()\nf()\n",
    "call_assigned_wide_argument": "def g(a): 1 / 0\ndef f():\n    x = g('é')\nf()\n",
    "return_call": "def g(): 1 / 0\ndef f():\n    return g()\nf()\n",
    "return_call_parenthesised": "def g(): 1 / 0\ndef f():\n    return (g())\nf()\n",
    "return_method": "class A:\n    def m(self): return [].pop()\ndef f():\n    return A().m()\nf()\n",
    "return_call_of_call": "def g(): return None\ndef f():\n    return g()()\nf()\n",
    "return_call_lines": """
def g(*a): 1 / 0
def f():
    return g(1,
             2,
             3)
f()
""",
    "assign_call_lines": """
def g(*a): 1 / 0
value = g(
    1,
    2,
    3,
    4,
)
""",
    "operators": """
def run(f):
    try: f()
    except Exception as e: return e
def a(): return 1 + 2 ** (0 - 5) // 0
def b(x): return (x) + ('b' * 2)
def c(x): return x<<'a'
def d(x): return x  //   0
def e(x): return x @ x
def f(x): return ((x)/(0))
x = 1
first = run(a)
for g in (b, c, d, e, f):
    second = run(lambda: g(x))
    second.__context__ = first
    first = second
raise first
""",
    "operator_lines": """
x = [1, 2]
y = (
    x[0]
    # a comment + here
    + \\
    x
    [1][5]
    + 4
)
""",
    "operator_over_lines": """
def f(a, b):
    return (
        a
        /   # over
        b
    )
f(1,
  0)
""",
    "operator_begins_line": "a = 1\nb = 0\nprint(a\n      // b)\n",
    "operator_parenthesised_left": "a = 1\nb = (\n    (a\n    )\n    / 0 - 7\n)\n",
    "operator_minus_minus": "x = 'a'\nx --1\n",
    "compare": "print(1 < 'a')\n",
    "contains": "if 1 in 2: pass\n",
    "unary": "x = 'a'\nprint(-x, 3)\n",
    "boolean": "class A:\n    def __bool__(self): raise TypeError('no')\nprint(not A())\n",
    "augmented": "a = 1\na += 's'\n",
    "augmented_item": "a = [1]\na[0] += 's'\n",
    "augmented_index": "a = [1]\na[4] += 1\n",
    "subscript": "d = {}\nprint(d['a']['b'])\n",
    "subscript_nested": "d = {'a': []}\nd['a'][3].foo()\n",
    "subscript_spaced": "d = {}\nx = d  [ 'k' ]  .y\n",
    "subscript_store": "t = (1, 2)\nt[0] = 3\n",
    "subscript_delete": "d = {}\ndel d['x']\n",
    "subscript_slice": "x = None\nx[1:2]\n",
    "subscript_parenthesised": "x = None\n(x)[0]\n",
    "subscript_lines": "d = {}\nprint(d[\n    'a'\n    'b'\n])\n",
    "call_chain": "class A:\n    def b(self): return self\n    def c(self): 1 / 0\nA().b().b().c()\n",
    "call_chain_lines": """
class A:
    def b(self, *a): return self
    def c(self, *a): 1 / 0
(A()
    .b(1,
       2)
    .c(
        3,
    )
    .b())
""",
    "call_spaced": "def f(x): 1 / 0\nf   ( 1 )\n",
    "call_string_argument": "def f(x): 1 / 0\nf('a ( b', )\n",
    "call_lines": """
def f(*a): 1 / 0
f(
    1,

    2,
  3)
""",
    "call_lines_one_between": "def f(*a): 1 / 0\nf(1,\n  2,\n  3)\n",
    "call_lines_comment": "def f(*a): 1 / 0\nf(  # one\n  2,  # two\n  3)  # three\n",
    "call_generator": "def f(*a): return sum(1 // x for x in a)\nf(1, 0)\n",
    "call_arguments": "def f(a, b): pass\nf(1)\n",
    "call_keyword": "def f(alpha): pass\nf(alpah=1)\n",
    "call_not_callable": "x = 5\nprint(x(3))\n",
    "call_nested": "def f(x): return x\nf(f(f(1 / 0)))\n",
    "lambda_call": "f = lambda x: x / 0\nprint([f(1)])\n",
    "comprehension": "xs = [1, 0]\nprint([1 / x for x in xs])\n",
    "comprehension_lines": """
xs = [
    1 / x
    for x in (3, 2, 1, 0)
    if x < 5
]
""",
    "generator": "def g():\n    yield 1\n    raise KeyError('k')\nfor x in g():\n    pass\n",
    "for_not_iterable": "for x in 5: pass\n",
    "for_unpack": "for a, b in [(1, 2, 3)]:\n    pass\n",
    "unpack": "a, b = 1, 2, 3\n",
    "unpack_nested": "(a, (b, c)), d = (1, (2,)), 3\n",
    "star_call": "def f(*a): pass\nf(*5)\n",
    "star_mapping": "def f(**k): pass\nf(a=1, **{'a': 2})\n",
    "with_failing": "class A:\n    def __enter__(self): raise OSError(2, 'gone', 'file')\n    def __exit__(self, *a): pass\nwith A() as a:\n    pass\n",
    "with_not_manager": "with 5 as a:\n    pass\n",
    "assertion": "x = 3\nassert x == 4\n",
    "assertion_message": "x = 3\nassert x == 4, 'x is ' + str(x)\n",
    "assertion_lines": "x = 3\nassert (\n    x == 4\n    and x\n), 'm'\n",
    "delete_name": "del foo\n",
    "class_body": "class A:\n    x = 1\n    y = 2\n    z = x + 'a'\n",
    "class_base": "class A(5): pass\n",
    "decorator": "def d(x): return lambda f: f / 0\n@d(1)\ndef f(): pass\n",
    "f_string": "a = 1\nprint(f'{a} and {a / 0:>{a}} or')\n",
    "f_string_format": "a = 1\nprint(f'{a:qq}')\n",
    "f_string_lines": "a = 1\nb = f'''\n{a}\n  {a / 0}\n'''\n",
    "conditional": "x = 1 / 0 if True else 2\n",
    "walrus": "if (n := 1 / 0) > 3: pass\n",
    "tuple_element": "x = (1, 2 / 0, 3)\n",
    "dict_display_lines": "x = {\n    'a': 1,\n    'b': {}['c'],\n    'd': 2,\n}\n",
    "await_call": "async def g(): 1 / 0\nasync def f(): await g()\nf().send(None)\n",
    "yield_from": "def g():\n    x = yield 1\n    y = x / 0\ndef f(): yield from g()\nlist(f())\n",
    "match_subject": "match 1 / 0:\n    case _: pass\n",
    "global_statement": "import sys; x = 1; sys.nothing\n",
    "import_from": "from math import sqr\n",
    "import_missing": "import no_such_module_here\n",
    "call_without_source": "exec(compile('def f(x):\\n    return x / 0', '<made>', 'exec'))\nf(1)\n",
    "exec_string": "exec('1 / 0')\n",
    # Indentation, width, line ends.
    "tabs": "def f():\n\tif 1:\n\t\tx = [1 /\t0,\n\t\t\t2]\nf()\n",
    "tabs_between": "def f():\n\treturn\t1\t/\t0\nf()\n",
    "wide_before": "def f(s, n): 1 / n\nprint('日本語', f('日本', 0))\n",
    "wide_operator": "名前 = 1\nprint(名前 / 0 + 名前)\n",
    "wide_call": "def 関数(x): return x['キー']\n関数({'é': 1})\n",
    "wide_lines": "def f(*a): 1 / 0\nprint(f('日本',\n        '語', 1) + 1)\n",
    "emoji": "print('🎉' + 5, '🎉')\n",
    "combining": "print('e\u0301' + 5, 'e\u0301')\n",
    "crlf": b"def f():\r\n    return (1 /\r\n            0)\r\nf()\r\n",
    "carriage_returns": b"def f():\r    return 1 / 0\rf()\r",
    "byte_order_mark": b"\xef\xbb\xbfx = 1 / 0\n",
    "no_line_end": "def f():\n    x = 1\n    x.y(3)\nf()",
    "trailing_space": "def f():\n    return 1 / 0   \nf()   \n",
    "form_feed": "def f():\n    return 'a\x0cb' / 0\nf()\n",
    "form_feed_lines": "def f():\n    日本 = 1\n    return (日本 +\n  \x0c      日本\n   \x0c / 0)\nf()\n",
    "separator_in_string": "x = 'a\x1cb' + 1 + 'c\u2028d'\nprint(x)\n",
    "string_lines": "x = 1 + '''\nfirst\n  second\n''' + [][0]\n",
    "string_lines_operand": "def f():\n        x = 1 + '''\n  first\n    second'''\nf()\n",
    "backslash": "x = 1 \\\n    + 2 \\\n    / 0\n",
    "indent_less": "def f(*a): 1 / 0\ndef g():\n        f(1,\n   2,\n     3)\ng()\n",
    "nested_parentheses": "print(" + "(" * 190 + "1 / 0" + ")" * 190 + ")\n",
    "long_sum": "print(" + " + ".join(["1"] * 1500) + " + 'a')\n",
    "many_lines": "def f(*a): 1 / 0\nx = [f(" + "".join(f"\n    {n}," for n in range(60)) + ")]\n",
    # Folding.
    "recursion_three": "def f(n): f(n - 1) if n else 1 / 0\nf(2)\n",
    "recursion_four": "def f(n):\n    if n: f(n - 1)\n    else: 1 / 0\nf(4)\n",
    "recursion_five": "def f(n):\n    if n: f(n - 1)\n    else: 1 / 0\nf(5)\n",
    "recursion_same_line": "def f(n): f(n - 1) if n else 1 / 0\nf(9)\n",
    "recursion_mutual": "def f(n):\n    g(n)\ndef g(n):\n    f(n - 1) if n else 1 / 0\nf(5)\n",
    "recursion_limit": "def f():\n    return f()\nf()\n",
    # Messages, notes, names of types.
    "message_empty": "raise ValueError('')\n",
    "message_none": "raise ValueError(None)\n",
    "message_lines": "raise ValueError('a\\nb\\n')\n",
    "message_key": "raise KeyError('a\\nb')\n",
    "message_arguments": "raise ValueError(1, 'a')\n",
    "message_failed": "class E(Exception):\n    def __str__(self): 1 / 0\nraise E\n",
    "message_failed_hint": "class E(NameError):\n    def __str__(self): 1 / 0\nE_ = 5\nraise E(name='E__')\n",
    "notes": "e = ValueError('a')\ne.add_note('one\\ntwo\\n')\ne.add_note('')\nraise e\n",
    "type_of_module": "import zlib\nzlib.decompress(b'')\n",
    "type_nested": "def f():\n    class E(Exception): pass\n    raise E('m')\nf()\n",
    "interrupt": "raise KeyboardInterrupt\n",
    "exit_chained": "try:\n    raise SystemExit(3)\nexcept SystemExit as e:\n    raise ValueError from e\n",
    # Chains.
    "chain_context": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    [][0]\n",
    "chain_cause": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('v') from e\n",
    "chain_none": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('v') from None\n",
    "chain_no_traceback": "raise ValueError('v') from KeyError('never raised')\n",
    "chain_three": """
def a(): 1 / 0
def b():
    try: a()
    except Exception as e:
        raise KeyError('k') from e
try:
    b()
except Exception as e:
    e.add_note('seen')
    print(undefined)
""",
    "chain_loop": """
a, b = ValueError('a'), ValueError('b')
a.__context__, b.__context__ = b, a
raise a
""",
    "chain_loop_cause": """
a, b = ValueError('a'), ValueError('b')
a.__cause__, b.__cause__ = b, a
raise a
""",
    "chain_same_frames": """
def f(n):
    try:
        if n: f(n - 1)
        else: 1 / 0
    except Exception:
        [].pop()
f(6)
""",
    # Suggestions.
    "hint_attribute": "class A: balance = 1\nA().balanec\n",
    "hint_name": "counter = 1\nprint(Counter)\n",
    "hint_module": "print(math.pi)\n",
    "hint_both": "abs_ = 1\nprint(abc)\n",
    "hint_self": "class A:\n    def __init__(self): self.foo = 1\n    def m(self): return foo\nA().m()\n",
    "hint_import": "from math import sqrtt\n",
    # Syntax errors.
    "syntax_compile": "x = = 5\n",
    "syntax_indent": "if 1:\nx = 2\n",
    "syntax_tab": "def f():\n\tx = (1 +\n",
    "syntax_nested": "compile('a b\\n', 'other.py', 'exec')\n",
    "syntax_lines": "compile('x = [1,\\n  2', 'other.py', 'exec')\n",
    "syntax_raised": "raise SyntaxError('own')\n",
    "syntax_empty": "raise SyntaxError\n",
    "syntax_noted": "e = SyntaxError('own', ('f.py', 3, 2, ' a = b', 3, 4))\ne.add_note('n')\nraise e\n",
    "syntax_tabbed_text": "raise SyntaxError('own', ('f.py', 3, 4, ' \\ta = b\\n', 3, 40))\n",
    "syntax_far": "raise SyntaxError('own', ('f.py', 3, 90, 'a = b', 3, 95))\n",
    "syntax_no_offset": "raise SyntaxError('own', ('f.py', 3, None, '  a = b'))\n",
    "syntax_zero": "raise SyntaxError('own', ('f.py', 3, 0, '  a = b', 3, 0))\n",
    "syntax_negative": "raise SyntaxError('own', ('f.py', 3, 2, 'a = b', 3, -4))\n",
    "syntax_end_line": "raise SyntaxError('own', ('f.py', 3, 2, 'a = b', 4, 1))\n",
    "syntax_empty_text": "raise SyntaxError('own', ('f.py', 3, 5, '', 3, 9))\n",
    "syntax_no_text": "raise SyntaxError('own', ('f.py', 3, 5, None))\n",
    "syntax_no_line": "raise SyntaxError('own', ('f.py', None, 5, 'a'))\n",
    "syntax_no_file": "raise SyntaxError('own', (None, 7, 1, 'a = b'))\n",
    # Exceptions that cannot be raised.
    "ignored_del": "class A:\n    def __del__(self):\n        print(1 +\n            self.foo)\ndef f():\n    a = A()\nf()\n",
    "ignored_notes": """
class E(Exception): pass
class A:
    def __del__(self):
        e = E()
        e.add_note('n')
        try: 1 / 0
        except ZeroDivisionError as z: raise e from z
A()
""",
    "ignored_failed": "class E(Exception):\n    def __str__(self): 1 / 0\nclass A:\n    def __del__(self): raise E\nA()\n",
    "ignored_recursion": """
class A:
    def r(self, n):
        if n: self.r(n - 1)
        else: raise KeyError('deep\\nend')
    def __del__(self):
        self.r(3)
        self.x
A()
class B:
    def __del__(self): A().r(9)
B()
""",
    "ignored_syntax": "class A:\n    def __del__(self):\n\n\t   \x0c\n        raise SyntaxError('own', ('f.py', 3, 2, 'a = b'))  \nA()\n",
    "ignored_weakref": "import weakref\nclass A: pass\na = A()\nw = weakref.ref(a, lambda r: countr)\ncounter = 1\ndel a\n",
    "ignored_string": "class A:\n    def __del__(self): exec('\\n1 / 0')\nA()\n",
    "ignored_then_raised": "class A:\n    def __del__(self): 1 / 0\nA()\nraise ValueError('v')\n",
}
