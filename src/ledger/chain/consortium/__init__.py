"""A consortium's own network: Cosmos EVM on CometBFT, a validator for each member."""
