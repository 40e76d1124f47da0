"""What requests may hold. Answers are the frozen dataclasses of `ledger.services`, as JSON."""
