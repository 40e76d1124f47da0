"""How things are written as bytes: hashes, packed words, entries, typed data, canonical JSON. Pure."""
