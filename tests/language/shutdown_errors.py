# Errors that nobody can be told of any more: while the modules go, no source can be read.
class Fail:
    def __call__(self):
        raise ValueError("cannot close")

    def __repr__(self):
        return "<fail>"


class Held:
    __del__ = Fail()


held = Held()
del held
last = Held()
raise RuntimeError("over")
