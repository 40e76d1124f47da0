"""What is done, and when, for someone whose certification runs out without new evidence."""
