"""More templates of modules, for what reaches a name without writing it, binds it again, or works by being loaded.

The holes are those of grammar.py; besides, `{b}` is a name that the imports bind and `{a}` an annotation with one.
"""

from __future__ import annotations

# Statements around an import, which are undone after it or stay. `{import}` is the import.
MOMENTS = (
    "sys.argv, argv = ['tool'], sys.argv\n{import}\nsys.argv = argv",
    "argv = sys.argv\nsys.argv = ['tool']\ntry:\n    {import}\nfinally:\n    sys.argv = argv",
    "sys.path.insert(0, 'vendor')\n{import}\nsys.path.pop(0)",
    "sys.path.insert(0, 'vendor')\n{import}\nsys.path.remove('vendor')",
    "os.environ['MODE'] = 'quick'\n{import}\ndel os.environ['MODE']",
    "os.environ['MODE'] = 'quick'\n{import}\nos.environ.pop('MODE', None)",
    "mode = os.environ.get('MODE')\nos.environ.update(MODE='quick')\n{import}\nos.environ.pop('MODE')",
    "with warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    {import}",
    "with contextlib.redirect_stdout(io.StringIO()):\n    {import}",
    "class Quick:\n    def __enter__(self):\n        os.environ['MODE'] = 'quick'\n"
    "    def __exit__(self, *error):\n        del os.environ['MODE']\nwith Quick():\n    {import}",
    "@contextlib.contextmanager\ndef quick():\n    os.environ['MODE'] = 'quick'\n    yield\n"
    "    del os.environ['MODE']\nwith quick():\n    {import}",
    "def prepare():\n    os.environ['MODE'] = 'quick'\ndef undo():\n    os.environ.pop('MODE', None)\n"
    "prepare()\n{import}\nundo()",
    "sys.modules['numexpr'] = None\n{import}\ndel sys.modules['numexpr']",
    "sys.modules['numexpr'] = types.ModuleType('numexpr')\n{import}\nsys.modules.pop('numexpr')",
    "os.environ['MODE'] = 'quick'\n{import}",
    "os.environ.setdefault('MODE', 'quick')\n{import}",
    "sys.path.insert(0, 'vendor')\n{import}",
    "warnings.simplefilter('ignore')\n{import}",
)

DEFINITIONS = (
    # reached by its name
    "def f{n}(name='{b}'):\n    return getattr(sys.modules[__name__], name)",
    "def f{n}(name='{b}'):\n    module = sys.modules[__name__]\n    return getattr(module, name, None)",
    "def f{n}(name='{b}'):\n    return getattr(importlib.import_module(__name__), name, None)",
    "def f{n}(name='{b}'):\n    return vars(sys.modules[__name__]).get(name)",
    "def f{n}(name='{b}'):\n    return builtins.globals()[name]",
    "names_{n} = globals\ndef f{n}(name='{b}'):\n    return names_{n}().get(name)",
    "def f{n}(name='{b}'):\n    return f{n}.__globals__[name]",
    "def f{n}(name='{b}'):\n    return sys._getframe(0).f_globals.get(name)",
    "def f{n}(name='{b}'):\n    return inspect.currentframe().f_globals[name]",
    "def f{n}(name='{b}'):\n    return getattr(inspect.getmodule(plain), name, 1)",
    "run_{n} = eval\ndef f{n}(formula='{b}'):\n    return run_{n}(formula)",
    "def f{n}(formula='{b}'):\n    return builtins.eval(formula)",
    "def f{n}(code='value = {b}'):\n    space = {{}}\n    exec(code, globals(), space)\n    return space",
    "def f{n}(name='{b}'):\n    return '{{0.' + name + '}}' and operator.attrgetter(name)(sys.modules[__name__])",
    "def f{n}(name='{b}'):\n    return [each for each in dir(sys.modules[__name__]) if each == name]",
    "def f{n}(name='{b}'):\n    return dict(inspect.getmembers(sys.modules[__name__])).get(name)",
    "def f{n}(name='{b}'):\n    return name in globals()",
    "def f{n}(name='plain'):\n    return getattr(sys.modules[__name__], 'plain')",
    # annotations
    "def f{n}(value: {a} = None):\n{body}",
    "def f{n}(*args) -> {a}:\n{body}",
    "def f{n}(*args):\n    value: {a} = None\n    return {use}",
    "@reading\ndef f{n}(value: {a} = None):\n    return 1",
    "@functools.singledispatch\n@reading\ndef f{n}(value: {a} = None):\n    return 1",
    "class f{n}:\n    value: {a} = None\n    def load(self, *args) -> {a}:\n        return {use}",
    "@reading\nclass f{n}:\n    value: {a} = None",
    "@dataclasses.dataclass\nclass f{n}:\n    value: {a} = None",
    "class f{n}(typing.NamedTuple):\n    value: {a} = None",
    "class f{n}(typing.TypedDict):\n    value: {a}",
    "class f{n}(Reading):\n    value: {a} = None",
    # compiled
    "@njit\ndef f{n}(*args):\n    return {use}",
    "@njit\ndef f{n}(*args):\n    return {f}",
    # bound again
    "class f{n}:\n    {b} = {b}",
    "class f{n}:\n    {b} = [{b}]\n    size = len({b})",
    "class f{n}:\n    if sys.version_info >= (3, 8):\n        {b} = {b}",
    "class f{n}:\n    def {b}(self, kind={b}):\n        return 1",
    "class f{n}:\n    {b} = None\n    class Inner:\n        {b} = {b}",
    "class f{n}:\n    {b} = None\n    value = {b}",
    "class f{n}:\n    for {b} in ({b},):\n        pass",
    "class f{n}(enum.Enum):\n    {b} = str({b})",
    "def f{n}(*args):\n    class Local:\n        {b} = {b}\n    return Local",
    "def f{n}(*args):\n    class Local:\n        {b} = 1\n        value = {b}\n    return Local.value",
    "def f{n}({b}={b}):\n    return {b}",
    "def f{n}({b}=1):\n    return {b}",
    "f{n} = lambda {b}={b}: {b}",
    "def f{n}(*args):\n    {b} = 1\n    return [{b} for {b} in (1, {b})]",
    "def f{n}(*args):\n    return [{b} for {b} in (1, 2)]",
    "def f{n}(*args):\n    return [each for each in {b}]",
    "def f{n}(*args):\n    global {b}\n    {b} = 1\n    return {b}",
    "def f{n}(*args):\n    for {b} in (1, 2):\n        pass\n    return {b}",
    "def f{n}(*args):\n    try:\n        raise KeyError('x')\n    except KeyError as {b}:\n        return str({b})",
    "def f{n}(*args):\n    match args:\n        case {b}:\n            return {b}",
    "def f{n}(*args):\n    def inner():\n        nonlocal {b}\n        {b} = 2\n    {b} = 1\n    inner()\n"
    "    return {b}",
)  # fmt: skip

ACTIONS = (
    # reached by its name
    "value_{n} = getattr(sys.modules[__name__], '{b}')",
    "value_{n} = getattr(sys.modules[__name__], '{b}'[:1] + '{b}'[1:], None)",
    "value_{n} = plain.__globals__['{b}']",
    "TABLE_{n} = {{name: plain.__globals__.get(name) for name in ('{b}', 'plain')}}",
    "value_{n} = sys.modules[__name__].__dict__.copy()",
    "value_{n} = vars()",
    "value_{n} = [name for name in dir() if name.islower()]",
    "__all__ = [name for name in dir() if not name.startswith('_')]",
    "value_{n} = eval('{b}')",
    "value_{n} = '{b}' in globals()",
    "value_{n} = len(globals())",
    "value_{n} = sorted(name for name in globals() if name == '{b}')",
    "value_{n} = importlib.import_module(__name__).{b}",
    "value_{n} = operator.attrgetter('{b}')(sys.modules[__name__])",
    "value_{n} = {{name: value for name, value in globals().items() if name == '{b}'}}",
    # annotations
    "value_{n}: {a} = None",
    "value_{n} = typing.get_type_hints({f})",
    "value_{n} = str(inspect.signature({f}, eval_str=True))",
    "value_{n} = inspect.get_annotations({f}, eval_str=True)",
    "hints_{n} = typing.get_type_hints\nvalue_{n} = hints_{n}({c})",
    "value_{n} = [typing.get_type_hints(each) for each in ({f},)]",
    "value_{n} = dict(map(lambda each: (each.__name__, typing.get_type_hints(each)), [{c}]))",
    "reading({f})",
    "def wrapped_{n}(*args: {a}):\n    return 1\nreading(wrapped_{n})",
    # bound again
    "for {b} in ({b},):\n    pass",
    "{b} = {b}",
    "{b} = ({b}, 1)[0]",
    "value_{n} = ({b} := {b})",
    "with contextlib.nullcontext({b}) as {b}:\n    pass",
    "{b}, value_{n} = {b}, 1",
    "{b} = 1",
    "def {b}(*args):\n    return 1",
    "match {b}:\n    case {b}:\n        pass",
    "try:\n    raise KeyError('x')\nexcept KeyError as {b}:\n    pass",
    "value_{n} = [{b} for {b} in (1, 2)]",
    "value_{n} = [each for each in ({b},)]",
    "value_{n} = [{b} for {b} in ({b},)]",
    "del {b}",
    # weighed in comprehensions
    "OFF_{n} = {{'f'}}\nTABLE_{n} = {{'f': {f}, 'plain': plain}}\n"
    "value_{n} = [TABLE_{n}[name]() for name in TABLE_{n} if name not in OFF_{n}]",
    "OFF_{n} = {{'plain'}}\nTABLE_{n} = {{'f': {f}, 'plain': plain}}\n"
    "value_{n} = [TABLE_{n}[name]() for name in TABLE_{n} if name not in OFF_{n}]",
    "value_{n} = [each(1) for each, on in (({f}, False), (plain, True)) if on]",
    "value_{n} = [each(1) for each, on in (({f}, True), (plain, False)) if on]",
    "for each_{n}, on_{n} in (({f}, False), (plain, True)):\n    if on_{n}:\n        each_{n}(1)",
    "class Kind_{n}(enum.Enum):\n    ONE = '{name}'\nvalue_{n} = [globals()[each.value]() for each in Kind_{n}]",
    "class Kind_{n}(enum.Enum):\n    ONE = functools.partial({f}, 1)\nvalue_{n} = [each.value() for each in Kind_{n}]",
    "value_{n} = [one(two) for one, two in zip([{f}, plain], [1, 2])]",
    "value_{n} = {{one: two() for one, two in [('a', {f})]}}",
)  # fmt: skip

# Pairs of an import that works by being loaded, and what shows it; both lines stand in one module.
EFFECTS = (
    ("from sklearn.experimental import enable_iterative_imputer",
     "def f{n}(*args):\n    from sklearn.impute import IterativeImputer\n    return IterativeImputer()"),
    ("import sklearn.experimental.enable_halving_search_cv",
     "def f{n}(*args):\n    from sklearn.model_selection import HalvingGridSearchCV\n    return HalvingGridSearchCV()"),
    ("import seaborn",
     "def f{n}(*args):\n    from matplotlib import pyplot\n    return pyplot.imshow(args, cmap='rocket')"),
    ("import seaborn",
     "def f{n}(*args):\n    from matplotlib import pyplot\n    return pyplot.imshow(args, cmap='viridis')"),
    ("import matplotlib\nimport matplotlib.dates", "def f{n}(*args):\n    return matplotlib.dates.get_epoch()"),
    ("import matplotlib\nimport matplotlib.dates", "def f{n}(*args):\n    return matplotlib.rc"),
)  # fmt: skip
