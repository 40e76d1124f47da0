"""The month's work: lists of who is paid what, their way to civil affairs, forms, and payments' results."""
