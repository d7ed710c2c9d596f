"""Rules about deployment files, which flake8 cannot read: FST611 to FST615, pure filters over a `Deployment`.

In: a deployment file. Out: its result, as for a Python file. Asks `config.deployment`, which reads the file.
"""
