"""The embedded chain: Anvil as a supervised child, made durable by a journal and dumps."""
