"""Asking the firmware of a Raspberry Pi."""

from __future__ import annotations

import os

from pipelines.power.sysfs import Unreadable

_TIMEOUT_S = 0.5


class Vcgencmd:
    """The program `vcgencmd`: the one on the search path, or the one that a recorded tree has."""

    def __init__(self, root: str) -> None:
        """*root*: the folder that stands for "/"."""
        root = root.rstrip("/")
        self._program: str | None
        if root:
            program = f"{root}/usr/bin/vcgencmd"
            self._program = program if os.path.isfile(program) else None
        else:
            import shutil

            self._program = shutil.which("vcgencmd")

    def ask(self, question: str) -> str:
        """The answer's text, stripped. Raises Unreadable."""
        if self._program is None:
            raise Unreadable("no vcgencmd, the tool of the Raspberry Pi, on this machine")
        import subprocess

        try:
            answer = subprocess.run(
                [self._program, question],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            raise Unreadable(f"vcgencmd did not answer within {_TIMEOUT_S} s") from problem
        except OSError as problem:
            raise Unreadable(f"{self._program}: {problem.strerror}") from problem
        if answer.returncode:
            raise Unreadable(
                f"vcgencmd ended with status {answer.returncode}; "
                "a user outside the group `video` may not ask the firmware"
            )
        return answer.stdout.decode("utf-8", "replace").strip()
