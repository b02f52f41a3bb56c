"""The Debian package in a clean Debian: installed, run, started by systemd, and purged.

Takes minutes and the network: `make test-deb` runs it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.version import VERSION
from tests.packaging.chroot import Chroot
from tests.packaging.installed import PACKAGING, ROOT
from tests.servers.mjpeg_server import MjpegServer

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("SACCADE_TEST_DEB"), reason="takes minutes: `make test-deb` runs it"
    ),
    pytest.mark.timeout(1800),
]


def needs(program: str, package: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (apt install {package})")


@pytest.fixture(scope="module")
def package() -> Path:
    """The package, built by the one command."""
    needs("dh", "debhelper dh-python")
    subprocess.run([PACKAGING / "build-deb.sh"], check=True, capture_output=True, timeout=300)
    return ROOT / f"build/deb/saccade_{VERSION}_all.deb"


def next_version(package: Path, folder: Path) -> Path:
    """A later *package*, whose configuration has other words."""
    tree, later = folder / "tree", folder / "later.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True, timeout=60)
    control = tree / "DEBIAN/control"
    text = control.read_text(encoding="utf-8")
    control.write_text(text.replace(f"Version: {VERSION}", f"Version: {VERSION}+later"))
    with (tree / "etc/saccade/config.toml").open("a", encoding="utf-8") as file:
        file.write("# Other words.\n")
    build = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree, later]
    subprocess.run(build, check=True, capture_output=True, timeout=60)
    return later


@pytest.fixture(scope="module")
def debian(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroot]:
    """A clean Debian of this machine's release, with the package in it."""
    needs("debootstrap", "debootstrap")
    if os.geteuid() != 0:
        pytest.skip("only root can make another Debian in a folder")
    folder = tmp_path_factory.mktemp("debian") / "root"
    debian = Chroot(folder, platform.freedesktop_os_release()["VERSION_CODENAME"])
    debian.apt("update")
    debian.apt("install", debian.copy(package))
    yield debian
    shutil.rmtree(folder, ignore_errors=True)


def test_lintian_has_nothing_to_say(package: Path) -> None:
    needs("lintian", "lintian")
    done = subprocess.run(
        ["lintian", "--fail-on", "error,warning", package],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    assert not done.stdout


def test_it_runs_headless_as_the_services_user(debian: Chroot) -> None:
    assert debian.run("saccade", "--version").stdout == f"Saccade {VERSION}\n"
    debian.run("install", "-d", "-o", "saccade", "/tmp/home")
    command = ["saccade", "run", "--headless", "--source", "synthetic:", "--frames", "50", "--json"]
    done = debian.run("runuser", "-u", "saccade", "--", *command, HOME="/tmp/home")
    report = json.loads(done.stdout)
    assert report["cameras"][0]["frames"]["processed"] >= 50
    assert report["cameras"][0]["candidate"] is not None


def test_messages_call_it_saccade(debian: Chroot) -> None:
    command = ["saccade", "run", "--headless", "--model", "fastestdet"]
    done = debian.run(*command, check=False)
    assert "`saccade models pull fastestdet` installs it" in done.stderr
    complete = "source /usr/share/bash-completion/completions/saccade; complete -p saccade"
    assert debian.run("bash", "-c", complete).stdout.endswith(" saccade\n")


def test_an_engine_that_is_added_leaves_numpy_to_the_distribution(debian: Chroot) -> None:
    told = re.search("`sudo (.+-litert.txt)` installs it", debian.run("saccade", "doctor").stdout)
    assert told
    added = debian.run(*told[1].split(), "--dry-run", "--no-cache-dir").stdout
    assert re.search("^Would install .*ai-edge-litert", added, re.MULTILINE)
    assert not re.search("^Would install .*numpy", added, re.MULTILINE)


def test_it_uses_the_distributions_qt_and_numpy(debian: Chroot) -> None:
    script = "import numpy, PyQt5.QtWidgets, PyQt5.QtSvg; print(numpy.__file__, PyQt5.__file__)"
    done = debian.run("/usr/lib/saccade/.venv/bin/python", "-c", script)
    assert all(path.startswith("/usr/lib/python3/") for path in done.stdout.split())


def test_the_configuration_is_the_administrators(debian: Chroot) -> None:
    file = debian.folder / "etc/saccade/config.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace('name = "camera"', 'name = ""', 1), encoding="utf-8")
    done = debian.run("saccade", "run", "--headless", check=False)
    file.write_text(before, encoding="utf-8")
    assert done.returncode == 2
    assert "camera[0].name" in done.stderr


def test_without_a_network_the_installation_stops_and_goes_on_later(
    package: Path, debian: Chroot
) -> None:
    debian.run("rm", "-r", "/usr/lib/saccade/.venv")
    debian.run("dpkg", "--unpack", f"/root/{package.name}")
    configure = ("dpkg", "--configure", "saccade")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    done = debian.run(*configure, check=False, **nowhere)
    assert done.returncode == 1
    assert "`sudo dpkg --configure saccade` goes on" in done.stderr
    assert "no Python environment yet" in debian.run("saccade", check=False).stderr
    debian.run(*configure)
    assert debian.run("saccade", "--version").stdout == f"Saccade {VERSION}\n"


def test_systemd_starts_it_and_ends_it_when_its_camera_stalls(debian: Chroot) -> None:
    needs("systemd-nspawn", "systemd-container")
    file = debian.folder / "etc/saccade/config.toml"
    before = file.read_text(encoding="utf-8")
    with MjpegServer() as server:
        source = f'source = "http://{server.address}/"'
        file.write_text(before.replace('source = "auto"', source, 1), encoding="utf-8")
        try:
            with debian.booted() as system:
                system.start("saccade")
                assert system.show("saccade", "StatusText").startswith("camera: camera ")
                server.stalled.set()
                ends = set()
                while system.show("saccade", "NRestarts") == "0":
                    ends.add(system.show("saccade", "Result"))
                    time.sleep(0.2)
                assert ends == {"success", "watchdog"}
                server.stalled.clear()
                while system.show("saccade", "ActiveState") != "active":
                    time.sleep(0.5)
                assert system.show("saccade", "NRestarts") == "1"
                system.stop("saccade")
                assert system.show("saccade", "Result") == "success"
        finally:
            file.write_text(before, encoding="utf-8")


def test_an_upgrade_keeps_the_configuration_and_restarts_what_runs(
    package: Path, debian: Chroot, tmp_path: Path
) -> None:
    needs("systemd-nspawn", "systemd-container")
    file = debian.folder / "etc/saccade/config.toml"
    own = file.read_text(encoding="utf-8").replace('source = "auto"', 'source = "synthetic:"', 1)
    file.write_text(own, encoding="utf-8")
    later = debian.copy(next_version(package, tmp_path))
    with debian.booted() as system:
        system.start("saccade")
        before = system.show("saccade", "MainPID")
        system.apt("install", "-o", "Dpkg::Options::=--force-confold", later)
        assert file.read_text(encoding="utf-8") == own
        assert file.with_name("config.toml.dpkg-dist").exists()
        assert system.show("saccade", "ActiveState") == "active"
        assert system.show("saccade", "MainPID") != before
        assert system.show("saccade-kiosk", "ActiveState") == "inactive"
        system.apt("remove", "saccade")
        assert system.show("saccade", "ActiveState") == "inactive"
    assert file.read_text(encoding="utf-8") == own


def test_a_purge_leaves_nothing(debian: Chroot) -> None:
    debian.apt("purge", "saccade")
    shutil.rmtree(debian.folder / "tmp/home", ignore_errors=True)
    left = debian.paths_named("saccade")
    assert [path for path in left if not path.startswith(("/root/", "/proc/"))] == []
    assert not (debian.folder / "root/.cache").exists()
    for file in ("passwd", "group"):
        assert "saccade" not in (debian.folder / "etc" / file).read_text(encoding="utf-8")
