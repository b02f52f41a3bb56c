"""How well things are told apart, and what the motion gate saves and costs."""
