"""A simulation with generators for processes: time, waiting, resources, a car wash and a clock."""

import heapq
from collections import deque, defaultdict, namedtuple

Wait = namedtuple("Wait", "time")
Take = namedtuple("Take", ["resource"])
Give = namedtuple("Give", ["resource"])


class Interrupt(Exception):
    pass


class Resource:
    def __init__(self, name, capacity=1):
        self.name, self.free, self.queue = name, capacity, deque()
        self.longest = 0

    def __repr__(self):
        return f"<{self.name}: {self.free} free, {len(self.queue)} waiting>"


class Process:
    numbers = iter(range(1, 1000))

    def __init__(self, world, steps, name):
        self.world, self.steps, self.name = world, steps, name
        self.number = next(self.numbers)
        self.done, self.result, self.turn = False, None, 0

    def resume(self, value=None, error=None):
        self.turn += 1
        try:
            asked = self.steps.throw(error) if error else self.steps.send(value)
        except StopIteration as end:
            self.done, self.result = True, end.value
            return
        except Interrupt as unhandled:
            self.done, self.result = True, f"interrupted: {unhandled}"
            return
        match_type = type(asked)
        if match_type is Wait:
            self.world.at(asked.time, self)
        elif match_type is Take:
            resource = asked.resource
            if resource.free:
                resource.free -= 1
                self.world.at(0, self)
            else:
                resource.queue.append(self)
                resource.longest = max(resource.longest, len(resource.queue))
        elif match_type is Give:
            asked.resource.free += 1
            if asked.resource.queue:
                asked.resource.free -= 1
                self.world.at(0, asked.resource.queue.popleft())
            self.world.at(0, self)
        else:
            raise TypeError(f"{self.name} asks for {asked!r}")


class World:
    def __init__(self):
        self.now, self.events, self.order = 0, [], 0
        self.log, self.totals = [], defaultdict(list)

    def start(self, steps, name=None):
        process = Process(self, steps, name or steps.__name__)
        self.at(0, process)
        return process

    def at(self, delay, process, error=None):
        self.order += 1
        heapq.heappush(self.events, (self.now + delay, self.order, process, process.turn, error))

    def interrupt(self, process, why):
        if not process.done:
            self.at(0, process, Interrupt(why))

    def run(self, until=float("inf")):
        while self.events and self.events[0][0] <= until:
            self.now, _, process, turn, error = heapq.heappop(self.events)
            if not process.done and (error or turn == process.turn):
                process.resume(None, error)
        self.now = min(until, self.now) if self.events else self.now

    def say(self, *what):
        self.log.append(f"{self.now:5.1f} " + " ".join(map(str, what)))


def car(world, name, wash, minutes):
    came = world.now
    yield Take(wash)
    world.totals["waited"].append(world.now - came)
    try:
        yield Wait(minutes)
        world.say(name, "is clean")
    except Interrupt as why:
        world.say(name, "leaves dirty:", why)
        return "dirty"
    finally:
        yield Give(wash)
    return "clean"


def traffic(world, wash, cars):
    for i in range(cars):
        yield Wait(3 + i % 3)
        cars_started.append(world.start(car(world, f"car{i}", wash, 5 + i * 7 % 4), f"car{i}"))


def clock(world, every):
    ticks = 0
    try:
        while True:
            yield Wait(every)
            ticks += 1
    except GeneratorExit:
        world.say("clock stopped after", ticks)
        raise


def nested(world):
    yield from clock_steps(world, 2)
    return (yield from clock_steps(world, 1))


def clock_steps(world, n):
    for _ in range(n):
        yield Wait(0.5)
    world.say("nested", n)
    return n


world, cars_started = World(), []
wash = Resource("wash", 1)
ticking = world.start(clock(world, 10))
world.start(traffic(world, wash, 7))
inner = world.start(nested(world))
world.run(until=20)
world.say(wash)
world.interrupt(next(c for c in cars_started if not c.done and c not in wash.queue), "alarm")
world.interrupt(inner, "too late")
world.run(until=60)
ticking.steps.close()
print(*world.log, sep="\n")
print([c.result for c in cars_started], dict(world.totals), wash, wash.longest, inner.result)
print(ticking.done, len(world.events), ticking.steps.gi_frame is None, Wait(3), Wait(time=1) < Wait(2), Wait._fields)


def wrong():
    yield "coffee"


world.start(wrong())
try:
    world.run()
except TypeError as error:
    print(error)
