"""Saccade: `python main.py --help`."""

import os
import sys
import threading

if __name__ == "__main__":
    try:
        from app.cli import main

        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    if threading.active_count() > 1:
        # A camera that hangs in its driver holds a thread that nothing can end; an orderly exit
        # would tear it out of C++ code and abort.
        os._exit(status)
    sys.exit(status)
