"""Starts side by side: what `flask startup bench` compares. This runs code, in child processes, when asked by name.

In: targets as the user names them. Out: what each start took, the figures that compare them, and both as text or JSON.
Asks `measure`, `project`, `config`, `model` and `files`.

targets.py  what the user names        checkout.py  a git revision's files in a folder
launch.py   a target, ready to start   rounds.py    who starts when, and what each start took
serve.py    a server, started once         load.py      what it is asked
compare.py  the statistics             as_text.py, as_json.py  the table
"""
