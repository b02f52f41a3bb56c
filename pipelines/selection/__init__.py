"""The science of choosing: pure functions from a table of measurements to a choice."""
