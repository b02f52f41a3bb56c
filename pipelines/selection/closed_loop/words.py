"""Why a network is changed or kept, in plain words with the figures."""

from __future__ import annotations

from models.candidate import Candidate
from pipelines.selection.choice import Choice, Margin
from pipelines.selection.in_force import Ruling
from pipelines.selection.measurement import Measurement

_ASKED_BY = {"user": "you", "mqtt": "MQTT", "governor": "the governor", "configuration": "default"}


def in_force(ruling: Ruling) -> str:
    """ "energy by MQTT", with the governor's figures where it was the governor."""
    why = f" ({ruling.why})" if ruling.why else ""
    return f"{ruling.scenario.name} by {_ASKED_BY[ruling.source]}{why}"


def figures(row: Measurement) -> str:
    """ "tiny-yolo · onnxruntime fp32 (accuracy 0.50, 110 fps, 4.1 W)", without the unknown."""
    known = [f"accuracy {row.accuracy:.2f}"] if row.accuracy is not None else []
    known.append(f"{row.fps:.3g} fps")
    if row.power is not None:
        known.append(f"{row.power.watts:.3g} W")
    return f"{row.candidate} ({', '.join(known)})"


def better(best: Measurement, own: Measurement, margin: Margin) -> str:
    """By how much *best* should be better than what runs."""
    ends = margin.ci95
    sure = "" if ends is None else f", 95 %: {percent(ends[0])} … {percent(ends[1])}"
    gain = f"figure of merit {percent(margin.lead)}{sure}"
    return f"{figures(best)} instead of {figures(own)}, {gain}"


def too_little(best: Candidate, margin: Margin | None) -> str:
    """Why the better one is not taken."""
    if margin is None:
        return f"{best} is as good"
    short = "within the uncertainty" if margin.certain is False else "not worth a change"
    return f"{best} is better by {percent(margin.lead)}, which is {short}"


def missed(expected: Measurement, realised: Measurement) -> str:
    """What runs gives, and what it should."""
    return f"{figures(realised)} misses what was expected, {_rate(expected)}"


def nothing_left(choice: Choice) -> str:
    """Why there is no candidate, with the first rejection's reason."""
    if not choice.rejected:
        return "nothing was measured that could be chosen from"
    return f"no candidate is left for {choice.scenario.name}: {choice.rejected[0].reason}"


def not_ranked(choice: Choice, running: Candidate | None) -> str:
    """Why what runs has no place in the ranking."""
    for rejection in choice.rejected:
        if rejection.candidate == running:
            return f"{running} is not allowed: {rejection.reason}"
    return f"{running} was not measured"


def percent(fraction: float) -> str:
    """ "+62 %"; a hundredfold is written as such."""
    return f"{fraction:+.0%}".replace("%", " %") if fraction < 10 else f"× {fraction + 1:.3g}"


def _rate(row: Measurement) -> str:
    watts = "" if row.power is None else f" at {row.power.watts:.3g} W"
    return f"{row.fps:.3g} fps{watts}"
