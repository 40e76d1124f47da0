"""The HTTP edge: the API under `/v1`, the console's pages, and the probes of whoever runs the service."""
