"""Flask's own terms in a file: apps, extensions, servers, debug mode, gunicorn configurations, work at startup.

In: the semantic model of a file. Out: what a call or class is. Asks `lint`, `analysis`, `inference`, `syntax`, `config`
and `model`.
"""
