"""The closed loop: what runs is held against its row of the table, and given up if it misses."""
