"""Notices to people and their families: written down first, then sent until somebody says they arrived."""
