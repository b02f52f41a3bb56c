"""A minimal Debian in a folder: commands in it, and its systemd booted in a container."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BOOT_S = 60
_APT = ("apt-get", "-y", "-qq", "--no-install-recommends")


class Chroot:
    """Made by debootstrap in *folder*; reaches the network and Python's index as this machine."""

    def __init__(self, folder: Path, release: str) -> None:
        self.folder = folder
        include = "--include=ca-certificates,dbus,systemd,systemd-sysv"
        command = ["debootstrap", "--variant=minbase", include, release, str(folder)]
        subprocess.run(command, check=True, capture_output=True, timeout=900)
        shutil.copy("/etc/resolv.conf", self._inside("/etc/resolv.conf"))
        self._environ = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LC_ALL": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        for name in ("PIP_CERT", "PIP_INDEX_URL"):
            if name in os.environ:
                self._environ[name] = os.environ[name]
        if certificates := os.environ.get("PIP_CERT"):
            # Where the package ca-certificates does not rewrite it.
            self._environ["PIP_CERT"] = "/root/certificates"
            shutil.copy(certificates, self._inside("/root/certificates"))
        # Nothing is started while packages are installed: nothing has booted.
        self._policy = self._inside("/usr/sbin/policy-rc.d")
        self._policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        self._policy.chmod(0o755)

    def _inside(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def copy(self, file: Path) -> str:
        """Put *file* into it; returns its path there."""
        shutil.copy(file, self._inside("/root"))
        return f"/root/{file.name}"

    def run(
        self, *command: str, timeout: float = 900, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run *command* in it, with a /proc of its own."""
        isolated = ["unshare", "--mount", "--pid", "--fork", f"--mount-proc={self.folder}/proc"]
        done = subprocess.run(
            [*isolated, "chroot", str(self.folder), *command],
            env=self._environ | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def apt(self, *arguments: str) -> None:
        """Run `apt-get`."""
        self.run(*_APT, *arguments)

    def paths_named(self, word: str) -> list[str]:
        """Every path whose last part holds *word*."""
        found = self.run("find", "/", "-xdev", "-name", f"*{word}*").stdout
        return sorted(found.split())

    @contextmanager
    def booted(self) -> Iterator[Booted]:
        """With its systemd running, in this machine's network."""
        command = ["systemd-nspawn", "-q", "-D", str(self.folder), "--register=no", "--keep-unit"]
        container = subprocess.Popen(
            [*command, "--boot"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        held = self._policy.rename(self.folder / "root/policy-rc.d")
        try:
            yield Booted(container, self._environ)
        finally:
            held.rename(self._policy)
            # It ends what runs in it, in order.
            container.terminate()
            try:
                container.wait(30)
            except subprocess.TimeoutExpired:
                container.kill()
                container.wait()


class Booted:
    """A container whose systemd has come up. Raises RuntimeError where it does not."""

    def __init__(self, container: subprocess.Popen[bytes], environ: dict[str, str]) -> None:
        self._container = container
        self._environ = environ
        deadline = time.monotonic() + _BOOT_S
        while self._systemctl("is-system-running").strip() not in ("running", "degraded"):
            if container.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("no container boots on this machine")
            time.sleep(0.5)

    def start(self, unit: str) -> None:
        """Start *unit*, and wait until it says that it is ready."""
        self._systemctl("start", unit)
        assert self.show(unit, "ActiveState") == "active", self._systemctl("status", unit)

    def stop(self, unit: str) -> None:
        """Stop *unit*, and wait."""
        self._systemctl("stop", unit)

    def apt(self, *arguments: str) -> None:
        """Run `apt-get`."""
        done = self._run(*_APT, *arguments, timeout=900)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"

    def show(self, unit: str, key: str) -> str:
        """One of the unit's properties."""
        return self._systemctl("show", "--value", "-p", key, unit).strip()

    def _systemctl(self, *arguments: str) -> str:
        return self._run("systemctl", *arguments, timeout=400).stdout

    def _run(self, *command: str, timeout: float) -> subprocess.CompletedProcess[str]:
        pid = self._container.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        if not children:
            return subprocess.CompletedProcess(command, 1, "", "the container has ended")
        return subprocess.run(
            ["nsenter", "-t", children[0], "-a", *command],
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
