"""What every request goes through, as plain ASGI: its size, its headers, its line in the access log."""
