"""Measuring a candidate once, in a process of its own."""
