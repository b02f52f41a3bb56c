"""Plug-in tables: name → "module:attribute", imported only when the name is chosen."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from models.command import command, install_command
from models.errors import MissingExtra, UnknownName


class PluginTable:
    """One kind of plug-in: the built-in names, and what entry points of a group add.

    An entry point never replaces a built-in name, so that installing a package cannot change
    what a configuration means.
    """

    def __init__(
        self,
        kind: str,
        group: str,
        builtin: Mapping[str, str],
        extras: Mapping[str, str] | None = None,
    ) -> None:
        """*kind*: the word users know ("engine"); *group*: the entry-point group.

        *extras*: of a name whose packages are optional, the extra that brings them.
        """
        self.kind = kind
        self._group = group
        self._builtin = dict(builtin)
        self._extras = dict(extras or {})

    def names(self) -> tuple[str, ...]:
        """Every known name, the built-in ones first and in their order of preference."""
        found = self._entry_points()
        return (*self._builtin, *(name for name in found if name not in self._builtin))

    def load(self, name: str) -> Any:
        """Import the attribute that *name* stands for.

        Raises UnknownName for a name that the table does not have, and MissingExtra if a
        module that the plug-in needs is not installed or cannot be loaded.
        """
        target = self._builtin.get(name)
        if target is None:
            target = self._entry_points().get(name)
        if target is None:
            raise UnknownName(self.kind, name, self.names())
        module_name, _, attribute = target.partition(":")
        try:
            return getattr(importlib.import_module(module_name), attribute)
        except ModuleNotFoundError as error:
            remedy = f"see `{command()} doctor`"
            if name in self._extras:
                remedy = f"`{install_command(self._extras[name])}` installs it"
            raise MissingExtra(
                f"{self.kind} {name!r} needs the Python module {error.name!r}, which is not "
                f"installed; {remedy}"
            ) from error
        except ImportError as error:
            # Such as a system library that a package's own one needs.
            raise MissingExtra(
                f"{self.kind} {name!r} is installed, but cannot be loaded: {error}"
            ) from error

    def _entry_points(self) -> dict[str, str]:
        return {point.name: point.value for point in metadata.entry_points(group=self._group)}
