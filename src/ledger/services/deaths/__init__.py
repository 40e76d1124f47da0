"""Deaths, both ways: reported, confirmed by others than the reporter, and rescinded with everyone told."""
