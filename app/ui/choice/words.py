"""What the panel says of the scenario in force, and of the changes of a network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PyQt5.QtCore import QCoreApplication
from PyQt5.QtGui import QColor

from app.account import Entry, Refusal
from app.captions import Caption, captions
from app.ui.clauses import translated
from app.ui.theme import Palette
from models.candidate import Candidate
from pipelines.selection.choice import Margin
from pipelines.selection.closed_loop.words import percent
from pipelines.selection.in_force import Ruling, Source

translate = QCoreApplication.translate


def asked_by(source: Source) -> str:
    """Who asked for the scenario in force."""
    return {
        "user": translate("choice", "by you"),
        "mqtt": translate("choice", "by MQTT"),
        "governor": translate("choice", "by the governor"),
        "configuration": translate("choice", "by the configuration"),
    }[source]


def in_force(ruling: Ruling) -> str:
    """The scenario that rules, who asked for it, and why."""
    text = translate("choice", "The scenario {scenario} is in force, asked for {by}").format(
        scenario=ruling.scenario.name, by=asked_by(ruling.source)
    )
    return f"{text} ({ruling.why})." if ruling.why else f"{text}."


def ends(before: Candidate | None, after: Candidate) -> tuple[str, str]:
    """Two candidates by what tells them apart: by their networks alone where that does."""
    if before is None:
        return translate("choice", "no network"), str(after)
    called = captions((before, after))
    one, other = called[before], called[after]
    if one.network != other.network and one.rest == other.rest:
        return one.network, other.network
    return str(one), str(other)


def clock(at: str, now: datetime) -> str:
    """The local time of *at*, ISO 8601 with an offset; with the day where it is not today's."""
    local = datetime.fromisoformat(at).astimezone()
    same = local.date() == now.astimezone().date()
    return f"{local:%H:%M:%S}" if same else f"{local:%Y-%m-%d %H:%M:%S}"


def verdict(entry: Entry, latest: bool, palette: Palette) -> tuple[str, QColor]:
    """Whether a change paid, and the colour of that; only the *latest* may still be judged."""
    if entry.realised_gain is not None and entry.gain is not None:
        text = (
            translate("choice", "paid: {gain}, expected {expected}")
            if entry.paid
            else translate("choice", "did not pay: {gain}, expected {expected}")
        )
        text = text.format(gain=percent(entry.realised_gain), expected=percent(entry.gain))
        return text, palette.ok if entry.paid else palette.bad
    if entry.judged:
        return translate("choice", "what it gained cannot be told"), palette.muted
    if not latest:
        return translate("choice", "not judged: the next change came first"), palette.muted
    if entry.gain is None:
        return translate("choice", "being judged"), palette.warn
    text = translate("choice", "being judged; expected {expected}")
    return text.format(expected=percent(entry.gain)), palette.warn


def wanted(entry: Entry) -> str:
    """The scenario that a change was made for, and who had asked for it."""
    text = translate("choice", "for {scenario}, asked for {by}")
    return text.format(scenario=entry.scenario.name, by=asked_by(entry.source))


def costs(entry: Entry) -> str:
    """What a change cost; joules are known once it was judged, if at all."""
    switch = entry.switch
    parts = []
    if switch.gap_ms is not None:
        text = translate("choice", "{gap} ms without a result")
        parts.append(text.format(gap=f"{switch.gap_ms:.0f}"))
    parts.append(translate("choice", "frames overwritten: {count}").format(count=switch.dropped))
    parts.append(translate("choice", "loaded in {load} ms").format(load=f"{switch.load_ms:.0f}"))
    if entry.joules is not None:
        # Rounded first: a little less than nothing is 0, not -0.
        parts.append(f"{round(entry.joules, 1) + 0.0:.1f} J ({entry.joules_kind})")
    elif entry.judged:
        parts.append(translate("choice", "energy unknown"))
    return " · ".join(parts)


def lead(margin: Margin, called: Mapping[Candidate, Caption]) -> str:
    """By how much the first is ahead, and whether that may be chance."""
    text = {
        True: translate("choice", "{lead} ahead of {other}, more than the uncertainty"),
        False: translate("choice", "{lead} ahead of {other}, within the uncertainty"),
        None: translate("choice", "{lead} ahead of {other}; the uncertainty is unknown"),
    }[margin.certain]
    return text.format(lead=percent(margin.lead), other=called[margin.runner_up])


def announced(entry: Entry) -> str:
    """A change that was just made, in one line."""
    after = ends(entry.switch.before, entry.switch.after)[1]
    if entry.gain is None:
        return translate("choice", "{network} runs now").format(network=after)
    text = translate("choice", "{network} runs now: figure of merit {gain} expected for {scenario}")
    gain = percent(entry.gain)
    return text.format(network=after, scenario=entry.scenario.name, gain=gain)


def refused(refusal: Refusal) -> str:
    """A change that failed, in one sentence."""
    kept, candidate = ends(refusal.kept, refusal.candidate)
    if refusal.kept is None:
        text = translate("choice", "{network} cannot be run: {why}")
        return text.format(network=candidate, why=translated(refusal.why))
    text = translate("choice", "{network} cannot be run, {kept} stays: {why}")
    return text.format(network=candidate, kept=kept, why=translated(refusal.why))
