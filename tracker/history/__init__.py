"""What many versions of one policy tell together: since when clauses and facts stand, and what came back.

Versions are meant by their place in the history, 0 the oldest.
"""
