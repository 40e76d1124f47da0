"""What is true: rules without I/O, which take `now` as an argument."""
