"""Apps that module code builds, built in a factory instead.

In: the text of a file and what it has of an app. Out: the text of the file with a factory. Asks `fix`, `startup`,
`startup.graph`, `project`, `syntax`, `config`, `model` and `files`.

What a module does with its app goes into `create_app()`, in its order. Routes and handlers stay functions of the
module, and are registered there; so endpoints, and the URL map, stay what they are. Whoever asks the module for the
app, a server or a script, gets the one that a module `__getattr__` (PEP 562) makes then.
"""
