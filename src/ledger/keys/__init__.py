"""Secrets: the key vault, signing, and the sealing of personal data."""
