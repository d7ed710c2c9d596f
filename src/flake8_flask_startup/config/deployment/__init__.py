"""Files that say how an app is deployed: Dockerfiles, Procfiles, compose files, environment files, scripts, units.

In: such a file. Out: one `Deployment`, commands and variables with their places, whatever the format; and the app that
a command starts. Asks `config`, `model` and `files`. The rules FST611 to FST615, which read deployments, stand in
`check.deployment`.
"""
