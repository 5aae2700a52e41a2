"""JSON parser and serializer, written by hand."""
class JSONError(ValueError):
    def __init__(self, msg, text, pos):
        line = text.count("\n", 0, pos) + 1
        col = pos - text.rfind("\n", 0, pos)
        super().__init__(f"{msg}: line {line} column {col} (char {pos})")
        self.pos = pos
class Parser:
    ESC = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
    def __init__(self, text): self.text, self.i = text, 0
    def peek(self): return self.text[self.i] if self.i < len(self.text) else ""
    def ws(self):
        while self.peek() and self.peek() in " \t\r\n": self.i += 1
    def fail(self, msg): raise JSONError(msg, self.text, self.i)
    def parse(self):
        v = self.value(); self.ws()
        if self.i != len(self.text): self.fail("Extra data")
        return v
    def value(self):
        self.ws(); c = self.peek()
        if c == "{": return self.obj()
        if c == "[": return self.arr()
        if c == '"': return self.string()
        for word, val in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.i): self.i += len(word); return val
        if c and (c in "-" or c.isdigit()): return self.number()
        self.fail("Expecting value")
    def obj(self):
        out = {}; self.i += 1; self.ws()
        if self.peek() == "}": self.i += 1; return out
        while True:
            self.ws()
            if self.peek() != '"': self.fail("Expecting property name enclosed in double quotes")
            k = self.string(); self.ws()
            if self.peek() != ":": self.fail("Expecting ':' delimiter")
            self.i += 1; out[k] = self.value(); self.ws()
            if self.peek() == "}": self.i += 1; return out
            if self.peek() != ",": self.fail("Expecting ',' delimiter")
            self.i += 1
    def arr(self):
        out = []; self.i += 1; self.ws()
        if self.peek() == "]": self.i += 1; return out
        while True:
            out.append(self.value()); self.ws()
            if self.peek() == "]": self.i += 1; return out
            if self.peek() != ",": self.fail("Expecting ',' delimiter")
            self.i += 1
    def string(self):
        start = self.i; self.i += 1; buf = []
        while (c := self.peek()) != '"':
            if not c: self.i = start; self.fail("Unterminated string starting at")
            if c == "\\":
                self.i += 1; e = self.peek()
                if e == "u": buf.append(chr(int(self.text[self.i + 1:self.i + 5], 16))); self.i += 4
                elif e in self.ESC: buf.append(self.ESC[e])
                else: self.fail("Invalid \\escape")
            else: buf.append(c)
            self.i += 1
        self.i += 1
        return "".join(buf)
    def number(self):
        j = self.i
        while self.peek() and self.peek() in "+-0123456789.eE": self.i += 1
        s = self.text[j:self.i]
        return float(s) if any(ch in s for ch in ".eE") else int(s)
def dumps(v, indent=None, level=0):
    nl = "" if indent is None else "\n" + " " * indent * (level + 1)
    end = "" if indent is None else "\n" + " " * indent * level
    sep = ", " if indent is None else "," + nl
    if v is None: return "null"
    if v is True: return "true"
    if v is False: return "false"
    if isinstance(v, str): return '"' + "".join({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(c, c if " " <= c <= "~" else f"\\u{ord(c):04x}") for c in v) + '"'
    if isinstance(v, (int, float)): return repr(v)
    if isinstance(v, dict): return "{" + nl + sep.join(f"{dumps(k)}: {dumps(x, indent, level + 1)}" for k, x in v.items()) + end + "}" if v else "{}"
    if isinstance(v, (list, tuple)): return "[" + nl + sep.join(dumps(x, indent, level + 1) for x in v) + end + "]" if v else "[]"
    raise TypeError(f"Object of type {v.__class__.__name__} is not JSON serializable")
doc = '{"name": "Widget \\u00e9", "tags": ["a", "b\\n"], "dims": {"w": 1.5, "h": -2e3}, "ok": true, "none": null, "empty": {}, "list": []}'
v = Parser(doc).parse(); print(v); print(dumps(v)); print(dumps(v, 2))
assert Parser(dumps(v)).parse() == v
for bad in ['', '{', '[1,', '{"a" 1}', '[1 2]', 'tru', '"abc', '{"a": 1} x', '["\\q"]', '{a: 1}', '[1,\n 2,\n x]']:
    try: print(Parser(bad).parse())
    except JSONError as e: print(repr(bad), "->", e, e.pos)
try: dumps({"x": {1, 2}})
except TypeError as e: print(e)
print(dumps([Parser]))
