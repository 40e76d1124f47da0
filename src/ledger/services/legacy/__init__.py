"""Coming from the old platform: its register taken over, reconciled, and run beside ours for a month."""
