"""Event simulation with heapq, dataclasses, enum and generators."""
import heapq, random, itertools
from dataclasses import dataclass, field
from enum import Enum, auto
from collections import defaultdict, deque, Counter
from typing import Optional, List, Dict
class State(Enum):
    WAITING = auto(); RUNNING = auto(); DONE = auto()
@dataclass(order=True)
class Event:
    time: float
    seq: int = field(default_factory=itertools.count().__next__)
    action: object = field(compare=False, default=None)
    def __str__(self): return f"<{self.time:7.3f} #{self.seq}>"
@dataclass
class Customer:
    name: str
    arrival: float
    service: float
    state: State = State.WAITING
    started: Optional[float] = None
    @property
    def wait(self) -> Optional[float]:
        return None if self.started is None else self.started - self.arrival
class Sim:
    def __init__(self, servers=2, seed=7):
        self.now = 0.0; self.q: List[Event] = []; self.free = servers
        self.line: deque[Customer] = deque(); self.rng = random.Random(seed)
        self.log: Dict[str, list] = defaultdict(list); self.done = []
    def at(self, t, fn): heapq.heappush(self.q, Event(t, action=fn))
    def arrive(self, i):
        def go():
            c = Customer(f"c{i:02}", self.now, round(self.rng.expovariate(1 / 3), 3))
            self.line.append(c); self.log["arrive"].append((self.now, c.name)); self.dispatch()
            if i < 12: self.at(self.now + self.rng.uniform(.5, 2.5), self.arrive(i + 1))
        return go
    def dispatch(self):
        while self.free and self.line:
            c = self.line.popleft(); self.free -= 1
            c.state, c.started = State.RUNNING, self.now
            self.at(self.now + c.service, lambda c=c: self.finish(c))
    def finish(self, c):
        c.state = State.DONE; self.free += 1; self.done.append(c); self.dispatch()
    def run(self):
        self.at(0, self.arrive(1))
        while self.q:
            ev = heapq.heappop(self.q); self.now = ev.time; ev.action(); yield ev
s = Sim()
events = list(s.run())
print(*events[:5], sep="\n")
print(f"{'name':<6}|{'arrival':>9}|{'service':>9}|{'wait':>7}|{'state':^9}")
print("-" * 45)
for c in s.done: print(f"{c.name:<6}|{c.arrival:9.3f}|{c.service:9.3f}|{c.wait:7.3f}|{c.state.name:^9}")
waits = [c.wait for c in s.done]
print(f"mean {sum(waits) / len(waits):.4f} max {max(waits):.4f} n={len(waits):,} total={sum(c.service for c in s.done):.2e}")
print(Counter(c.state for c in s.done), Counter(int(w) for w in waits).most_common(2))
print(repr(s.done[0])); print(s.done[0] == s.done[1], events[0] < events[1])
try: Event(1) < 5
except TypeError as e: print(e)
try: Customer("x")
except TypeError as e: print(e)
print([st for st in State], State["DONE"].value, State(1))
