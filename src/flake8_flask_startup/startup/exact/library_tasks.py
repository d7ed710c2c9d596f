"""Modules of the standard library that run functions as tasks and in threads, as code for the walk to follow.

A task runs to its end as soon as something waits, and a thread when it is started.
"""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "asyncio": """
_waiting = []

def _finished(work):
    async def wait():
        return await work

    return _waited(wait())

class Task:
    def __init__(self, work, name=None):
        self._work, self._name = work, name
        self._value = self._error = None
        self._is_done = self._is_cancelled = False
        self._callbacks = []
        _waiting.append(self)

    def _run(self):
        if self._is_done:
            return
        self._is_done = True
        try:
            self._value = _finished(self._work)
        except BaseException as error:
            self._error = error
        for each in self._callbacks:
            each(self)

    def __await__(self):
        _run_until(self)
        if self._is_cancelled:
            _not_known()
        if self._error is not None:
            raise self._error
        return self._value
        yield

    def result(self):
        if self._error is not None:
            raise self._error
        return self._value

    def exception(self):
        return self._error

    def done(self):
        return self._is_done

    def get_name(self):
        return self._name

    def cancel(self, msg=None):
        is_open = not self._is_done
        self._is_done = True
        self._is_cancelled = self._is_cancelled or is_open
        return is_open

    def add_done_callback(self, function):
        if self._is_done:
            function(self)
        else:
            self._callbacks.append(function)

def _run_until(task=None):
    while _waiting and (task is None or not task._is_done):
        _waiting.pop(0)._run()

def create_task(work, *, name=None):
    return Task(work, name)

def ensure_future(work, *, loop=None):
    return work if isinstance(work, Task) else Task(work)

def run(work, *, debug=None):
    try:
        return _finished(work)
    finally:
        _run_until()

async def sleep(delay, result=None):
    _run_until()
    return result

async def gather(*works, return_exceptions=False):
    tasks = [ensure_future(each) for each in works]
    found = []
    for each in tasks:
        try:
            found.append(await each)
        except Exception as error:
            if not return_exceptions:
                raise
            found.append(error)
    return found

async def wait(works, *, timeout=None, return_when=None):
    _run_until()
    return set(works), set()

async def wait_for(work, timeout=None):
    return await work

def shield(work):
    return work

def as_completed(works, *, timeout=None):
    return [ensure_future(each) for each in works]

async def to_thread(function, /, *args, **options):
    return function(*args, **options)

class TaskGroup:
    async def __aenter__(self):
        self._tasks = []
        return self

    def create_task(self, work, *, name=None):
        self._tasks.append(Task(work, name))
        return self._tasks[-1]

    async def __aexit__(self, kind, value, trace):
        _run_until()
        errors = [each._error for each in self._tasks if each._error is not None]
        if errors and kind is None:
            raise ExceptionGroup("unhandled errors in a TaskGroup", errors)

class Runner:
    def __init__(self, *, debug=None, loop_factory=None):
        pass

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return None

    def run(self, work, *, context=None):
        return run(work)

    def close(self):
        return None

class _Loop:
    def run_until_complete(self, work):
        return run(work)

    def create_task(self, work, *, name=None):
        return Task(work, name)

    def run_in_executor(self, pool, function, *args):
        return to_thread(function, *args)

    def close(self):
        return None

    def is_closed(self):
        return False

def get_event_loop():
    return _Loop()

new_event_loop = get_running_loop = get_event_loop

class _Policy:
    new_event_loop = staticmethod(get_event_loop)
    get_event_loop = staticmethod(get_event_loop)

    def set_event_loop(self, loop):
        return None

def get_event_loop_policy():
    return _Policy()

def set_event_loop(loop):
    return None
""",
    "concurrent.futures": """
class Future:
    def __init__(self, function, args, options):
        self._value = self._error = None
        try:
            self._value = function(*args, **options)
        except BaseException as error:
            self._error = error

    def result(self, timeout=None):
        if self._error is not None:
            raise self._error
        return self._value

    def exception(self, timeout=None):
        return self._error

    def done(self):
        return True

    def add_done_callback(self, function):
        function(self)

class ThreadPoolExecutor:
    def __init__(self, max_workers=None, thread_name_prefix="", initializer=None, initargs=()):
        if initializer is not None:
            initializer(*initargs)

    def submit(self, function, /, *args, **options):
        return Future(function, args, options)

    def map(self, function, *values, timeout=None, chunksize=1):
        made = [Future(function, each, {}) for each in zip(*values)]
        return (each.result() for each in made)

    def shutdown(self, wait=True, *, cancel_futures=False):
        return None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return None

def as_completed(futures, timeout=None):
    yield from list(futures)
""",
    "queue": """
class Empty(Exception):
    pass

class Full(Exception):
    pass

class Queue:
    def __init__(self, maxsize=0):
        self.maxsize, self._held = maxsize, []

    def put(self, item, block=True, timeout=None):
        if 0 < self.maxsize <= len(self._held):
            raise Full
        self._held.append(item)

    def get(self, block=True, timeout=None):
        if not self._held:
            raise Empty
        return self._held.pop(0)

    def put_nowait(self, item):
        self.put(item)

    def get_nowait(self):
        return self.get()

    def empty(self):
        return not self._held

    def full(self):
        return 0 < self.maxsize <= len(self._held)

    def qsize(self):
        return len(self._held)

    def task_done(self):
        return None

    def join(self):
        return None

SimpleQueue = Queue

class LifoQueue(Queue):
    def get(self, block=True, timeout=None):
        if not self._held:
            raise Empty
        return self._held.pop()

class PriorityQueue(Queue):
    def put(self, item, block=True, timeout=None):
        Queue.put(self, item)
        self._held.sort()
""",
    "threading": """
class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        self.work = (target, args, kwargs or {})
        self.name = name

    def run(self):
        target, args, options = self.work
        if target is not None:
            target(*args, **options)

    def start(self):
        try:
            self.run()
        except BaseException:
            pass

    def join(self, timeout=None):
        return None

class Timer(Thread):
    def __init__(self, interval, function, args=None, kwargs=None):
        Thread.__init__(self, None, function, None, args or (), kwargs)
        self.interval = interval

    def cancel(self):
        self.work = (None, (), {})

class _Lock:
    def acquire(self, *given, **options):
        return True

    def release(self):
        return None

    def __enter__(self):
        return True

    def __exit__(self, kind, value, trace):
        return None

Lock = RLock = _Lock

class local:
    pass
""",
}
