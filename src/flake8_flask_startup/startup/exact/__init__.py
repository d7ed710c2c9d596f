"""Startup followed step by step, as Python does it, for as long as all that it needs is known.

In: a project and its entry points. Out: what was loaded up to the first step that is not known, statement by
statement, and whether that was all. Asks `startup.models`, `startup.values`, `startup.graph`, `analysis`, `project`,
`syntax`, `config`, `config.deployment`, `model` and `files`.

Nothing of the project runs: its statements are read off its trees, and what they do is done to objects of our own.
Plain values alone (numbers, strings, containers) are handed to Python's operators, each step of which is bounded.

The interpreter beside it finds what may happen, from sets of values; the walk finds what happens, one step at a time,
and ends where a library, a variable of the environment or a text from outside has a say.
"""
