"""One-way constraints with strengths, after DeltaBlue: plans, walkabout strengths, chains."""


class Strength:
    """An order of wishes; the first is never given up."""

    _all = {}

    def __new__(cls, rank, name):
        if rank not in cls._all:
            self = super().__new__(cls)
            self.rank, self.name = rank, name
            cls._all[rank] = self
        return cls._all[rank]

    def __lt__(self, other):
        return self.rank > other.rank

    def __gt__(self, other):
        return self.rank < other.rank

    def __repr__(self):
        return self.name


REQUIRED, STRONG, NORMAL, WEAK, WEAKEST = map(
    Strength, range(5), ("required", "strong", "normal", "weak", "weakest"))


class Variable:
    def __init__(self, name, value=0):
        self.name, self.value = name, value
        self.constraints, self.by = [], None
        self.strength, self.stay = WEAKEST, True

    def __repr__(self):
        return f"{self.name}={self.value}"


class Constraint:
    output = None

    def __init__(self, strength, *variables):
        self.strength, self.variables = strength, variables
        for variable in variables:
            variable.constraints.append(self)

    def choices(self):
        """Variables that the constraint can compute."""
        return self.variables

    def satisfy(self):
        """Takes the weakest variable that it is stronger than; gives who had it."""
        self.output = None
        best = max(self.choices(), key=lambda v: v.strength.rank)
        if not self.strength > best.strength:
            if self.strength is REQUIRED:
                raise RuntimeError("a required constraint cannot be met")
            return None
        self.output, loser = best, best.by
        if loser is not None:
            loser.output = None
        best.by = self
        self.recalculate()
        return loser

    def inputs(self):
        return [v for v in self.variables if v is not self.output]

    def recalculate(self):
        out = self.output
        weakest = min([self.strength, *(v.strength for v in self.inputs())], key=lambda s: -s.rank)
        out.strength = weakest
        out.stay = all(v.stay for v in self.inputs()) and not isinstance(self, Edit)
        if out.stay:
            self.execute()

    def execute(self):
        pass


class Stay(Constraint):
    pass


class Edit(Constraint):
    pass


class Equal(Constraint):
    def execute(self):
        source, = self.inputs()
        self.output.value = source.value


class Scale(Constraint):
    """target = source * scale + offset, either way round."""

    def choices(self):
        return self.variables[:2]

    def execute(self):
        source, target, scale, offset = self.variables
        if self.output is target:
            target.value = source.value * scale.value + offset.value
        else:
            source.value = (target.value - offset.value) // scale.value


class Planner:
    def __init__(self):
        self.marks = 0

    def add(self, constraint):
        loser = constraint.satisfy()
        self._propagate(constraint.output)
        while loser is not None:
            loser, again = loser.satisfy(), loser
            self._propagate(again.output)
        return constraint

    def _propagate(self, variable):
        todo = [variable] if variable else []
        while todo:
            changed = todo.pop()
            for constraint in self.users(changed):
                self.marks += 1
                constraint.recalculate()
                todo.append(constraint.output)

    @staticmethod
    def users(variable):
        return [c for c in variable.constraints if c.output not in (None, variable)]

    def plan(self, source):
        steps, todo = [], self.users(source.output) if source.output else []
        while todo:
            step = todo.pop(0)
            steps.append(step)
            todo += self.users(step.output)
        return steps


def chain(length):
    planner = Planner()
    variables = [Variable(f"v{i}") for i in range(length)]
    for a, b in zip(variables, variables[1:]):
        planner.add(Equal(REQUIRED, a, b))
    planner.add(Stay(STRONG, variables[-1]))
    edit = planner.add(Edit(REQUIRED if length < 3 else STRONG, variables[0]))
    edit.satisfy()
    return planner, variables, edit


planner = Planner()
celsius, fahrenheit = Variable("C", 100), Variable("F")
nine, thirty_two = Variable("scale", 2), Variable("offset", 30)
for constant in (nine, thirty_two):
    planner.add(Stay(REQUIRED, constant))
planner.add(Stay(WEAK, fahrenheit))
planner.add(Scale(REQUIRED, celsius, fahrenheit, nine, thirty_two))
print(celsius, fahrenheit, fahrenheit.strength, type(celsius.by).__name__)
edit = planner.add(Edit(STRONG, celsius))
for value in (0, 15, -40):
    celsius.value = value
    for step in planner.plan(edit):
        step.execute()
    print(celsius, fahrenheit, [type(step).__name__ for step in planner.plan(edit)])
try:
    planner.add(Edit(REQUIRED, nine))
except RuntimeError as error:
    print(error)
planner, variables, edit = chain(40)
print(planner.marks, len(planner.plan(edit)), variables[0].strength, variables[-1], edit.output)
print(sorted([WEAK, REQUIRED, NORMAL]), Strength(1, "ignored") is STRONG, STRONG > WEAK)
