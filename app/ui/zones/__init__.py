"""Zones in the window: shown over the picture, and drawn there by mouse, touch or keys."""
