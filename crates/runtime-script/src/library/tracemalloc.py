"""Where each traced block of memory was asked for, and what such records add up to.

The records are the runtime's own. Here is what is made of them: a snapshot is a list of tuples
`(domain, size, frames, total_nframe)`, where `frames` are pairs `(filename, lineno)`, the innermost
call first. Whatever is shown holds frames the other way round, the outermost call first.
"""

from _tracemalloc import (
    _get_object_traceback,
    _get_traces,
    _matches,
    _source_line,
    clear_traces,
    get_traceback_limit,
    get_traced_memory,
    get_tracemalloc_memory,
    is_tracing,
    reset_peak,
    start,
    stop,
)

_KEY_TYPES = ("traceback", "filename", "lineno")
_UNITS = ("B", "KiB", "MiB", "GiB")


def _format_size(size, sign):
    """A size as people read it: three or four digits and a unit."""
    for unit in _UNITS:
        if abs(size) < 100 and unit != "B":
            return f"{size:+.1f} {unit}" if sign else f"{size:.1f} {unit}"
        if abs(size) < 10 * 1024:
            return f"{size:+.0f} {unit}" if sign else f"{size:.0f} {unit}"
        size /= 1024
    if abs(size) < 100:
        return f"{size:+.1f} TiB" if sign else f"{size:.1f} TiB"
    return f"{size:+.0f} TiB" if sign else f"{size:.0f} TiB"


def _normalized(filename):
    return filename[:-1] if filename.endswith(".pyc") else filename


class _Ordered:
    """Compares by `_order()` with its own kind."""

    __slots__ = ()

    def __eq__(self, other):
        return self._order() == other._order() if isinstance(other, type(self)) else NotImplemented

    def __lt__(self, other):
        return self._order() < other._order() if isinstance(other, type(self)) else NotImplemented

    def __le__(self, other):
        return self._order() <= other._order() if isinstance(other, type(self)) else NotImplemented

    def __gt__(self, other):
        return self._order() > other._order() if isinstance(other, type(self)) else NotImplemented

    def __ge__(self, other):
        return self._order() >= other._order() if isinstance(other, type(self)) else NotImplemented

    def __hash__(self):
        return hash(self._order())


class _Rows:
    """The rest of a sequence whose `_row(record)` shows one of its `_records()`."""

    __slots__ = ()

    def __len__(self):
        return len(self._records())

    def __getitem__(self, index):
        found = self._records()[index]
        if isinstance(index, slice):
            return tuple([self._row(record) for record in found])
        return self._row(found)

    def __iter__(self):
        return map(self._row, self._records())

    def __reversed__(self):
        return map(self._row, reversed(self._records()))

    def index(self, value, start=0, stop=None):
        for at, _ in list(enumerate(self._records()))[start:stop]:
            if self[at] == value:
                return at
        raise ValueError

    def count(self, value):
        return sum([1 for row in self if row == value])


def _part(record, place, about):
    """A property that shows one part of the tuple in the slot `record`."""
    return property(lambda self: getattr(self, record)[place], doc=about)


class Frame(_Ordered):
    """A line of a file."""

    __slots__ = ("_frame",)

    def __init__(self, frame):
        self._frame = frame

    def _order(self):
        return self._frame

    filename = _part("_frame", 0, "The file.")
    lineno = _part("_frame", 1, "The number of the line.")

    def __str__(self):
        return f"{self.filename}:{self.lineno}"

    def __repr__(self):
        return f"<Frame filename={self.filename!r} lineno={self.lineno!r}>"


class Traceback(_Ordered, _Rows):
    """The frames that led to a request for memory, the outermost first."""

    __slots__ = ("_frames", "_total_nframe")
    _row = Frame

    def __init__(self, frames, total_nframe=None):
        self._frames = tuple(reversed(frames))
        self._total_nframe = total_nframe

    def _order(self):
        return self._frames

    _records = _order

    @property
    def total_nframe(self):
        return self._total_nframe

    def __contains__(self, frame):
        return frame._frame in self._frames

    def __str__(self):
        return str(self[0])

    def __repr__(self):
        total = "" if self._total_nframe is None else f" total_nframe={self._total_nframe}"
        return f"<Traceback {tuple(self)}{total}>"

    def format(self, limit=None, most_recent_first=False):
        frames = self._frames
        if limit is not None:
            frames = frames[-limit:] if limit > 0 else frames[:limit]
        if most_recent_first:
            frames = frames[::-1]
        lines = []
        for filename, lineno in frames:
            lines.append(f'  File "{filename}", line {lineno}')
            source = _source_line(filename, lineno).strip()
            if source:
                lines.append(f"    {source}")
        return lines


class Trace:
    """One block: its domain, its size, and where it was asked for."""

    __slots__ = ("_trace",)

    def __init__(self, trace):
        self._trace = trace

    domain = _part("_trace", 0, "The family of allocators, as a number.")
    size = _part("_trace", 1, "So many bytes.")

    @property
    def traceback(self):
        return Traceback(*self._trace[2:])

    def __eq__(self, other):
        return self._trace == other._trace if isinstance(other, Trace) else NotImplemented

    def __hash__(self):
        return hash(self._trace)

    def __str__(self):
        return f"{self.traceback}: {_format_size(self.size, False)}"

    def __repr__(self):
        size = _format_size(self.size, False)
        return f"<Trace domain={self.domain} size={size}, traceback={self.traceback!r}>"


class _Traces(_Rows):
    """The traces of a snapshot."""

    _row = Trace

    def __init__(self, traces):
        self._traces = traces

    def _records(self):
        return self._traces

    def __contains__(self, trace):
        return trace._trace in self._traces

    def __eq__(self, other):
        return self._traces == other._traces if isinstance(other, _Traces) else NotImplemented

    def __repr__(self):
        return f"<Traces len={len(self)}>"


class Statistic:
    """What the traces of one place add up to."""

    __slots__ = ("traceback", "size", "count")

    def __init__(self, traceback, size, count):
        self.traceback, self.size, self.count = traceback, size, count

    def _facts(self):
        return self.traceback, self.size, self.count

    def _order(self):
        return self.size, self.count, self.traceback

    def __eq__(self, other):
        return self._facts() == other._facts() if isinstance(other, Statistic) else NotImplemented

    def __hash__(self):
        return hash(self._facts())

    def __str__(self):
        text = f"{self.traceback}: size={_format_size(self.size, False)}, count={self.count}"
        if self.count:
            text += f", average={_format_size(self.size / self.count, False)}"
        return text

    def __repr__(self):
        return f"<Statistic traceback={self.traceback!r} size={self.size} count={self.count}>"


class StatisticDiff:
    """What the traces of one place add up to, and how that differs from an earlier snapshot."""

    __slots__ = ("traceback", "size", "size_diff", "count", "count_diff")

    def __init__(self, traceback, size, size_diff, count, count_diff):
        self.traceback = traceback
        self.size, self.size_diff = size, size_diff
        self.count, self.count_diff = count, count_diff

    def _facts(self):
        return self.traceback, self.size, self.size_diff, self.count, self.count_diff

    def _order(self):
        return abs(self.size_diff), self.size, abs(self.count_diff), self.count, self.traceback

    def __eq__(self, other):
        if not isinstance(other, StatisticDiff):
            return NotImplemented
        return self._facts() == other._facts()

    def __hash__(self):
        return hash(self._facts())

    def __str__(self):
        size, change = _format_size(self.size, False), _format_size(self.size_diff, True)
        text = f"{self.traceback}: size={size} ({change}), "
        text += f"count={self.count} ({self.count_diff:+})"
        if self.count:
            text += f", average={_format_size(self.size / self.count, False)}"
        return text

    def __repr__(self):
        size = f"size={self.size} ({self.size_diff:+})"
        count = f"count={self.count} ({self.count_diff:+})"
        return f"<StatisticDiff traceback={self.traceback!r} {size} {count}>"


class BaseFilter:
    """What to keep of a snapshot (`inclusive`), or what to leave out."""

    def __init__(self, inclusive):
        self.inclusive = inclusive

    def _match(self, trace):
        raise NotImplementedError


class Filter(BaseFilter):
    """By file and line, of the innermost frame or of any, and by domain."""

    def __init__(self, inclusive, filename_pattern, lineno=None, all_frames=False, domain=None):
        BaseFilter.__init__(self, inclusive)
        self.domain, self.lineno, self.all_frames = domain, lineno, all_frames
        self._pattern = _normalized(filename_pattern)

    @property
    def filename_pattern(self):
        return self._pattern

    def _names(self, frame):
        if self.lineno is not None and frame[1] != self.lineno:
            return False
        return _matches(_normalized(frame[0]), self._pattern)

    def _match(self, trace):
        domain, _, frames, _ = trace
        named = any(map(self._names, frames if self.all_frames else frames[:1]))
        if self.inclusive:
            return named and self.domain in (None, domain)
        return not named or self.domain not in (None, domain)


class DomainFilter(BaseFilter):
    """By domain."""

    def __init__(self, inclusive, domain):
        BaseFilter.__init__(self, inclusive)
        self._domain = domain

    @property
    def domain(self):
        return self._domain

    def _match(self, trace):
        return (trace[0] == self._domain) == bool(self.inclusive)


class Snapshot:
    """The traces there were at one moment."""

    def __init__(self, traces, traceback_limit):
        self.traces = _Traces(traces)
        self.traceback_limit = traceback_limit

    def filter_traces(self, filters):
        """Keeps what some inclusive filter takes, if there is one, and no exclusive one drops."""
        if not hasattr(filters, "__iter__"):
            kind = type(filters).__name__
            raise TypeError(f"filters must be a list of filters, not {kind}")
        filters = list(filters)
        wanted = [one for one in filters if one.inclusive]
        unwanted = [one for one in filters if not one.inclusive]
        kept = [
            trace for trace in self.traces._traces
            if (not wanted or any(one._match(trace) for one in wanted))
            and all(one._match(trace) for one in unwanted)
        ]
        return Snapshot(kept, self.traceback_limit)

    def statistics(self, key_type, cumulative=False):
        """Sums by `traceback`, `filename` or `lineno`, the largest first."""
        sums = self._sums(key_type, cumulative)
        rows = [Statistic(Traceback(key), size, count) for key, (size, count) in sums.items()]
        rows.sort(key=Statistic._order, reverse=True)
        return rows

    def compare_to(self, old_snapshot, key_type, cumulative=False):
        """How the sums differ from those of an earlier snapshot, the largest change first."""
        new = self._sums(key_type, cumulative)
        old = old_snapshot._sums(key_type, cumulative)
        rows = []
        for key, (size, count) in new.items():
            was_size, was_count = old.pop(key, (0, 0))
            diffs = size - was_size, count - was_count
            rows.append(StatisticDiff(Traceback(key), size, diffs[0], count, diffs[1]))
        for key, (size, count) in old.items():
            rows.append(StatisticDiff(Traceback(key), 0, -size, 0, -count))
        rows.sort(key=StatisticDiff._order, reverse=True)
        return rows

    def _sums(self, key_type, cumulative):
        """Sizes and counts by the frames, innermost first, that a place is told by."""
        if key_type not in _KEY_TYPES:
            raise ValueError(f"unknown key_type: {key_type!r}")
        if cumulative and key_type == "traceback":
            raise ValueError(f"cumulative mode cannot by used with key type {key_type!r}")
        sums = {}
        for _, size, frames, _ in self.traces._traces:
            if key_type == "traceback":
                keys = (frames,)
            else:
                keys = frames if cumulative else frames[:1]
                if key_type == "filename":
                    keys = [((filename, 0),) for filename, _ in keys]
                else:
                    keys = [(frame,) for frame in keys]
            for key in keys:
                row = sums.get(key)
                if row is None:
                    sums[key] = [size, 1]
                else:
                    row[0] += size
                    row[1] += 1
        return sums


def get_object_traceback(obj):
    """Where the memory of `obj` was asked for; `None` when that is not known."""
    frames = _get_object_traceback(obj)
    return None if frames is None else Traceback(frames)


def take_snapshot():
    """The traces of this moment."""
    if not is_tracing():
        raise RuntimeError("the tracemalloc module must be tracing memory allocations to take a snapshot")
    return Snapshot(_get_traces(), get_traceback_limit())
