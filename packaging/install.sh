#!/bin/sh
# Makes a checkout at home in its system, as the Debian package is in its own.
#
#   packaging/install.sh desktop [--autostart]   menu entry, icon and user service, for this user
#   packaging/install.sh services                the system's services (with sudo)
#   packaging/install.sh remove                  takes away what the same user had installed
#
# DESTDIR is put before the system's folders.
set -eu

tree=$(dirname "$(dirname "$(readlink -f "$0")")")
launcher=$tree/packaging/saccade
data=${XDG_DATA_HOME:-$HOME/.local/share}
config=${XDG_CONFIG_HOME:-$HOME/.config}
units=${DESTDIR:-}/etc/systemd/system

case $launcher in
*[!A-Za-z0-9_./+@-]*)
    echo "saccade: desktops and systemd do not take the path $launcher: move the checkout to one" \
        "of letters and digits" >&2
    exit 1
    ;;
esac

# put FILE FOLDER: FILE with this tree's launcher and this user in place of the package's.
put() {
    mkdir -p "$2"
    sed -e "s|/usr/bin/saccade|$launcher|" -e "s|^User=saccade|User=${SUDO_USER:-}|" \
        "$tree/packaging/$1" >"$2/$(basename "$1")"
}

case ${1:-} in
desktop)
    put desktop/saccade.desktop "$data/applications"
    put desktop/saccade.svg "$data/icons/hicolor/scalable/apps"
    put systemd/user/saccade.service "$config/systemd/user"
    if [ "${2:-}" = --autostart ]; then
        put desktop/saccade.desktop "$config/autostart"
    fi
    ;;
services)
    if [ -z "${SUDO_USER:-}" ]; then
        echo "saccade: start it with sudo, as the user that Saccade is to run as" >&2
        exit 2
    fi
    for unit in saccade saccade-kiosk; do
        put "systemd/system/$unit.service" "$units"
    done
    ;;
remove)
    rm -f "$data/applications/saccade.desktop" "$data/icons/hicolor/scalable/apps/saccade.svg" \
        "$config/systemd/user/saccade.service" "$config/autostart/saccade.desktop"
    [ "$(id -u)" != 0 ] || rm -f "$units/saccade.service" "$units/saccade-kiosk.service"
    ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
