"""Many files checked at once, as flake8 would with `--select=FST`: found, read, checked, and their results kept."""
