class A:
    def b(self):
        return self

    def c(self):
        raise KeyError(3)


def run():
    (A()
       .b()
       .c()
       .b())


try:
    run()
except KeyError:
    A().b(
    ).missing
