"""Paths, folders and files of data (`pathlib`, `os`, `glob`, `csv`), as code for the walk to follow.

Only what lies in the project is looked at, by paths that begin at the root: those of the code's own files. What a path
from the working directory leads to is not known here.
"""

from __future__ import annotations

FOLDERS = """
def fspath(path):
    return path if isinstance(path, str) else path.__fspath__()

def listdir(path="."):
    return [name for name, _ in _entries(fspath(path))]

class DirEntry:
    def __init__(self, folder, name, is_folder):
        self.name, self.path, self._is_folder = name, folder.rstrip("/") + "/" + name, is_folder

    def is_dir(self, *, follow_symlinks=True):
        return self._is_folder

    def is_file(self, *, follow_symlinks=True):
        return not self._is_folder

    def is_symlink(self):
        return False

    def __fspath__(self):
        return self.path

def scandir(path="."):
    folder = fspath(path)
    return _Opened(iter([DirEntry(folder, name, is_folder) for name, is_folder in _entries(folder)]))

def walk(top, topdown=True, onerror=None, followlinks=False):
    if not topdown:
        _not_known()
    top = fspath(top)
    found = _entries(top)
    folders = [name for name, is_folder in found if is_folder]
    yield top, folders, [name for name, is_folder in found if not is_folder]
    for name in folders:
        yield from walk(top.rstrip("/") + "/" + name)
"""
TEXTS: dict[str, str] = {
    "builtins": """
class _Opened:
    def __init__(self, items):
        self._items = items

    def __iter__(self):
        return self._items

    def __next__(self):
        return next(self._items)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return None

    def close(self):
        return None

class _File(_Opened):
    def __init__(self, text):
        self._text, self._items = text, iter(text.splitlines(True))

    def read(self):
        return self._text

    getvalue = read

    def __getattr__(self, name):
        return _not_known()

    def readlines(self):
        return list(self._items)

    def readline(self):
        return next(self._items, "")

def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
    path = file if isinstance(file, str) else file.__fspath__()
    return _File(_text_of(path)) if mode in ("r", "rb", "rt") else _not_known()
""",
    "csv": """
def reader(lines, dialect="excel", *, delimiter=",", quotechar='"'):
    return iter(_rows_of(list(lines), delimiter, quotechar))

def DictReader(lines, fieldnames=None, *, delimiter=",", quotechar='"'):
    rows = _rows_of(list(lines), delimiter, quotechar)
    names = rows.pop(0) if fieldnames is None else list(fieldnames)
    return iter([dict(zip(names, row)) for row in rows])
""",
    "fnmatch": """
def fnmatch(name, pat):
    return _fits(name, pat)

fnmatchcase = fnmatch

def filter(names, pat):
    return [name for name in names if _fits(name, pat)]
""",
    "glob": """
def glob(pathname, *, root_dir=None, dir_fd=None, recursive=False, include_hidden=False):
    if root_dir is not None or ("**" in pathname and not recursive):
        _not_known()
    at = min(pathname.find(each) for each in "*?[" if each in pathname) if _is_pattern(pathname) else 0
    top = pathname[:at].rpartition("/")[0]
    return _matching(top, pathname[len(top) + 1:], False) if at and top else _not_known()

def iglob(pathname, *, recursive=False):
    return iter(glob(pathname, recursive=recursive))
""",
    "importlib.resources": """
def files(anchor=None):
    if anchor is None:
        _not_known()
    return _path(_folder_of(anchor))
""",
    **dict.fromkeys(
        ("json", "tomli", "tomllib"),
        """
def load(fp, **options):
    return loads(fp.read()) if not options else _not_known()
""",
    ),
    "pathlib": """
class PurePath:
    def __new__(cls, *parts):
        for each in parts:
            if not _is_known(each):
                return _outside()
        return object.__new__(cls)

    def __init__(self, *parts):
        self.__outside__ = _outside()
        self._text = _join(*[each if isinstance(each, str) else each.__fspath__() for each in parts])

    def __getattr__(self, name):
        return getattr(self.__outside__, name)

    def __str__(self):
        return self._text

    def __fspath__(self):
        return self._text

    def as_posix(self):
        return self._text

    def __truediv__(self, other):
        return type(self)(self, other)

    joinpath = lambda self, *others: type(self)(self, *others)

    def __rtruediv__(self, other):
        return type(self)(other, self)

    def __eq__(self, other):
        return isinstance(other, PurePath) and self._text == other._text

    def __lt__(self, other):
        return self.parts < other.parts

    def __bool__(self):
        return True

    @property
    def parts(self):
        root = ("/",) if self._text.startswith("/") else ()
        return (*root, *[each for each in self._text.split("/") if each and each != "."])

    @property
    def name(self):
        return self._text.rpartition("/")[2]

    @property
    def stem(self):
        return _split(self.name)[0]

    @property
    def suffix(self):
        return _split(self.name)[1]

    @property
    def parent(self):
        return type(self)(_folder(self._text) or ".")

    @property
    def parents(self):
        found = []
        while len(self.parts) > 1:
            self = self.parent
            found.append(self)
        return tuple(found)

    def with_name(self, name):
        return self.parent / name

    def with_suffix(self, suffix):
        return self.parent / (self.stem + suffix)

    def with_stem(self, stem):
        return self.parent / (stem + self.suffix)

    def is_absolute(self):
        return self._text.startswith("/")

    def match(self, pattern):
        return _fits(self.name, pattern) if "/" not in pattern else _not_known()

    def is_relative_to(self, other):
        other = type(self)(other)
        return self.parts[:len(other.parts)] == other.parts

    def relative_to(self, other):
        other = type(self)(other)
        if not self.is_relative_to(other):
            raise ValueError(self._text)
        return type(self)(*self.parts[len(other.parts):])

class Path(PurePath):
    def resolve(self, strict=False):
        return type(self)(_absolute(self._text))

    def absolute(self):
        return self if self.is_absolute() else _not_known()

    def expanduser(self):
        return self if self.is_absolute() else _not_known()

    def is_dir(self):
        return _is_there(self._text) and _is_folder(self._text)

    def is_file(self):
        return _is_there(self._text) and not _is_folder(self._text)

    def iterdir(self):
        return iter([self / name for name, _ in _entries(self._text)])

    def glob(self, pattern):
        return iter([type(self)(each) for each in _matching(self._text, pattern)])

    def rglob(self, pattern):
        return self.glob("**/" + pattern)

    def read_text(self, encoding=None, errors=None):
        return _text_if_known(self._text)

    def read_bytes(self):
        return _text_if_known(self._text)

    def open(self, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
        return _open(self._text, mode)

    @classmethod
    def cwd(cls):
        return _outside()

    @classmethod
    def home(cls):
        return _outside()

PurePosixPath = PurePath
PosixPath = Path
""",
    "yaml": """
def safe_load(stream):
    return loads(stream.read() if _is_known(stream) and not isinstance(stream, str) else stream)

full_load = safe_load

def load(stream, Loader=None):
    return safe_load(stream)
""",
}
