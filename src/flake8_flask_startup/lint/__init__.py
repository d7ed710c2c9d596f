"""One file's semantic model, and the boot if there is one, turned into findings.

In: a source and the settings. Out: findings, ordered by line. `rules` are pure filters, `flask` knows apps, extensions,
blueprints and servers. Asks `lint.rules`, `startup`, `analysis`, `inference`, `project`, `syntax`, `costs`, `config`,
`model` and `files`.
"""
