"""The commands of `ledger audit`."""
