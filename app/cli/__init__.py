"""The command line: `main` is what main.py calls."""

from app.cli.entry import main as main
