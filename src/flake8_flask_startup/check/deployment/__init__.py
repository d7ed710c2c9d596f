"""Files that say how an app is deployed: Dockerfiles, Procfiles, compose files, environment files, scripts, units.

flake8 cannot read them. Each reader makes one `Deployment` of a file, commands and variables with their places; the
rules FST611 to FST615 are pure filters over it.
"""
