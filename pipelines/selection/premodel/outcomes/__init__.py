"""What every network makes of every picture."""
