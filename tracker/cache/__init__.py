"""What was worked out once and may be needed again: a derived store that can be deleted at any time."""
