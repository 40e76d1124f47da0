"""The audit's report: one HTML file that a head of department can read, print and keep."""
