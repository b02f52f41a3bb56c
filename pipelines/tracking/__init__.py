"""Things that keep their identity from one result to the next."""
