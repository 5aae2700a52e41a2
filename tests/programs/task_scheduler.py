"""An operating system in small, after the Richards benchmark: tasks, packets, queues, priorities."""

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(1, 7)
NAMES = {v: k.lower() for k, v in list(globals().items()) if isinstance(v, int) and k.isupper()}
DEVICE, WORK = "device", "work"


class Packet:
    def __init__(self, link, owner, kind):
        self.link, self.owner, self.kind = link, owner, kind
        self.datum, self.data = 0, [0] * 4

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    """Runs when it has a packet or is not waiting, unless it is held."""

    count = 0

    def __init__(self, scheduler, owner, priority, queue, waiting=False):
        Task.count += 1
        self.scheduler, self.owner, self.priority, self.queue = scheduler, owner, priority, queue
        self.waiting, self.held, self.runs = waiting, False, 0
        scheduler.tasks[owner] = self

    @property
    def ready(self):
        return not self.held and (not self.waiting or self.queue is not None)

    def take(self):
        packet = self.queue
        if packet is not None:
            self.queue, packet.link = packet.link, None
        return packet

    def step(self):
        packet = self.take()
        self.waiting = False
        self.runs += 1
        return self.work(packet)

    def work(self, packet):
        raise NotImplementedError(type(self).__name__)

    def wait(self):
        self.waiting = True
        return self

    def send(self, packet, to):
        other = self.scheduler.tasks[to]
        self.scheduler.queued += 1
        packet.owner = self.owner
        other.queue = packet.append_to(other.queue)
        return other if other.priority > self.priority else self


class Idle(Task):
    control, left = 1, 600

    def work(self, packet):
        self.left -= 1
        if not self.left:
            self.held = True
            return None
        if self.control & 1:
            self.control = self.control // 2 ^ 0xD008
            return self.scheduler.release(DEVICE_B)
        self.control //= 2
        return self.scheduler.release(DEVICE_A)


class Worker(Task):
    target, letter = HANDLER_A, 0

    def work(self, packet):
        if packet is None:
            return self.wait()
        self.target = HANDLER_A + HANDLER_B - self.target
        packet.datum = 0
        for i in range(len(packet.data)):
            self.letter = self.letter % 26 + 1
            packet.data[i] = ord("A") + self.letter - 1
        self.scheduler.words.append(bytes(packet.data).decode())
        return self.send(packet, self.target)


class Handler(Task):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.works = self.devices = None

    def work(self, packet):
        if packet is not None:
            if packet.kind is WORK:
                self.works = packet.append_to(self.works)
            else:
                self.devices = packet.append_to(self.devices)
        if (work := self.works) is None:
            return self.wait()
        if work.datum >= len(work.data):
            self.works = work.link
            return self.send(work, WORKER)
        if (device := self.devices) is None:
            return self.wait()
        self.devices = device.link
        device.datum, work.datum = work.data[work.datum], work.datum + 1
        return self.send(device, device.home)


class Device(Task):
    pending = None

    def work(self, packet):
        if packet is None:
            if self.pending is None:
                return self.wait()
            packet, self.pending = self.pending, None
            return self.send(packet, packet.handler)
        self.pending = packet
        self.scheduler.trace.append(chr(packet.datum))
        self.held = True
        self.scheduler.holds += 1
        return None


class Scheduler:
    def __init__(self):
        self.tasks, self.words, self.trace = {}, [], []
        self.queued = self.holds = self.steps = 0

    def release(self, owner):
        task = self.tasks[owner]
        task.held = False
        return task

    def run(self):
        while ready := [task for task in self.tasks.values() if task.ready]:
            max(ready, key=lambda task: task.priority).step()
            self.steps += 1


def chain(kind, owner, count, **attributes):
    packet = None
    for _ in range(count):
        packet = Packet(packet, owner, kind)
        vars(packet).update(attributes)
    return packet


machine = Scheduler()
Idle(machine, IDLE, 0, None)
Worker(machine, WORKER, 1000, chain(WORK, WORKER, 2), waiting=True)
for handler, device, priority in ((HANDLER_A, DEVICE_A, 2000), (HANDLER_B, DEVICE_B, 3000)):
    Handler(machine, handler, priority, chain(DEVICE, device, 3, home=device, handler=handler), True)
    Device(machine, device, priority * 2, None, True)
machine.run()
print(f"{machine.steps} steps, {machine.queued} packets, {machine.holds} holds, {Task.count} tasks")
for task in sorted(machine.tasks.values(), key=lambda task: -task.priority):
    print(f"{NAMES[task.owner]:<10}{type(task).__name__:>8}{task.priority:>6}{task.runs:>6}  held={task.held}")
print("".join(machine.trace)[:60], len(machine.trace), machine.words[:3], machine.words[-1])
try:
    Task(machine, 99, 0, None).step()
except NotImplementedError as error:
    print("abstract:", error)
