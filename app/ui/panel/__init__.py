"""The side panel: where it stands, its tabs, and which camera it is about."""
