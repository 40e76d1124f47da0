"""The write and the read path: the only place where chain and store meet. States: docs/submission.md."""
