"""What libraries do that matters to a trace: imports by name, paths, listings, Flask's configuration.

In: a call and abstract values. Out: abstract values. Asks the abstract values of `startup.interpreter`.
"""
