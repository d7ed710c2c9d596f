"""Two versions of a project started and compared: what `flask startup verify` does. This runs both, in child processes.

In: two versions as the user names them. Out: what differs between their apps, as text or JSON. Asks `measure`,
`measure.bench`, `config`, `model` and `files`.

sides.py    what the user names -> a version, ready to start     observe_child.py  the program of a child
observed.py what a child saw of the app                          compare.py        what differs between two versions
rounds.py   who starts when, until every answer is stable        as_text.py, as_json.py  the result, printed
"""
