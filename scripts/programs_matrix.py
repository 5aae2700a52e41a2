"""Which parts of the language the programs in tests/programs use: a table of programs by headings.

    python3.13 scripts/programs_matrix.py

A cell counts the different things of a heading that a program uses; below the table stands, for each
heading, what no program uses.
"""

import ast
import builtins
import pathlib

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "programs"

STATEMENTS = {
    "Expr": "expression", "Assign": "assignment", "AugAssign": "augmented assignment", "AnnAssign": "annotation",
    "Delete": "del", "Pass": "pass", "If": "if", "While": "while", "For": "for", "Break": "break",
    "Continue": "continue", "FunctionDef": "def", "Return": "return", "Global": "global", "Nonlocal": "nonlocal",
    "ClassDef": "class", "Try": "try", "Raise": "raise", "Assert": "assert", "With": "with", "Import": "import",
    "ImportFrom": "from import",
}
EXPRESSIONS = {
    "BoolOp", "NamedExpr", "BinOp", "UnaryOp", "Lambda", "IfExp", "Dict", "Set", "ListComp", "SetComp", "DictComp",
    "GeneratorExp", "Yield", "YieldFrom", "Compare", "Call", "JoinedStr", "Constant", "Attribute", "Subscript",
    "Starred", "Name", "List", "Tuple", "Slice",
}
TYPES = set("""object type bool int float str bytes bytearray memoryview tuple list dict set frozenset range slice
    enumerate zip map filter reversed property staticmethod classmethod super ArithmeticError AssertionError
    AttributeError BufferError EOFError Exception GeneratorExit IndexError KeyError LookupError
    NotImplementedError OverflowError ReferenceError RuntimeError StopIteration SystemExit TypeError
    UnicodeDecodeError ValueError ZeroDivisionError OSError""".split())
SPECIAL = set("""__new__ __init__ __del__ __repr__ __str__ __format__ __bool__ __hash__ __call__ __dir__ __eq__
    __lt__ __le__ __gt__ __ge__ __add__ __radd__ __iadd__ __sub__ __mul__ __rmul__ __imul__ __truediv__ __floordiv__
    __mod__ __pow__ __or__ __and__ __neg__ __pos__ __abs__ __divmod__ __int__ __float__ __round__ __len__
    __getitem__ __setitem__ __delitem__ __contains__ __iter__ __reversed__ __getattr__ __setattr__ __delattr__
    __get__ __set__ __delete__ __set_name__ __enter__ __exit__ __init_subclass__ __class_getitem__
    __slots__""".split())
FUNCTIONS = set("""abs all any ascii bin callable chr delattr dir divmod format getattr globals hasattr hash hex id
    isinstance issubclass iter len locals max min next oct ord pow print repr round setattr sorted sum
    vars""".split())
MODULES = set("""sys gc weakref time math itertools functools collections heapq bisect random io""".split())
RUNNING = {"uncaught exception", "SystemExit", "docstring of the script", "finalizers at exit"}
HEADINGS = {"running": RUNNING, "statements": set(STATEMENTS.values()), "expressions": EXPRESSIONS, "types": TYPES,
            "special": SPECIAL, "functions": FUNCTIONS, "modules": MODULES}


def used(path):
    """The things of each heading that a program uses."""
    tree = ast.parse(path.read_text())
    found = {heading: set() for heading in HEADINGS}
    for node in ast.walk(tree):
        kind = type(node).__name__
        if kind in STATEMENTS:
            found["statements"].add(STATEMENTS[kind])
        if kind in EXPRESSIONS:
            found["expressions"].add(kind)
        if isinstance(node, ast.Name) and hasattr(builtins, node.id):
            found["types" if node.id in TYPES else "functions"].add(node.id)
        if isinstance(node, ast.FunctionDef) or isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.name if isinstance(node, ast.FunctionDef) else node.id
            if name in SPECIAL:
                found["special"].add(name)
        if isinstance(node, ast.Import):
            found["modules"].update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            found["modules"].add(node.module)
    if path.with_suffix(".err").exists():
        found["running"].add("uncaught exception")
    if "sys.exit" in path.read_text():
        found["running"].add("SystemExit")
    if ast.get_docstring(tree):
        found["running"].add("docstring of the script")
    if "__del__" in found["special"]:
        found["running"].add("finalizers at exit")
    return {heading: names & HEADINGS[heading] for heading, names in found.items()}


def main():
    programs = {path.stem: used(path) for path in sorted(FOLDER.glob("*.py"))}
    print(f"{'':<17}" + "".join(f"{heading:>13}" for heading in HEADINGS))
    for name, found in programs.items():
        print(f"{name:<17}" + "".join(f"{len(found[heading]) or '':>13}" for heading in HEADINGS))
    for heading, everything in HEADINGS.items():
        together = set().union(*(found[heading] for found in programs.values()))
        unused = ", ".join(sorted(everything - together)) or "nothing"
        print(f"{heading}: {len(together)} of {len(everything)}; no program uses {unused}")


if __name__ == "__main__":
    main()
