"""What libraries do that matters to a trace: imports by name, paths, listings, Flask's configuration.

In: a call and abstract values. Out: abstract values. Asks `startup.values`, `analysis`, `project`, `syntax`, `config`,
`config.deployment`, `model` and `files`.
"""
