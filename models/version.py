"""The version of Saccade."""

VERSION = "0.1.0"
