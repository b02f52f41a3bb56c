"""Measurements among devices of one kind, so that the second of them need not benchmark."""
