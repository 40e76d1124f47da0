"""The EVM chain: connection, contracts, deployment, and the engines that run it."""
