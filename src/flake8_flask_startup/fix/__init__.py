"""The plan carried out: findings and the startup come in, edits of whole files come out, each checked before it counts.

Asks `fix.factory`, `check`, `check.deployment`, `measure`, `lint`, `lint.flask`, `startup`, `startup.graph`,
`analysis`, `project`, `syntax`, `config`, `config.deployment`, `model` and `files`. LibCST, the `[fix]` extra, is
imported here alone, and only by what edits.
"""
