"""Rosters as communities keep them: which column is which, and what each row says about a person.

`table` finds the heading and the rows of people in a sheet, `row` reads one of them, `check` a whole file.
"""
