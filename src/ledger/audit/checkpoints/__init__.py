"""Checkpoints: what replays added up to at a block, signed by auditors, anchored, and built upon."""
