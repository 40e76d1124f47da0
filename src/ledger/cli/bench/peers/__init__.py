"""What `ledger bench gas` measures beside: registries of others, and the least that a record costs."""
