"""Who is paid what for a month, and why: from dated facts alone, so that the answer never depends on the day
it was asked for.
"""
