"""The kinds of `growth_shapes` written differently, and others in their spirit."""

from __future__ import annotations

from growth_project import APP, Files


def wide_calls(size: int) -> Files:
    """Two hundred functions, called from as many places as there are to call each from."""
    functions = "".join(f"def f{number}(x):\n    return x\n" for number in range(200))
    calls = "".join(f"f{number}('a{at}')\n" for number in range(200) for at in range(size // 20))
    yield "m0", f"{APP}import pandas\n{functions}{calls}"


def ring_of_functions(size: int) -> Files:
    """Functions that call the next and the one half the way round, for ever."""
    functions = "".join(
        f"def f{at}(x):\n    if x:\n        f{(at + 1) % size}(x)\n    return f{(at + size // 2) % size}(pandas)\n"
        for at in range(size)
    )
    yield "m0", f"import pandas\n{APP}{functions}f0(app)\n"


def families(size: int) -> Files:
    """One class with many subclasses, each of which has a method that the base calls."""
    derived = "".join(
        f"class C{at}(Base):\n    def go(self):\n        return pandas\nC{at}().run()\n" for at in range(size)
    )
    yield "m0", f"import pandas\n{APP}class Base:\n    def run(self):\n        return self.go()\n{derived}"


def supers(size: int) -> Files:
    """Each class derives from the one before and hands its constructor's call on."""
    derived = "".join(
        f"class C{at}(C{at - 1}):\n    def __init__(self, x):\n        super().__init__(x)\n" for at in range(1, size)
    )
    start = "class C0:\n    def __init__(self, x):\n        self.x = pandas\n"
    yield "m0", f"import pandas\n{APP}{start}{derived}C{size - 1}(app)\n"


def super_methods(size: int) -> Files:
    """Each class hands a method of one name on, which the first does not have, and the last is called."""
    derived = "".join(f"class C{at}(C{at - 1}):\n    def go(self):\n        super().go()\n" for at in range(1, size))
    yield "m0", f"import pandas\n{APP}class C0:\n    x = pandas\n{derived}C{size - 1}().go()\n"


def diamonds(size: int) -> Files:
    """Two classes derive from each class, and the next from both."""
    derived = "".join(
        f"class L{at}(X{at - 1}): pass\nclass R{at}(X{at - 1}): pass\nclass X{at}(L{at}, R{at}): pass\n"
        for at in range(1, size)
    )
    start = "class X0:\n    def go(self):\n        return pandas\n"
    yield "m0", f"import pandas\n{APP}{start}{derived}X{size - 1}().go()\n"


def many_bases(size: int) -> Files:
    """One class with many bases, each of which gives it a method that is called."""
    bases = "".join(f"class C{at}:\n    def go{at}(self):\n        return pandas\n" for at in range(size))
    calls = "".join(f"z.go{at}()\n" for at in range(size))
    names = ", ".join(f"C{at}" for at in range(size))
    yield "m0", f"import pandas\n{APP}{bases}class Z({names}):\n    pass\nz = Z()\n{calls}"


def class_modules(size: int) -> Files:
    """Each module's class derives from that of the next, as deep as there are modules."""
    for number in range(size):
        last = number + 1 == size
        imported = f"{APP}" if last else f"from m{number + 1} import C{number + 1}\n"
        base = "" if last else f"C{number + 1}"
        start = f"C{number}().go()\n" if not number else ""
        yield f"m{number}", f"{imported}class C{number}({base}):\n    def go(self):\n        import pandas\n{start}"


def nested_packages(size: int) -> Files:
    """Packages forty deep, the innermost of each of which imports from the outermost by a relative name."""
    yield "m0", "".join(f"import p{number}{'.a' * 38}.b\n" for number in range(size // 40))
    for number in range(size // 40):
        for depth in range(39):
            yield f"p{number}{'/a' * depth}/__init__", f"x{depth} = 1\n"
        yield f"p{number}{'/a' * 38}/b", f"from {'.' * 39} import x0\nfrom .. import x37\n"


def star_imports(size: int) -> Files:
    """One module that takes all names from each of the others, and uses them."""
    yield "m0", "".join(f"from m{at} import *\nf{at}()\n" for at in range(1, size))
    for at in range(1, size):
        yield f"m{at}", f"import pandas\ndef f{at}():\n    return pandas\n"


def loaded_by_name(size: int) -> Files:
    """Many modules that are loaded by names put together, each by a function of its own."""
    loads = "".join(f"def f{at}():\n    return import_module('m' + '{at}').x\nf{at}()\n" for at in range(1, size))
    yield "m0", f"from importlib import import_module\n{loads}"
    for at in range(1, size):
        yield f"m{at}", "x = 1\n"


def lazy_names(size: int) -> Files:
    """One package whose `__getattr__` imports what is asked of it, and modules that ask."""
    table = "".join(f"    'x{at}': 'm{at}',\n" for at in range(1, size))
    body = "def __getattr__(name):\n    return getattr(import_module(NAMES[name]), name)\n"
    yield "lazy", f"from importlib import import_module\nNAMES = {{\n{table}}}\n{body}"
    yield "m0", "".join(f"from lazy import x{at}\n" for at in range(1, size))
    for at in range(1, size):
        yield f"m{at}", f"x{at} = 1\n"


def stacked(size: int) -> Files:
    """Many decorators on one function."""
    made = "".join(f"def d{at}(f):\n    def g():\n        return f()\n    return g\n" for at in range(size))
    stack = "".join(f"@d{at}\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}{made}{stack}def v():\n    return pandas\nv()\n"


def registered(size: int) -> Files:
    """Functions that a decorator of the file puts into a list, which is gone through and called."""
    made = "".join(f"@register('r{at}')\ndef v{at}(x):\n    return pandas, x\n" for at in range(size))
    body = "def register(name):\n    def inner(f):\n        X[name] = f\n        return f\n    return inner\n"
    yield "m0", f"import pandas\n{APP}X = {{}}\n{body}{made}for name, f in X.items():\n    f(app)\n"


def dispatch(size: int) -> Files:
    """One dictionary of many functions, called by name again and again."""
    made = "".join(f"def v{at}():\n    return pandas\n" for at in range(size))
    rows = "".join(f"    'k{at}': v{at},\n" for at in range(size))
    calls = "".join(f"X['k{at}']()\nX[app.name]()\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}{made}X = {{\n{rows}}}\n{calls}"


def choices(size: int) -> Files:
    """One name that is a function more after each test, and is called and handed on each time."""
    made = "".join(
        f"def v{at}(x):\n    return pandas\nif app.x{at}:\n    f = v{at}\nf(app)\ntake(f)\n" for at in range(size)
    )
    yield "m0", f"import pandas\n{APP}f = None\ndef take(g):\n    g(1)\n{made}"


def attributes(size: int) -> Files:
    """Each object is an attribute of the one before."""
    made = "".join(f"x{at - 1}.y = C()\nx{at} = x{at - 1}.y\n" for at in range(1, size))
    body = "class C:\n    def go(self):\n        return pandas\n"
    yield "m0", f"import pandas\n{APP}{body}x0 = C()\n{made}x{size - 1}.go()\n"


def global_names(size: int) -> Files:
    """One name of the module that many functions bind and read."""
    made = "".join(
        f"def f{at}():\n    global x\n    if x is None:\n        x = pandas.x{at}()\n    return x\nf{at}()\n"
        for at in range(size)
    )
    yield "m0", f"import pandas\n{APP}x = None\n{made}"


def submodules(size: int) -> Files:
    """Many modules of one package, each imported by a statement of its own."""
    yield "m0", f"{APP}" + "".join(f"import pandas.m{at}\n" for at in range(size))


def decorator_factories(size: int) -> Files:
    """Many functions, each decorated by what a call gives."""
    made = "".join(f"@d({at})\ndef v{at}():\n    return pandas\nv{at}()\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}def d(k):\n    def w(f):\n        return f\n    return w\n{made}"


def methods_of_one_name(size: int) -> Files:
    """One class that defines a method again and again, which calls itself."""
    made = "".join(f"    def go(self):\n        self.go()\n        return pandas.x{at}()\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}class C:\n{made}C().go()\n"


def optional_imports(size: int) -> Files:
    """Many imports that may fail, each with its flag, and users that ask for the flag."""
    made = "".join(
        f"try:\n    import a{at}\n    HAS{at} = True\nexcept ImportError:\n    HAS{at} = False\n"
        f"def f{at}():\n    if HAS{at}:\n        return a{at}, pandas\nif HAS{at}:\n    f{at}()\n"
        for at in range(size)
    )
    yield "m0", f"import pandas\n{APP}{made}"


def local_imports(size: int) -> Files:
    """Functions that import a heavy package themselves, half of them called."""
    made = "".join(f"def f{at}():\n    import pandas\n    return pandas\n" for at in range(size))
    yield "m0", f"{APP}{made}" + "".join(f"f{at}()\n" for at in range(0, size, 2))


def web(size: int) -> Files:
    """Functions that each give what three others do, in circles through all of them."""
    made = "".join(
        f"def f{at}(x):\n    return f{(at * 7 + 1) % size}(x) or f{(at * 3 + 2) % size}(x) or "
        f"f{(at * 5 + 3) % size}(x)\n"
        for at in range(size)
    )
    yield "m0", f"import pandas\n{APP}{made}" + "".join(f"f{at}({at})\n" for at in range(size))


def keyed(size: int) -> Files:
    """Functions that are put into a dictionary one by one, under keys that are not known, and called out of it."""
    made = "".join(f"def f{at}():\n    return pandas\nX[app.k{at}] = f{at}\nX[app.k{at}]()\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}X = {{}}\n{made}"
