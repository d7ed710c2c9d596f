"""One file's syntax tree turned into bindings, scopes, references, phases and static conditions.

In: a tree and the Python it targets. Out: frozen tables of symbols, and the resolver of names. Asks `config`, `model`
and `files`.
"""
