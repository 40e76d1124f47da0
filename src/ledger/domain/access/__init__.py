"""The access log as others check it: its entries, and the proofs that they are in the anchored tree."""
