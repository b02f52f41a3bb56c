"""Saccade: `python main.py --help`."""

import os
import sys
import threading

from app.cli import main

if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    if threading.active_count() > 1:
        # A camera that hangs in its driver holds a thread that nothing can end; an orderly exit
        # would tear it out of C++ code and abort.
        os._exit(status)
    sys.exit(status)
