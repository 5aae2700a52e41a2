"""Accounts: properties, inheritance, mixins, a ledger with transactions, money as a type."""


class Money:
    """Whole cents; prints as a sum."""

    __slots__ = ("cents",)

    def __init__(self, amount=0):
        object.__setattr__(self, "cents", round(amount * 100) if not isinstance(amount, Money) else amount.cents)

    def __setattr__(self, name, value):
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __add__(self, other):
        return Money((self.cents + Money(other).cents) / 100)

    __radd__ = __add__

    def __sub__(self, other):
        return self + -Money(other)

    def __neg__(self):
        return Money(-self.cents / 100)

    def __mul__(self, factor):
        return Money(self.cents * factor / 100)

    def __lt__(self, other):
        return self.cents < Money(other).cents

    def __ge__(self, other):
        return not self < other

    def __eq__(self, other):
        return isinstance(other, (Money, int, float)) and self.cents == Money(other).cents

    def __hash__(self):
        return hash(self.cents)

    def __bool__(self):
        return self.cents != 0

    def __format__(self, spec):
        return format(f"{self.cents / 100:,.2f}", spec)

    def __repr__(self):
        return f"Money({self.cents / 100:.2f})"


class InsufficientFunds(Exception):
    def __init__(self, account, wanted):
        self.account, self.wanted = account, wanted
        super().__init__(f"{account.owner} has {account.balance}, wants {wanted}")


class Logged:
    """A mixin: notes every call of the methods named in `logged`."""

    log = []

    def __init_subclass__(cls, /, logged=(), **kwargs):
        super().__init_subclass__(**kwargs)
        for name in logged:
            setattr(cls, name, cls._noting(name, getattr(cls, name)))

    @staticmethod
    def _noting(name, method):
        def noting(self, *args):
            Logged.log.append(f"{self.owner}.{name}({', '.join(map(str, args))})")
            return method(self, *args)
        return noting


class Account(Logged, logged=("deposit", "withdraw")):
    count = 0

    def __init__(self, owner, balance=0):
        self.owner, self._balance, self.history = owner, Money(balance), []
        type(self).count += 1
        Account.number = Account.__dict__.get("number", 999) + 1
        self.number = Account.number

    @property
    def balance(self):
        """What is there."""
        return self._balance

    @balance.setter
    def balance(self, value):
        value = Money(value)
        if value < self.limit:
            raise InsufficientFunds(self, self._balance - value)
        self.history.append((self._balance, value))
        self._balance = value

    limit = property(lambda self: Money(0))

    def deposit(self, amount):
        if not Money(0) < amount:
            raise ValueError(f"cannot deposit {amount}")
        self.balance += amount

    def withdraw(self, amount):
        self.balance -= amount

    def __iadd__(self, amount):
        self.deposit(amount)
        return self

    def __str__(self):
        return f"{type(self).__name__:<9}{self.number:>6} {self.owner:<6}{self.balance:>12}"


class Savings(Account):
    def __init__(self, owner, balance=0, *, rate):
        super().__init__(owner, balance)
        self.rate = rate

    def year(self):
        self.deposit(self.balance * self.rate)
        return self.balance


class Checking(Account, logged=["overdraw"]):
    limit = property(lambda self: Money(-500))

    def overdraw(self):
        self.withdraw(self.balance - self.limit)


class Transaction:
    """Undoes everything when something fails."""

    def __init__(self, *accounts):
        self.accounts = accounts

    def __enter__(self):
        self.before = {account.number: account.balance for account in self.accounts}
        return self

    def move(self, source, target, amount):
        source.withdraw(amount)
        target.deposit(amount)

    def __exit__(self, kind, error, trace):
        if kind and issubclass(kind, (InsufficientFunds, ValueError)):
            for account in self.accounts:
                account._balance = self.before[account.number]
            print("undone:", error)
            return True


ann, bob = Savings("Ann", 1000, rate=0.025), Checking("Bob", 20.5)
with Transaction(ann, bob) as t:
    t.move(ann, bob, 300)
with Transaction(ann, bob) as t:
    t.move(ann, bob, 100)
    t.move(bob, ann, 5000)
with Transaction(ann, bob) as t:
    t.move(bob, ann, -3)
bob += 12.25
bob.overdraw()
print(ann, bob, sep="\n")
print([f"{ann.year():.8}" for _ in range(3)], ann.history[-1], Account.count, Savings.count, Checking.count)
for bad in (lambda: ann.withdraw(10**6), lambda: setattr(ann, "limit", 5), lambda: setattr(ann.balance, "cents", 1),
            lambda: Savings("x", 1, 2), lambda: ann + 5, lambda: Money("12")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error, getattr(error, "wanted", ""))
print(*Logged.log, sep="\n")
print(sum([ann.balance, bob.balance]), Money(3) == 3.0, {Money(1): "one"}[Money(1.0)], sorted([Money(2), Money(-1)]),
      Account.balance.__doc__, bool(Money()), Money(2) >= 2, Savings.__mro__[1:3], f"{Money(1234567.891):*>16}")
