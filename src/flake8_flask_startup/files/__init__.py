"""Reading, parsing and walking what the project holds, without waiting, without filling memory, without a traceback.

Everything that opens a file of the project, or looks through its folders, asks a module in here. It asks nothing above.
"""
