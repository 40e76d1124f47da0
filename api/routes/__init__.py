"""The API under `/v1`: each route reads its request, calls one use case, and gives back its answer."""
