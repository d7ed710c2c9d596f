"""A folder as Python sees it: its modules, the text of its files, and who refers to whom.

In: folders and dotted names. Out: module files and references to them. Asks `syntax`, `costs`, `config`, `model`
and `files`.
"""
