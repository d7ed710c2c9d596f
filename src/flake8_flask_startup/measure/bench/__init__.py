"""Starts side by side: what `flask startup bench` compares. This runs code, in child processes, when asked by name.

targets.py  what the user names        checkout.py  a git revision's files in a folder
launch.py   a target, ready to start   rounds.py    who starts when, and what each start took
serve.py    a server, started once         load.py      what it is asked
compare.py  the statistics             as_text.py, as_json.py  the table
"""
