"""A trace as a graph: what each module costs, what removing statements saves, the smallest cuts.

In: a trace and a cost table. Out: totals, savings, removals in milliseconds. Asks `project`, `costs`, `model` and
`files`.
"""
