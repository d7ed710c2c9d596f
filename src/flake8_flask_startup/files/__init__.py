"""Reading, parsing, walking, writing, locking and showing files safely, and the signals and memory of the process.

In: paths and bytes. Out: sources with their encodings, parsed documents, whole writes, locks; one line for what is
refused. What opens or writes a file of the project, or looks through its folders, asks a module in here. So does what
is kept: one folder of our own making (`cache`), one identity of a file (`identity`), one clock (`ttl`). Asks nobody.
"""
