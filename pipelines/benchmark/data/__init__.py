"""The pictures that a benchmark runs on, and their truth where it is known."""
