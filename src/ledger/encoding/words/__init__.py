"""Packed state words: one module per word, each with a reader per field, `pack`, `replace` and `unpack`.

Words are plain integers: a replay reads a million of them a second, and an object for each would cost most
of that.
"""
