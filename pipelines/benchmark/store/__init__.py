"""Where measurements are kept: one SQLite file, which survives whatever ends the process."""
