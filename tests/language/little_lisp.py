"""A small Lisp interpreter."""
import operator as op, math, functools
class Env(dict):
    def __init__(self, names=(), args=(), outer=None):
        super().__init__(zip(names, args)); self.outer = outer
    def find(self, n):
        e = self
        while e is not None:
            if n in e: return e
            e = e.outer
        raise NameError(f"unbound symbol: {n}")
class Lambda:
    count = 0
    def __init__(self, params, body, env):
        self.params, self.body, self.env = params, body, env
        Lambda.count += 1
    def __call__(self, *args):
        if len(args) != len(self.params): raise TypeError(f"expected {len(self.params)} args, got {len(args)}")
        return ev(self.body, Env(self.params, args, self.env))
    def __repr__(self): return f"(lambda ({' '.join(self.params)}) {show(self.body)})"
def tokenize(s): return s.replace("(", " ( ").replace(")", " ) ").replace("'", " ' ").split()
def read(toks):
    if not toks: raise SyntaxError("unexpected EOF")
    t = toks.pop(0)
    if t == "(":
        out = []
        while toks and toks[0] != ")": out.append(read(toks))
        if not toks: raise SyntaxError("missing )")
        toks.pop(0); return out
    if t == ")": raise SyntaxError("unexpected )")
    if t == "'": return ["quote", read(toks)]
    for conv in (int, float):
        try: return conv(t)
        except ValueError: continue
    return t
def show(x):
    if isinstance(x, bool): return "#t" if x else "#f"
    if isinstance(x, list): return "(" + " ".join(map(show, x)) + ")"
    return str(x)
def std():
    e = Env()
    e.update({"+": lambda *a: sum(a), "*": lambda *a: math.prod(a), "-": lambda a, *b: -a if not b else functools.reduce(op.sub, b, a), "/": op.truediv, "<": op.lt, ">": op.gt, "=": op.eq, "car": lambda x: x[0], "cdr": lambda x: x[1:], "cons": lambda a, b: [a] + b, "list": lambda *a: list(a), "null?": lambda x: x == [], "length": len, "map": lambda f, xs: [f(x) for x in xs], "not": op.not_, "pi": math.pi, "sqrt": math.sqrt})
    return e
def ev(x, env):
    while True:
        if isinstance(x, str): return env.find(x)[x]
        if not isinstance(x, list): return x
        head, *rest = x
        if head == "quote": return rest[0]
        if head == "if":
            test, a, *b = rest
            x = a if ev(test, env) is not False else (b[0] if b else [])
            if x == []: return x
        elif head == "define":
            if isinstance(rest[0], list): name, *params = rest[0]; env[name] = Lambda(params, rest[1], env)
            else: env[rest[0]] = ev(rest[1], env)
            return None
        elif head == "set!": env.find(rest[0])[rest[0]] = ev(rest[1], env); return None
        elif head == "lambda": return Lambda(rest[0], rest[1], env)
        elif head == "begin":
            for e in rest[:-1]: ev(e, env)
            x = rest[-1]
        elif head == "let":
            x = rest[1]; env = Env([n for n, _ in rest[0]], [ev(v, env) for _, v in rest[0]], env)
        else:
            f, *args = [ev(e, env) for e in x]
            if isinstance(f, Lambda): x, env = f.body, Env(f.params, args, f.env)
            else: return f(*args)
env = std()
prog = """(define (fact n) (if (< n 2) 1 (* n (fact (- n 1)))))
(fact 20)
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(map fib '(1 2 3 4 5 6 7 8 9 10))
(define (loop n acc) (if (= n 0) acc (loop (- n 1) (+ acc n))))
(loop 5000 0)
(let ((x 2) (y 3)) (* x y))
(define counter ((lambda (c) (lambda () (begin (set! c (+ c 1)) c))) 0))
(counter) (counter)
(list (counter) (null? '()) (not (< 1 2)) (sqrt 16) pi)
(lambda (x y) (+ x y))
(cons 1 '(2 (3 4)))
(car '()) (undefined 1) ((lambda (x) x)) (+ 1 'a) (/ 1 0)"""
toks = tokenize(prog)
while toks:
    try:
        r = ev(read(toks), env)
        if r is not None: print(show(r))
    except Exception as e: print(f"{type(e).__name__}: {e}")
for bad in ["(", ")", "(1 2"]:
    try: read(tokenize(bad))
    except SyntaxError as e: print(e.msg, e)
print(Lambda.count)
