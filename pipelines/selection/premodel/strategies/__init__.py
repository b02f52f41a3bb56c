"""Routers: how they learn, and what they decide."""
