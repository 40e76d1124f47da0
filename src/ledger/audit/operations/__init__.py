"""Whether everything that the service accepted went the way that docs/submission.md allows."""
