"""Measures candidates on this very device: accuracy, throughput, power, memory."""
