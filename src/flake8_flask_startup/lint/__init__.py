"""One file's semantic model, and the boot if there is one, turned into findings.

In: a source and the settings. Out: findings, ordered by line. `rules` are pure filters, `flask` knows apps, extensions,
blueprints and servers. Asks `startup`, `analysis`, and all that they may ask.
"""
