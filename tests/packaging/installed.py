"""What `packaging/install.sh` makes of this checkout, in folders of its own."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
LAUNCHER = PACKAGING / "saccade"


@dataclass(frozen=True)
class Installation:
    """A user's home, and the folder that stands for the system's "/"."""

    home: Path
    system: Path

    def install(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        return subprocess.run(
            [PACKAGING / "install.sh", *arguments],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "DESTDIR": str(self.system),
                "SUDO_USER": "daemon",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    @property
    def entry(self) -> Path:
        return self.home / ".local/share/applications/saccade.desktop"

    @property
    def icon(self) -> Path:
        return self.home / ".local/share/icons/hicolor/scalable/apps/saccade.svg"

    @property
    def autostart(self) -> Path:
        return self.home / ".config/autostart/saccade.desktop"

    @property
    def units(self) -> dict[str, Path]:
        system = self.system / "etc/systemd/system"
        return {
            "headless": system / "saccade.service",
            "kiosk": system / "saccade-kiosk.service",
            "desktop": self.home / ".config/systemd/user/saccade.service",
        }

    def files(self) -> list[Path]:
        """Whatever lies there."""
        folders = (self.home, self.system)
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
