"""The static startup trace: from entry points to the boot of an app.

In: entry points and a project. Out: a boot, with what it loads, what that costs, and what a cut saves.
`interpreter` runs the code abstractly, `models` say what libraries do, `graph` prices and cuts. Asks `analysis`,
`inference`, `project`, `syntax`, `costs`, `config`, `files`, `model`.
"""
