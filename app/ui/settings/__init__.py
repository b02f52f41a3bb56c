"""What one changes often in the configuration file."""
