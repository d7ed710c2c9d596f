"""What a name is that one file leaves open. astroid stands behind it, and nothing else asks astroid.

In: a path of names in a file. Out: an answer (app, blueprint, extension, module, unknown). Asks `project`, `syntax`,
`config`, `model` and `files`.
"""
