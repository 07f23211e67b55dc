"""What a redesign buys: which of its changes did it, and what else would help."""
