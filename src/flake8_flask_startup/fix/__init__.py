"""The plan carried out: findings and the startup come in, edits of whole files come out, each checked before it counts.

It asks `report`, `check` and all below them. LibCST, the `[fix]` extra, is imported here alone, and only by what edits.
"""
