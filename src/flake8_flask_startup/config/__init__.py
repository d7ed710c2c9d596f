"""Options and where they come from: flake8's files, pyproject.toml, the command line, and what a project gives away.

In: option values, folders. Out: `Settings` and entry points. Asks `config.deployment`, `model` and `files`.
"""
