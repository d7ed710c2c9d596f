"""Abstract interpretation of what startup runs: module bodies, and the functions that they call.

In: the symbol tables of modules. Out: a trace of loads, calls and unresolved statements. Asks `startup.models`,
`startup.values`, `startup.graph`, `analysis`, `project`, `syntax`, `config`, `model` and `files`.
"""
