"""Project folders as strangers leave them: links, pipes, odd names, odd encodings, and files nobody may read."""

from __future__ import annotations

from random import Random

from .case import Folder, Hole, Link, Node, Pipe, Socket, Text

MODULES = (
    b"subject.py",
    b"nb.py",
    b"subject/__init__.py",
    b"subject/nb.py",
    b"subject/subject.py",
    b"src/nb.py",
    b"lib/nb/__init__.py",
    b"nb.pyi",
    b"nb.so",
    b"nb.abi3.so",
    b"nb.pyc",
    b"__pycache__/nb.cpython-311.pyc",
    b"__init__.py",
    b"__main__.py",
    b"conftest.py",
    b"app.py",
    b"wsgi.py",
    b"manage.py",
    b"gunicorn.conf.py",
    b"setup.py",
    b"tests/test_nb.py",
    b"migrations/versions/a.py",
)
DATA = (
    b"conf.yaml",
    b".gitignore",
    b".dockerignore",
    b".env",
    b".flaskenv",
    b"Dockerfile",
    b"Procfile",
    b"compose.yaml",
    b"start.sh",
    b"web.service",
    b"requirements.txt",
    b"costs.toml",
    b"flask-startup.lock",
    b".python-version",
    b"templates/x.html",
    b"setup.py",
    b"flask_startup_cache",
    b"pandas-1.0.dist-info/RECORD",
    b"nb.egg-link",
    b"x.pth",
)
ODD = (
    b"g\xff.py",
    b"\xe9t\xe9.py",
    "\u00e9t\u00e9.py".encode(),
    b"a b.py",
    b"a\nb.py",
    b"a\x1b[31mred.py",
    b"a\x7f.py",
    b"a\tb.py",
    b"-q.py",
    b"--output=x.py",
    b"'.py",
    b'".py',
    b"$(touch x).py",
    b"%s.py",
    b"{0}.py",
    b"a:1:1: FST101.py",
    b"\xc2\x85.py",
    b"\xe2\x80\xae.py",
    b".py",
    b"..py",
    b"...",
    b"a.b.c.py",
    b"class.py",
    b"1.py",
    b"CON.py",
    b"a" * 250 + b".py",
    b"\xed\xa0\x80.py",
    b"#.py",
    b"~.py",
    b"*.py",
    b"[a].py",
    b"a\rb.py",
    b"\\.py",
    b"\xf0\x9f\x90\x8d.py",
    b"noqa.py",
    b"import.py",
    b"None.py",
    b"__init__.py\n",
)
TARGETS = (
    b".",
    b"..",
    b"../..",
    b"/",
    b"/dev/zero",
    b"/dev/null",
    b"/dev/stdin",
    b"/dev/random",
    b"/proc/self/mem",
    b"/proc/self/fd/0",
    b"/etc/passwd",
    b"nowhere",
    b"../outside/victim.py",
    b"../outside",
    b"../outside/victim.txt",
    b"subject.py",
    b"subject",
    b"nb.py",
    b"a/b/c",
    b"well_neighbour.py",
    b"",
    b"x" * 300,
    b"\xff",
)
CODE = (
    b"",
    b"import nb\nimport subject\n",
    b"import pkgutil\nfor _ in pkgutil.walk_packages(__path__): pass\n",
    b"import pathlib\nfor p in pathlib.Path(__file__).parent.glob('**/*'): p.read_text()\n",
    b"import importlib, os\nfor n in os.listdir(os.path.dirname(__file__)):\n    importlib.import_module(n[:-3])\n",
    b"import yaml\nCONF = yaml.safe_load(open('conf.yaml'))\nimport importlib\nimportlib.import_module(CONF['x'])\n",
    b"\xef\xbb\xbfimport pandas\n\n\ndef f():\n    return pandas.x\n",
    b"# -*- coding: latin-1 -*-\nimport pandas  # \xe9\n",
    b"# coding: klingon\nimport pandas\n",
    b"\xff\xfei\0m\0p\0o\0r\0t\0 \0x\0",
    b"x = '\xff'\n",
    b"import pandas\n\0\n",
    b"def f(:\n",
    b"lazy import pandas\nlazy from json import loads\n",
    b"type X[T = int] = list[T]\nx = t'{1}'\n",
    b"match x:\n  case {**y}: import nb\n",
    b"try:\n    import nb\nexcept* ValueError:\n    pass\n",
    b"print 'two'\n",
    b"import pandas\r\rx = 1\r\n",
    b"import pandas\x0c\n",
    b"\x1a",
    b"from .. import nb\nfrom ...nb import x\n",
    b"from flask import Flask\nimport nb\n\n\ndef create_app():\n    return Flask(__name__)\n",
    b"x = [" * 95 + b"]" * 95 + b"\n",
    b"x = " + b"1 + " * 9000 + b"1\n",
    b"import pandas; " * 300 + b"\n",
    bytes(range(256)) * 9,
    b"if 1:\n" + b"".join(b" " * depth + b"if 1:\n" for depth in range(1, 95)) + b" " * 95 + b"import pandas\n",
)


def folder(random: Random) -> dict[bytes, Node]:
    """Return the nodes of a project; a node that cannot lie beside another is left out."""
    nodes: dict[bytes, Node] = {}
    for _ in range(random.choice((1, 2, 4, 8, 16))):
        name = random.choice((*MODULES, *MODULES, *DATA, *ODD))
        inside = b"/".join(random.choice((b"subject", b"src", b"a", b"a" * 200, b"\xff", b".hidden")) for _ in range(2))
        if random.random() < 0.25:
            name = inside[: random.choice((1, 7, len(inside)))].strip(b"/") + b"/" + name
        node = _node(random)
        if not _is_taken(name, node, nodes):
            nodes[name] = node
    return nodes


def _node(random: Random) -> Node:
    drawn = random.random()
    if drawn < 0.55:
        return Text(random.choice(CODE), random.choice((0o644, 0o644, 0o644, 0o644, 0o000, 0o200)))
    if drawn < 0.8:
        return Link(random.choice(TARGETS) or b".")
    return random.choice(
        (Pipe(), Pipe(), Socket(), Folder(), Folder(0o000), Folder(0o444), Hole(3 << 30), Hole(1 << 20))
    )


def _is_taken(name: bytes, node: Node, nodes: dict[bytes, Node]) -> bool:
    """Return whether a name is taken, lies below what is no folder, is none of its own, or is too long."""
    parts = [part for part in name.split(b"/") if part != b"."]
    above = {b"/".join(parts[:end]) for end in range(1, len(parts))}
    is_below = any(each in nodes for each in above)
    is_above = any(each.startswith(name + b"/") for each in nodes)
    is_too_long = isinstance(node, Socket) and len(name) > 30
    return (
        parts != name.split(b"/")
        or name in nodes
        or is_below
        or is_above
        or is_too_long
        or any(len(part) > 255 for part in parts)
    )


def deep(random: Random) -> dict[bytes, Node]:
    """Return a project of links that lead round and round, or of packages within packages."""
    match random.randrange(5):
        case 0:
            return {
                b"subject/__init__.py": Text(CODE[2]),
                **{b"subject/again%d" % number: Link(b".") for number in range(random.randint(1, 6))},
            }
        case 1:
            length = random.choice((2, 39, 41, 200))
            links: dict[bytes, Node] = {b"l%d.py" % n: Link(b"l%d.py" % ((n + 1) % length)) for n in range(length)}
            return {b"subject.py": Text(b"import l0, l1\n"), **links}
        case 2:
            depth = random.choice((5, 60, 150))
            path, nodes = b"subject", dict[bytes, Node]()
            for _ in range(depth):
                nodes[path + b"/__init__.py"] = Text(b"from . import a\nfrom .. import a as b\nimport subject.a.a.a\n")
                path += b"/a"
            nodes[path + b"/__init__.py"] = Text(CODE[2])
            return nodes
        case 3:
            many = random.choice((50, 300))
            modules: dict[bytes, Node] = {
                b"m%d.py" % n: Text(
                    b"import m%d\nfrom m%d import *\nx = m%d.x\n" % ((n + 1) % many, (n * 7) % many, n // 2)
                )
                for n in range(many)
            }
            return {b"subject.py": Text(b"import m0\n"), **modules}
        case _:
            return {
                b"subject.py": Text(random.choice(CODE[2:5])),
                b"a": Link(b"b"), b"b": Link(b"a"), b"c": Link(b"c/c"), b"d/e": Link(b".."), b"d/f": Link(b"../d"),
                b"g": Link(b"../outside"),
            }  # fmt: skip
