#!/bin/sh
# Builds build/deb/saccade_VERSION_all.deb from the tree that this file lies in, as `make deb`.
set -eu
cd "$(dirname "$0")/.."

missing=
for package in debhelper dh-python dpkg-dev; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "saccade: run this once:  sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi

# A copy: debhelper wants its folder at the top, and leaves its work there.
stage=build/deb/saccade
rm -rf build/deb
mkdir -p "$stage"
tar -c --exclude=__pycache__ --exclude=packaging/debian --exclude=docs/screenshot.py README.md CHANGELOG.md app config.toml docs \
    main.py models packaging pipelines | tar -x -C "$stage"
cp -R packaging/debian "$stage/debian"
# Under these names debhelper puts each where the release has it.
cp packaging/systemd/system/saccade.service "$stage/debian/saccade.service"
cp packaging/systemd/system/saccade-kiosk.service "$stage/debian/saccade.saccade-kiosk.service"
cp packaging/systemd/user/saccade.service "$stage/debian/saccade.user.service"
sed -i 's/python main\.py/saccade/' "$stage/config.toml"
PYTHONPATH=. .venv/bin/python packaging/generate.py "$stage"

cd "$stage"
dpkg-buildpackage --build=binary --no-sign >../build.log 2>&1 || {
    cat ../build.log >&2
    exit 1
}
cd ../../..
ls build/deb/*.deb
