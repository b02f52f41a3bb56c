"""Per-input selection as the command line and a run see it: data, files, tables, charts."""
