class A:
    def __init__(self):
        self.value = 1
        self._hidden = 2

    def m(self):
        try:
            return self.hidden
        except AttributeError as error:
            print(error)
        return value


A().m()
