"""The networks that are installed, and those of the catalogue that can be."""
