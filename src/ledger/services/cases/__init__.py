"""Cases: questions to a person, worked off in a queue and decided with a reason."""
