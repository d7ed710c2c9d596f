"""Many files checked at once, as flake8 would with `--select=FST`: found, read, checked, and their results kept.

In: paths and settings. Out: violations, in the words of flake8. `deployment` checks the files that flake8 cannot read.
Asks `lint`, `lint.rules`, `startup`, `startup.graph`, `inference`, `project`, `costs`, `config`, `model` and `files`.
"""
