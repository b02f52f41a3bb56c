#!/bin/sh
# Sets up what Saccade needs on Debian, Raspberry Pi OS and Ubuntu: system packages, and a virtual
# environment in .venv. Does nothing where all of it is there.
#
#   packaging/setup.sh run     what `make run` needs
#   packaging/setup.sh test    also what `make test` needs
set -eu

purpose=${1:-run}
cd "$(dirname "$0")/.."

say() { printf 'saccade setup: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

# --- Python ------------------------------------------------------------------------------------

python_is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

# The distribution's Python comes first: its packages (PyQt5, picamera2) can only be used from it.
python=
for candidate in "${PYTHON:-}" /usr/bin/python3 python3; do
    if [ -n "$candidate" ] && python_is_new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
packages=
[ -n "$python" ] || packages="python3"
if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    packages="$packages python3-venv"
fi

# --- System packages ---------------------------------------------------------------------------

# Qt's own libraries come with its wheel; these are what they load from the system.
qt="libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 fonts-dejavu-core libxkbcommon-x11-0
    libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
    libxcb-xinerama0 libxcb-xkb1"

machine=$(uname -m)
system_packages=no
if [ "$machine" = aarch64 ]; then
    # No wheel of PyQt5 exists for this processor; a Pi's picamera2 needs the system's libcamera.
    system_packages=yes
    # Pictures of the map are written by Qt's SVG module, a package of its own.
    qt="python3-pyqt5 python3-pyqt5.qtsvg fonts-dejavu-core"
    if apt-cache show python3-picamera2 >/dev/null 2>&1; then
        qt="$qt python3-picamera2"
    fi
fi
packages="$packages $qt"
if [ "$purpose" = test ]; then
    # A real broker, a real X server, a real RTSP server and a stand-in V4L2 device for the tests.
    packages="$packages gcc libc6-dev mosquitto openssl desktop-file-utils xvfb x11-utils python3-gi gir1.2-gst-rtsp-server-1.0
        gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
fi

installed() {
    # Debian's and Ubuntu's 64-bit time_t transition renamed some libraries to …t64.
    for name in "$1" "$1t64"; do
        case $(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null) in
        ii*) return 0 ;;
        esac
    done
    return 1
}

if command -v dpkg-query >/dev/null 2>&1; then
    missing=
    for package in $packages; do
        installed "$package" || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        if [ "$(id -u)" != 0 ]; then
            fail "run this once, then make again:  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing"
        fi
        say "installing system packages:$missing"
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
            >/dev/null
    fi
elif [ -z "$python" ]; then
    fail "Python 3.10 or newer is needed"
fi
if [ -z "$python" ]; then
    python=/usr/bin/python3
    python_is_new_enough "$python" || fail "Python 3.10 or newer is needed, $python is older"
fi

# --- The virtual environment -------------------------------------------------------------------

extras=
[ "$purpose" = test ] && extras='[test]'
stamp=".venv/saccade-$purpose"
fresh=$(cat pyproject.toml packaging/constraints/*.txt | cksum)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$fresh" ]; then
    exit 0
fi
say "installing Python packages (some minutes on a slow connection)"
packaging/environment.sh "$python" "$system_packages" ".$extras"
if [ "$purpose" = test ]; then
    # It declares PyTorch, which its converter of ONNX files does not need.
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps pnnx
    # The tests of training run where PyTorch comes without CUDA, which would be several GB.
    mkdir -p build
    if ! .venv/bin/python -m pip install --disable-pip-version-check --quiet --dry-run \
        --report build/pytorch.json 'torch==2.13.0' 2>/dev/null; then
        say "no PyTorch for this machine: the tests of training are skipped"
    elif grep -q -i -E '"name": *"(nvidia|triton)' build/pytorch.json; then
        say "PyTorch would come with CUDA here: the tests of training are skipped"
    else
        say "installing PyTorch for the tests of training"
        .venv/bin/python -m pip install --disable-pip-version-check --quiet 'torch==2.13.0'
    fi
    # Its source alone, for the test that holds our calls against its signatures: it cannot be
    # installed where there is no libcamera.
    .venv/bin/python -m pip download --disable-pip-version-check --quiet --no-deps \
        --dest build/picamera2 "picamera2>=0.3.30"
fi
printf '%s\n' "$fresh" >"$stamp"
# What the tests need contains what a run needs.
[ "$purpose" = test ] && cp "$stamp" .venv/saccade-run
say "done"
