"""Modules of the standard library that work on iterators and sorted lists, as code for the walk to follow."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "heapq": """
def heapify(heap):
    heap.sort()

def heappush(heap, value):
    heap.append(value)
    heap.sort()

def heappop(heap):
    return heap.pop(0)

def heappushpop(heap, value):
    heappush(heap, value)
    return heappop(heap)

def heapreplace(heap, value):
    found = heappop(heap)
    heappush(heap, value)
    return found

def nsmallest(n, values, key=None):
    return sorted(values, key=key)[:n]

def nlargest(n, values, key=None):
    return sorted(values, key=key, reverse=True)[:n]

def merge(*values, key=None, reverse=False):
    return iter(sorted([each for one in values for each in one], key=key, reverse=reverse))
""",
    "bisect": """
def bisect_left(values, x, lo=0, hi=None, *, key=None):
    hi = len(values) if hi is None else hi
    while lo < hi:
        middle = (lo + hi) // 2
        if (values[middle] if key is None else key(values[middle])) < x:
            lo = middle + 1
        else:
            hi = middle
    return lo

def bisect_right(values, x, lo=0, hi=None, *, key=None):
    hi = len(values) if hi is None else hi
    while lo < hi:
        middle = (lo + hi) // 2
        if x < (values[middle] if key is None else key(values[middle])):
            hi = middle
        else:
            lo = middle + 1
    return lo

bisect = bisect_right

def insort_left(values, x, lo=0, hi=None, *, key=None):
    values.insert(bisect_left(values, x if key is None else key(x), lo, hi, key=key), x)

def insort_right(values, x, lo=0, hi=None, *, key=None):
    values.insert(bisect_right(values, x if key is None else key(x), lo, hi, key=key), x)

insort = insort_right
""",
    "itertools": """
class chain:
    def __init__(self, *values):
        self.steps = (each for one in values for each in one)

    def __iter__(self):
        return self.steps

    def __next__(self):
        return next(self.steps)

    @classmethod
    def from_iterable(cls, values):
        return (each for one in values for each in one)

def count(start=0, step=1):
    while True:
        yield start
        start += step

def cycle(values):
    kept = list(values)
    while kept:
        yield from kept

def repeat(value, times=None):
    while times is None or times > 0:
        yield value
        if times is not None:
            times -= 1

def islice(values, first, *more):
    start, stop, step = (first, *more, 1)[:3] if more else (0, first, 1)
    start, step, at = start or 0, step or 1, 0
    if stop is not None and stop <= 0:
        return
    for each in values:
        if at >= start and (at - start) % step == 0:
            yield each
        at += 1
        if stop is not None and at >= stop:
            return

def takewhile(test, values):
    for each in values:
        if not test(each):
            return
        yield each

def dropwhile(test, values):
    steps = iter(values)
    for each in steps:
        if not test(each):
            yield each
            yield from steps

def filterfalse(test, values):
    for each in values:
        if not (test(each) if test is not None else each):
            yield each

def starmap(function, values):
    for each in values:
        yield function(*each)

def compress(values, selectors):
    for each, wanted in zip(values, selectors):
        if wanted:
            yield each

def accumulate(values, function=lambda one, other: one + other, *, initial=None):
    steps = iter(values)
    total = next(steps) if initial is None else initial
    yield total
    for each in steps:
        total = function(total, each)
        yield total

def pairwise(values):
    steps = iter(values)
    before = next(steps)
    for each in steps:
        yield before, each
        before = each

def product(*values, repeat=1):
    rows = [()]
    for one in [list(each) for each in values] * repeat:
        rows = [(*row, each) for row in rows for each in one]
    yield from rows

def permutations(values, r=None):
    kept = list(values)
    size = len(kept) if r is None else r
    for row in product(range(len(kept)), repeat=size):
        if len(set(row)) == size:
            yield tuple([kept[each] for each in row])

def combinations(values, r):
    kept = list(values)
    for row in product(range(len(kept)), repeat=r):
        if all(row[at] < row[at + 1] for at in range(r - 1)):
            yield tuple([kept[each] for each in row])

def combinations_with_replacement(values, r):
    kept = list(values)
    for row in product(range(len(kept)), repeat=r):
        if all(row[at] <= row[at + 1] for at in range(r - 1)):
            yield tuple([kept[each] for each in row])

def batched(values, n, *, strict=False):
    steps = iter(values)
    while batch := tuple(islice(steps, n)):
        yield batch

def tee(values, n=2):
    steps, held = iter(values), []

    def one():
        at = 0
        while True:
            if at == len(held):
                try:
                    held.append(next(steps))
                except StopIteration:
                    return
            yield held[at]
            at += 1

    return tuple([one() for _ in range(n)])

def zip_longest(*values, fillvalue=None):
    kept = [list(each) for each in values]
    for at in range(max(len(each) for each in kept)):
        yield tuple(each[at] if at < len(each) else fillvalue for each in kept)

def groupby(values, key=None):
    group, last = [], None
    for each in values:
        at = each if key is None else key(each)
        if group and at != last:
            yield last, iter(group)
            group = []
        group.append(each)
        last = at
    if group:
        yield last, iter(group)
""",
}
