"""Inputs that nobody would write, and what the linter and the report do with them.

A seed and a number give a batch of cases (`kinds`); a case is a project to write (`case`, `sandbox`) with a healthy
neighbour in it. It is run in a process of its own (`doors`), judged (`judging`), and the batch becomes one line of a
journal (`job`). A case that fails is made smaller (`smaller`).
"""
