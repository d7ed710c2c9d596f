"""Files beside the code: deployments, environments, logs, locks and notebooks of settings, from lines that belong there."""

from __future__ import annotations

from random import Random

SHELL = (
    "gunicorn -w 4 subject:app", "exec gunicorn --workers=4 'subject:create_app()'", "flask run --debug", "FLASK_DEBUG=1 flask run",
    "export PYTHONDONTWRITEBYTECODE=1", "if [ -z \"$X\" ]; then", "fi", "case $1 in", "esac", "a) ;;", "cat <<EOF", "EOF", "cat <<-'END'",
    "$(gunicorn -w 4 subject:app)", "`flask run --debug`", "for x in *; do", "done", "while :; do", "f() {", "}", "echo 'unbalanced",
    "gunicorn -w $((1+1)) \\", "", "\\", "${X:-gunicorn -w 3 a:b}", "(" * 400, "$(" * 400, "\"" * 301, "# noqa", "# noqa: FST611",
    "sh -c \"sh -c 'flask run --debug'\"", "env -i A=B C=D gunicorn --preload a:b", "python -B -m flask run", "<<EOF <<EOF2", "\x1b[31m",
    "gunicorn -c gunicorn.conf.py a:b && flask run --debug || x; y & z | w", "{" * 300, "uwsgi --ini x.ini", "a=" * 500, "&&", "|", ";;",
)  # fmt: skip
DOCKER = (
    "FROM python:3.13", "FROM python:3.13 AS dev", "FROM scratch AS \x1b[31m", "FROM dev", "# escape=`", "# syntax=docker/dockerfile:1",
    "ENV FLASK_DEBUG=1", "ENV PYTHONDONTWRITEBYTECODE 1", "ENV A=B \\", "RUN --mount=type=cache pip install flask", "RUN <<EOF",
    "COPY <<'A' <<\"B\" /x", "A", "B", "EOF", "CMD [\"gunicorn\", \"-w\", \"4\", \"a:b\"]", "CMD [not json", "CMD " + "[" * 5000,
    "CMD {\"a\":" * 300, "ENTRYPOINT [\"sh\", \"-c\"]", "SHELL [1, null]", "CMD [1, [2], {}]", "ONBUILD ONBUILD ONBUILD RUN flask run --debug",
    "HEALTHCHECK CMD flask run --debug", "ARG X=${X:-${X:-${X}}}", "USER", "\\", "# noqa: FST612", "ADD", "cmd flask run --debug",
    "CMD \"unbalanced", "EXPOSE ${PORT}", "STOPSIGNAL \\", "LABEL " + "a=b " * 900,
)  # fmt: skip
COMPOSE = (
    "services:", "  web:", "    command: gunicorn -w 4 a:b", "    command: [flask, run, --debug]", "    environment:", "      FLASK_DEBUG: 1",
    "      - FLASK_DEBUG=1", "    <<: *base", "x-base: &base", "  environment: {FLASK_DEBUG: true}", "    entrypoint: !!python/object/apply:os.system [id]",
    "    command: &a [*a]", "a: &a [*a, *a]", "? [a, b]", ": c", "    command: !!binary aGk=", "---", "...", "%YAML 9.9", "    profiles: [dev]",
    "  : ", "    command: |", "      flask run --debug", "    command: >-", "1: 2", "null: ~", "    ports: 0x1f", "    when: 2001-02-30", "\t",
    "  web: 3", "    deploy: " + "{a: " * 300, "    deploy: " + "[" * 900, "    x: !!float .inf", "    ? " * 50, "services: []", "    command: 12:30:45",
    "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]", "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]", "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]", "e: &e [*d,*d,*d,*d,*d,*d,*d,*d]",
    "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]", "g: [*f,*f,*f,*f,*f,*f,*f,*f,*f]", "    command: *f", "    environment: *g", "    extends: {service: web}",
)  # fmt: skip
UNIT = (
    "[Unit]", "[Service]", "[Install]", "ExecStart=/usr/bin/gunicorn -w 4 a:b", "ExecStart=-@!/bin/sh -c 'flask run --debug'", "Environment=FLASK_DEBUG=1",
    "Environment=\"A=B\" 'FLASK_DEBUG=1' \\", "EnvironmentFile=-/dev/zero", "EnvironmentFile=../outside/victim.txt", "ExecStart=", "=", "[", "ExecStart=\\",
    "; comment", "# noqa", "ExecStart=%h/%n %%", "Environment=" + "A=B " * 900, "ExecStartPre=flask run --debug", "ExecStart=\"unbalanced",
)  # fmt: skip
PROCFILE = tuple(f"web: {line}" for line in SHELL) + ("web", ":", "web:", "a b: flask run --debug", ": flask run --debug", "web:web:web: x")
ENVIRONMENT = (
    "FLASK_APP=startup_entry", "FLASK_APP=startup_entry:create_app('x')", "FLASK_DEBUG=1", "export FLASK_ENV=development", "A=${A}", "A=${B:-${C}}", "B=$A",
    "FLASK_APP=", "FLASK_APP=../outside/victim.py", "FLASK_APP='unbalanced", "=", "A", "\"A\"=\"B\nC\"", "FLASK_APP=" + "a." * 3000, "FLASK_APP=\x1b[31m",
    "PYTHONDONTWRITEBYTECODE=x", "FLASK_DEBUG = 'true' # comment", "FLASK_APP=:", "FLASK_APP=/dev/zero", "FLASK_APP=.", "FLASK_APP=subject.py:app:app",
)  # fmt: skip
LOG = (
    "import time: self [us] | cumulative | imported package", "import time:       100 |        200 | site", "import time:       100 |        200 | subject",
    "import time:   1 | 1 |   well_neighbour", "import time: " + "9" * 400 + " | 1 | x", "import time: -1 | 1 | x", "import time: 1 | 1 | " + "  " * 900 + "x",
    "import time: 1 | 1 | \x1b[31mred", "import time: 1 | 1 | " + "a." * 900 + "a", "import time: 1 | 1 | .", "import time: 1 | 1 | \ud800", "import time: 1|1|x",
    "import time: 1 | 1 | tensorflow", "hello import time: 5 | 6 | pandas", "import time: \u0661 | 1 | x", "import time: 1 | 1 | a..b", "Traceback (most recent call first):",
    "import time: 1 | 1 | startup_entry", "import time: " + " " * 30_000 + "1 |", "import time: 00001 | 1 | numpy", "import time:  1 | 1 | <stdin>", "\0",
)  # fmt: skip
LOCK = (
    "# What startup is predicted to load.", "entry startup_entry", "entry nosuch:x", "total 512 ms", "flask 90 ms", "tensorflow 1,602 ms", "pandas unmeasured",
    "pandas 1e5 ms", "pandas " + "9" * 400 + " ms", "pandas , ms", "pandas . ms", "pandas ms", "entry", "entry ", "entry \x1b[31m", "total", "\ud800 1 ms",
    "flask 90 ms", "pandas -1 ms", "entry :", "entry .", "entry " + "a." * 2000, "<<<<<<< HEAD", "=======", "pandas \u0661 ms", "pandas 1.2.3 ms",
)  # fmt: skip
GUNICORN = (
    "workers = 4", "preload_app = True", "reload = True", "import multiprocessing", "workers = multiprocessing.cpu_count() * 2 + 1", "bind = open('/dev/zero').read()",
    "raw_env = ['FLASK_DEBUG=1']", "from subject import *", "workers = int(os.environ['W'])", "preload_app = bool(x)", "def on_starting(server): import pandas",
    "workers = 10 ** 10 ** 10", "globals()['reload'] = True", "exec(open('x').read())", "wsgi_app = 'startup_entry:app'", "if workers > 1:\n    preload_app = False",
    "for reload in [True]: pass", "del workers", "workers: int = 4", "workers = workers = 'x' * 10 ** 12", "class workers: reload = True", "preload_app = not preload_app",
)  # fmt: skip

# What a file is called, and what its lines are made of.
FILES: dict[bytes, tuple[str, ...]] = {
    b"start.sh": SHELL, b"Procfile": PROCFILE, b"Dockerfile": DOCKER, b"web.Dockerfile": DOCKER, b"compose.yaml": COMPOSE,
    b"docker-compose.prod.yml": COMPOSE, b"web.service": UNIT, b".flaskenv": ENVIRONMENT, b".env": ENVIRONMENT, b"gunicorn.conf.py": GUNICORN,
}  # fmt: skip


def lines(pool: tuple[str, ...], random: Random) -> bytes:
    """Return a text of lines of a pool, some of them indented, cut or run together."""
    drawn = [random.choice(pool) for _ in range(random.choice((1, 3, 8, 20)))]
    ends = random.choice(("\n", "\n", "\n", "\r\n", "\r", "\\\n", " "))
    made = [_touched(each, random) for each in drawn]
    head = random.choice((b"", b"", b"", b"\xef\xbb\xbf", b"\xff\xfe"))
    return head + ends.join(made).encode("utf-8", "surrogatepass") + random.choice((b"", b"\n", b"\\", b"\n\n\\\n"))


def _touched(line: str, random: Random) -> str:
    match random.randrange(10):
        case 0:
            return line[: random.randint(0, len(line))]
        case 1:
            return "  " * random.randint(1, 4) + line
        case 2:
            return line + " " + line
        case 3:
            return line.replace(" ", random.choice(("\t", "  ", "\xa0", "\\\n", "")))
        case _:
            return line
