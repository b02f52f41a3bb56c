"""The panel beside the picture: which scenario is in force, what it chooses, and what changed."""
