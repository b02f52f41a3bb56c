"""The kiosk's window under a real cage, whose outputs are in memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.app.service_manager import Manager
from tests.packaging.installed import ROOT
from tests.recorded.tree import shared_folder

NOBODY = 65534


def test_a_run_under_cage_shows_its_window_and_feeds_the_watchdog_as_cages_child() -> None:
    for program, package in (("cage", "cage"), ("Xwayland", "xwayland")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (apt install {package})")
    with shared_folder() as folder:
        manager = Manager(folder / "notify")
        own = folder / "own"
        own.mkdir(mode=0o700)
        # cage refuses to run as root.
        become = []
        if os.geteuid() == 0:
            os.chown(own, NOBODY, NOBODY)
            become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        run = ["run", "--kiosk", "--source", "synthetic:320x240@30", "--model", "none"]
        with subprocess.Popen(
            [*become, "cage", "-d", "--", sys.executable, str(ROOT / "main.py"), *run],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(own),
                "XDG_RUNTIME_DIR": str(own),
                "QT_QPA_PLATFORM": "wayland",
                "WLR_BACKENDS": "headless",
                "WLR_LIBINPUT_NO_DEVICES": "1",
                "WLR_RENDERER": "pixman",
                "NOTIFY_SOCKET": manager.address,
                "WATCHDOG_USEC": "20000000",
            },
            stderr=subprocess.PIPE,
            text=True,
        ) as cage:
            try:
                manager.until("READY=1")
                manager.until("WATCHDOG=1")
                assert any((own / "saccade").glob("window.lock"))
            finally:
                cage.terminate()
            _, err = cage.communicate(timeout=30)
        manager.close()
    assert "running headless" not in err
