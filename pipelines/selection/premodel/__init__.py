"""Which network for this very frame: per-input selection, and whether it is worth its cost.

`outcomes` runs every network on every picture; `strategies` learn from that; `evaluation` judges
them on pictures that they did not learn from. `deploy` keeps the one that stood the test, `router`
runs it. docs/adapting.md says what the routers are and what they reach.
"""

# How users call a router, to tell it from a network.
PREFIX = "adapt:"
