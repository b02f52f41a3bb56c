"""What goes on around a measurement: the power drawn, and what makes a sample invalid."""
