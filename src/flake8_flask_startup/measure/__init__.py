"""Measure what imports and calls cost. With bench/ and verify/, the only package that runs foreign code: in child
processes, when asked by name.

In: names of modules, calls and apps, and the interpreter that runs them. Out: samples, rows of a cost table. Asks
`measure.bench`, `project`, `syntax`, `costs`, `model` and `files`.

samples.py  what one child reports            process.py  start children, watch and end them
session.py  which child comes next, and a journal of all  estimate.py  samples -> one row
rows.py     rows -> TOML                      project.py  what a project imports
fit.py      the model for what no row covers  probe.py, child.py  the programs the children run
app_run.py  one start of an app               started.py, app_child.py  what its child reports, and runs
processes.py  what the system tells of processes, and their end   ready.py, locked_versions.py  a checklist
"""
