"""The language server: what an editor holds unsaved in, diagnostics, hints, explanations and edits out.

`server` speaks the protocol and starts a process for each folder that is open (`worker`), which does all the work, so
that no keystroke waits for it. Asks `fix`, `check`, `lint`, `startup`, `startup.graph`, `project`, `syntax`, `costs`,
`config`, `model` and `files`. pygls and lsprotocol, the `[lsp]` extra, are imported here alone, and by what speaks the
protocol only.
"""
