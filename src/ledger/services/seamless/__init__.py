"""Seamless certification: the nightly run, what it came to and why, and notices given in bulk."""
