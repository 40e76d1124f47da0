"""Departments' signals: what they may report about whom, how it comes in, how it is read and forgotten."""
