"""What imports and calls cost, in milliseconds on the reference machine.

In: cost tables (TOML). Out: rows and their arithmetic. Asks `model` and `files`.
"""
