"""One file's semantic model turned into verdicts: its call graph, what escapes it, the fate of each import.

In: the symbol table of a file, its references from other files. Out: what runs while it loads, and what may become of
an import statement. Asks `inference`, `project`, `syntax`, `costs`, `config`, `model` and `files`.
"""
