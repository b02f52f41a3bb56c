#!/bin/sh
# Makes .venv, the Python environment of the tree that this file lies in, or brings it up to date.
#
#   packaging/environment.sh PYTHON SYSTEM WHAT...
#
# PYTHON   the interpreter that it is made with
# SYSTEM   yes: the environment sees the distribution's Python packages (PyQt5, picamera2, numpy),
#          and the constraints of the release keep pip from replacing what they were built for
# WHAT     what pip is to install, with any of its options
set -eu

python=$1
system_packages=$2
shift 2
cd "$(dirname "$(readlink -f "$0")")/.."

constraints=
if [ "$system_packages" = yes ]; then
    # shellcheck disable=SC1091
    release=$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_CODENAME:-unknown}")
    [ ! -f "packaging/constraints/$release.txt" ] || constraints="packaging/constraints/$release.txt"
fi

# An interrupted first run may have left half an environment, a new release of the distribution one
# of a Python that is gone.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    # Without its packages it would start and fail.
    trap 'rm -rf .venv' EXIT
    trap 'exit 1' INT TERM
    if [ "$system_packages" = yes ]; then
        "$python" -m venv --system-site-packages .venv
    else
        "$python" -m venv .venv
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
fi
# They hold for what pip adds later, too. It would take a path with a space for two.
if [ -n "$constraints" ] && [ "${PWD%[[:space:]]*}" = "$PWD" ]; then
    printf '[install]\nconstraint = %s\n' "$PWD/$constraints" >.venv/pip.conf
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    ${constraints:+-c "$constraints"} "$@"
trap - EXIT
