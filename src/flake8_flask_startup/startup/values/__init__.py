"""What expressions stand for: abstract values, what they answer, where code stores them, what is remembered of them.

In: values of `syntax`. Out: sets of abstract values. Asks `project`, `syntax`, `config` and `model`; the evaluator of
`startup.interpreter` is handed in.
"""
