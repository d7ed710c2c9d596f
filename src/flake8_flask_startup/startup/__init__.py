"""The static startup trace: from entry points to the boot of an app.

In: entry points and a project. Out: a boot, with what it loads, what that costs, and what a cut saves.
`interpreter` runs the code abstractly, `exact` step by step, `models` say what libraries do, `graph` prices and cuts.
Asks `startup.interpreter`, `startup.exact`, `startup.values`, `startup.graph`, `analysis`, `inference`, `project`,
`syntax`, `costs`, `config`, `model` and `files`.
"""
