"""The ladder at work: what the register does by itself, and what people do and write down."""
