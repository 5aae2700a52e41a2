"""A language in small: a tokenizer, a parser by precedence, a tree, an evaluator with closures."""

import sys


class Token:
    def __init__(self, kind, text, line, column):
        self.kind, self.text, self.line, self.column = kind, text, line, column

    def __repr__(self):
        return f"{self.kind}:{self.text!r}"


class LanguageError(Exception):
    def __init__(self, message, token):
        super().__init__(f"{token.line}:{token.column}: {message}")
        self.token = token


def tokens(source):
    line, start, at = 1, 0, 0
    while at < len(source):
        c = source[at]
        if c == "\n":
            line, start = line + 1, at + 1
        if c.isspace():
            at += 1
            continue
        begin = at
        if c.isdigit():
            while at < len(source) and (source[at].isdigit() or source[at] == "."):
                at += 1
            kind = "number"
        elif c.isalpha() or c == "_":
            while at < len(source) and (source[at].isalnum() or source[at] == "_"):
                at += 1
            kind = "word"
        elif source[at:at + 2] in ("==", "!=", "<=", ">=", "=>"):
            at, kind = at + 2, "sign"
        elif c in "+-*/%^()<>=,;{}!":
            at, kind = at + 1, "sign"
        else:
            raise LanguageError(f"what is {c!r}?", Token("?", c, line, at - start + 1))
        yield Token(kind, source[begin:at], line, begin - start + 1)
    yield Token("end", "", line, len(source) - start + 1)


class Node:
    fields = ()

    def __init__(self, token, *values):
        self.token = token
        for name, value in zip(self.fields, values, strict=True):
            setattr(self, name, value)

    def __init_subclass__(cls, fields="", **kwargs):
        super().__init_subclass__(**kwargs)
        cls.fields = tuple(fields.split())

    def __repr__(self):
        return f"({' '.join([type(self).__name__.lower(), *(repr(getattr(self, n)) for n in self.fields)])})"


class Number(Node, fields="value"):
    def run(self, env):
        return self.value


class Name(Node, fields="name"):
    def run(self, env):
        while env is not None:
            if self.name in env:
                return env[self.name]
            env = env.get("")
        raise LanguageError(f"{self.name} means nothing", self.token)


class Let(Node, fields="name value"):
    def run(self, env):
        env[self.name] = value = self.value.run(env)
        return value


class Binary(Node, fields="sign left right"):
    operators = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
                 "/": lambda a, b: a / b, "%": lambda a, b: a % b, "^": lambda a, b: a ** b,
                 "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b,
                 ">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b}

    def run(self, env):
        try:
            return self.operators[self.sign](self.left.run(env), self.right.run(env))
        except (ArithmeticError, TypeError) as error:
            raise LanguageError(str(error), self.token) from error


class If(Node, fields="test yes no"):
    def run(self, env):
        return (self.yes if self.test.run(env) else self.no).run(env)


class Function(Node, fields="parameters body"):
    def run(self, env):
        def call(*args):
            if len(args) != len(self.parameters):
                raise LanguageError(f"{len(self.parameters)} wanted, {len(args)} given", self.token)
            return self.body.run({"": env, **dict(zip(self.parameters, args))})
        return call


class Call(Node, fields="function arguments"):
    def run(self, env):
        function = self.function.run(env)
        if not callable(function):
            raise LanguageError(f"{function} is no function", self.token)
        return function(*[argument.run(env) for argument in self.arguments])


class Parser:
    levels = [("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%")]

    def __init__(self, source):
        self.rest = tokens(source)
        self.token = next(self.rest)

    def take(self, *wanted):
        token = self.token
        if wanted and token.text not in wanted:
            raise LanguageError(f"{' or '.join(wanted)} wanted, {token.text or 'the end'} found", token)
        self.token = next(self.rest, token)
        return token

    def program(self):
        while self.token.kind != "end":
            yield self.expression()
            if self.token.kind != "end":
                self.take(";")

    def expression(self):
        if self.token.text == "let":
            token = self.take()
            name = self.take().text
            self.take("=")
            return Let(token, name, self.expression())
        if self.token.text == "if":
            token = self.take()
            test, _, yes, _ = self.expression(), self.take("then"), self.expression(), self.take("else")
            return If(token, test, yes, self.expression())
        if self.token.text == "fn":
            token, parameters = self.take(), []
            while self.token.text != "=>":
                parameters.append(self.take().text)
            self.take("=>")
            return Function(token, parameters, self.expression())
        return self.binary(0)

    def binary(self, level):
        if level == len(self.levels):
            return self.power()
        left = self.binary(level + 1)
        while self.token.text in self.levels[level]:
            token = self.take()
            left = Binary(token, token.text, left, self.binary(level + 1))
        return left

    def power(self):
        left = self.call()
        if self.token.text == "^":
            token = self.take()
            return Binary(token, "^", left, self.power())
        return left

    def call(self):
        node = self.atom()
        while self.token.text == "(":
            token, arguments = self.take(), []
            while self.token.text != ")":
                arguments.append(self.expression())
                if self.token.text != ")":
                    self.take(",")
            self.take(")")
            node = Call(token, node, arguments)
        return node

    def atom(self):
        token = self.take()
        if token.kind == "number":
            return Number(token, float(token.text) if "." in token.text else int(token.text))
        if token.text == "-":
            return Binary(token, "-", Number(token, 0), self.call())
        if token.text == "(":
            inside = self.expression()
            self.take(")")
            return inside
        if token.kind != "word":
            raise LanguageError(f"{token.text or 'the end'} begins nothing", token)
        return Name(token, token.text)


def run(source, env):
    result = None
    for node in Parser(source).program():
        result = node.run(env)
    return result


env = {"print": lambda *args: print("   ", *args) or len(args), "max": max}
for source in ("1 + 2 * 3 - 4 / 2", "2 ^ 3 ^ 2", "let x = 5; let y = x * x; y - x", "-(3 - 10) % 4",
               "let fact = fn n => if n < 2 then 1 else n * fact(n - 1); fact(25)",
               "let add = fn a => fn b => a + b; add(3)(4)", "print(x, y, max(x, 99, 7))",
               "let twice = fn f x => f(f(x)); twice(fn n => n * n, 3)", "1 < 2 == 3 > 2",
               "1 +", "let = 3", "y $ 2", "nothing + 1", "1 / (x - 5)", "x(1)", "add(1, 2)", "\n\n  (1"):
    try:
        print(f"{source.strip():<70.70}", run(source, env))
    except LanguageError as error:
        print(f"{source.strip():<70.70}", "error", error, f"[{type(error.__cause__).__name__}]")
print(list(tokens("a1>=2.5"))[:4], *Parser("f(x, 1)^2 == 3; fn a b => a*b").program())
sys.exit(run("max(0, x - 5)", env))
