"""Many files checked at once, as flake8 would with `--select=FST`: found, read, checked, and their results kept.

In: paths and settings. Out: violations, in the words of flake8. `deployment` reads what flake8 cannot. Asks `lint`,
`startup`, and all that they may ask.
"""
