"""What cameras, networks and the choice say of themselves, in the window's language.

Below the window everything speaks English, for logs and reports too, and knows no Qt. A clause that
is known here is translated; any other one stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from PyQt5.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_WORD = re.compile(r"[^\W\d_]+(?= )")

# What a place in braces holds is a name, a figure or a reason; {clause…} is a clause of this list.
_KNOWN = (
    # of a camera
    QT_TRANSLATE_NOOP("clauses", "{clause}; trying again in {seconds} s"),
    QT_TRANSLATE_NOOP("clauses", "{clause}; reopening it"),
    QT_TRANSLATE_NOOP("clauses", "no answer from the camera for {seconds} s"),
    QT_TRANSLATE_NOOP("clauses", "there is no {path} (is it plugged in?)"),
    QT_TRANSLATE_NOOP("clauses", "another program uses {path}"),
    QT_TRANSLATE_NOOP(
        "clauses", "this user may not open {path}; join the group video and log in again"
    ),
    QT_TRANSLATE_NOOP("clauses", "{camera} cannot be used: {clause}"),
    QT_TRANSLATE_NOOP(
        "clauses", "{camera} cannot be started, most likely because another program uses it"
    ),
    QT_TRANSLATE_NOOP("clauses", "{camera} sends no picture that can be decoded"),
    QT_TRANSLATE_NOOP("clauses", "{camera} was unplugged"),
    QT_TRANSLATE_NOOP("clauses", "{camera} has delivered nothing for {seconds} s"),
    QT_TRANSLATE_NOOP("clauses", "{camera} has sent no picture for {seconds} s"),
    QT_TRANSLATE_NOOP("clauses", "{camera} has sent nothing for {seconds} s"),
    QT_TRANSLATE_NOOP("clauses", "{camera} has ended the stream"),
    QT_TRANSLATE_NOOP("clauses", "{camera} has broken the connection"),
    QT_TRANSLATE_NOOP("clauses", "{camera} breaks off the connection"),
    QT_TRANSLATE_NOOP("clauses", "{camera} does not answer in time"),
    QT_TRANSLATE_NOOP("clauses", "{camera} cannot be reached: no machine is known as {host}"),
    QT_TRANSLATE_NOOP("clauses", "{camera} cannot be reached: connection refused"),
    QT_TRANSLATE_NOOP("clauses", "{camera} cannot be reached: {reason}"),
    QT_TRANSLATE_NOOP("clauses", "{camera} refuses the user name or the password"),
    QT_TRANSLATE_NOOP("clauses", "{camera} has no stream of that path"),
    QT_TRANSLATE_NOOP("clauses", "there is no video file {path}"),
    QT_TRANSLATE_NOOP("clauses", "the video {path} may not be read by this user"),
    QT_TRANSLATE_NOOP("clauses", "the video {path} is empty (0 bytes)"),
    # of a network
    QT_TRANSLATE_NOOP("clauses", "loading the network"),
    QT_TRANSLATE_NOOP("clauses", "the network has not answered for {seconds} s"),
    QT_TRANSLATE_NOOP("clauses", "{clause}; Esc skips"),
    QT_TRANSLATE_NOOP(
        "clauses", "measuring which network runs best here: {network}, {seconds} s left"
    ),
    # of the choice
    QT_TRANSLATE_NOOP("clauses", "nothing was measured that could be chosen from"),
    QT_TRANSLATE_NOOP("clauses", "{network} is as good"),
    QT_TRANSLATE_NOOP("clauses", "{network} is better by {lead}, which is within the uncertainty"),
    QT_TRANSLATE_NOOP("clauses", "{network} is better by {lead}, which is not worth a change"),
    QT_TRANSLATE_NOOP("clauses", "the watts are modelled, not measured"),
    QT_TRANSLATE_NOOP("clauses", "counted at the camera's {rate} frames a second"),
    QT_TRANSLATE_NOOP("clauses", "{asked} of 1 core for one camera"),
    QT_TRANSLATE_NOOP("clauses", "{asked} of {cores} cores for one camera"),
    QT_TRANSLATE_NOOP("clauses", "{asked} of 1 core for {count} cameras"),
    QT_TRANSLATE_NOOP("clauses", "{asked} of {cores} cores for {count} cameras"),
    QT_TRANSLATE_NOOP("clauses", "{clause}, so that each gets {part} of its frames"),
    QT_TRANSLATE_NOOP("clauses", "chosen for all cameras together, which share {cores} cores"),
    QT_TRANSLATE_NOOP("clauses", "{clause}; the watts are of the whole machine"),
    QT_TRANSLATE_NOOP("clauses", "{count} of {all} accuracies are declared, not measured"),
    # why a candidate is not ranked
    QT_TRANSLATE_NOOP("clauses", "accuracy"),
    QT_TRANSLATE_NOOP("clauses", "throughput"),
    QT_TRANSLATE_NOOP("clauses", "power"),
    QT_TRANSLATE_NOOP("clauses", "memory"),
    QT_TRANSLATE_NOOP("clauses", "latency"),
    QT_TRANSLATE_NOOP("clauses", "unknown"),
    QT_TRANSLATE_NOOP("clauses", "measured ({where})"),
    QT_TRANSLATE_NOOP("clauses", "modelled ({where})"),
    QT_TRANSLATE_NOOP("clauses", "its {clause} is unknown"),
    QT_TRANSLATE_NOOP("clauses", "its accuracy is unknown, and at least {least} is asked for"),
    QT_TRANSLATE_NOOP("clauses", "its power is unknown, and at most {most} W is allowed"),
    QT_TRANSLATE_NOOP("clauses", "accuracy {found} is under the {least} asked for"),
    QT_TRANSLATE_NOOP("clauses", "{found} fps is under the {least} fps asked for"),
    QT_TRANSLATE_NOOP("clauses", "{found} W is over the {most} W allowed"),
    QT_TRANSLATE_NOOP("clauses", "measured on another platform: {platform}"),
    QT_TRANSLATE_NOOP("clauses", "its accuracy is {clause}, that of the ranking is {clause2}"),
    QT_TRANSLATE_NOOP("clauses", "its power is {clause}, that of the ranking is {clause2}"),
    QT_TRANSLATE_NOOP("clauses", "it detects objects; what classifies whole images is ranked"),
    QT_TRANSLATE_NOOP("clauses", "it classifies whole images; what detects objects is ranked"),
    QT_TRANSLATE_NOOP("clauses", "it detects objects; what classifies whole images was asked for"),
    QT_TRANSLATE_NOOP("clauses", "it classifies whole images; what detects objects was asked for"),
    QT_TRANSLATE_NOOP(
        "clauses", "it leaves the other cameras {part} of their frames, too few for them"
    ),
    # why a network was changed
    QT_TRANSLATE_NOOP("clauses", "{scenario} by you"),
    QT_TRANSLATE_NOOP("clauses", "{scenario} by MQTT"),
    QT_TRANSLATE_NOOP("clauses", "{scenario} by the governor ({reason})"),
    QT_TRANSLATE_NOOP("clauses", "{scenario} by default"),
    QT_TRANSLATE_NOOP("clauses", "there are new measurements"),
    QT_TRANSLATE_NOOP("clauses", "what disappointed may be tried again"),
    QT_TRANSLATE_NOOP("clauses", "the other cameras' networks have changed"),
    QT_TRANSLATE_NOOP("clauses", "the camera delivers {rate} frames a second"),
    QT_TRANSLATE_NOOP("clauses", "{candidate} cannot be run ({reason})"),
    QT_TRANSLATE_NOOP("clauses", "{clause} misses what was expected, {rate}"),
    QT_TRANSLATE_NOOP("clauses", "{candidate} (accuracy {figures})"),
    QT_TRANSLATE_NOOP(
        "clauses", "{clause}: {clause2} instead of {clause3}, figure of merit {gain}"
    ),
    QT_TRANSLATE_NOOP("clauses", "{clause}: {clause2}; {candidate} is not allowed: {clause3}"),
    QT_TRANSLATE_NOOP("clauses", "{clause}: {clause2}; {candidate} was not measured"),
    QT_TRANSLATE_NOOP("clauses", "no candidate is left for {scenario}: {clause}"),
)


def translated(clause: str) -> str:
    """*clause* in the window's language, as far as it is known."""
    for known, pattern in _patterns():
        if found := pattern.fullmatch(clause):
            places = found.groupdict()
            for name in places:
                if name.startswith("clause"):
                    places[name] = translated(places[name])
            return QCoreApplication.translate("clauses", known).format(**places)
    return clause


def sentence(clause: str) -> str:
    """*clause*, translated, as it stands for itself: "" stays "".

    A name that it begins with, as rtsp://host or camera:0, is written as it is.
    """
    text = translated(clause)
    if not text:
        return ""
    start = text[0].upper() if _WORD.match(text) else text[0]
    return f"{start}{text[1:]}" + ("" if text[-1] in ".…!?" else ".")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # Of two that match the one with more words of its own says more.
    return tuple(
        (known, re.compile(re.sub(r"\\{(\w+)\\}", _place, re.escape(known))))
        for known in sorted(_KNOWN, key=_own_length, reverse=True)
    )


def _own_length(known: str) -> int:
    return len(re.sub(r"{\w+}", "", known))


def _place(found: re.Match[str]) -> str:
    """A name or a figure reaches into no other clause."""
    name = found[1]
    whole = name.startswith("clause") or name in ("reason", "gain")
    return f"(?P<{name}>{'.+' if whole else '(?:(?![:;] ).)+'})"
