"""The governor: rules over what was measured that shift the scenario, and never make it flap."""
