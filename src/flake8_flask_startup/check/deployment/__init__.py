"""Rules about deployment files, which flake8 cannot read: FST611 to FST615, pure filters over a `Deployment`.

In: a deployment file. Out: its result, as for a Python file. `config.deployment` reads the file.
Asks `check`, `lint`, `lint.flask`, `config`, `config.deployment`, `model` and `files`.
"""
