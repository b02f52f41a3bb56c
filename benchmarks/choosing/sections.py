"""The sections of the worked study, each from the files that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from app.captions import captions
from app.cli.explain import sentence
from app.hardware import Usage
from benchmarks.budget import Outcome
from benchmarks.choosing import tables
from benchmarks.choosing.study import Part, Prediction, Study
from benchmarks.markdown import table
from pipelines.selection.correlation import PER_MAC, Coefficient

# Within this of the winner's figure of merit a choice counts as good as it.
_GOOD = 0.98


def benchmark(part: Part) -> str:
    """What was measured, what is chosen of it, and whether a repetition says the same."""
    study, name = part.study, part.name
    power = study.rows[0].power
    said = dict.fromkeys((power.kind, power.scope, power.source)) if power else {}
    origin = f" Watts are {', '.join(said)}." if said else ""
    found = [
        f"### {name.title()}",
        f"{len(study.rows)} candidates were measured. The table has each network on each engine "
        f"with the number of threads that gives the most images per joule; "
        f"[choosing/{name}.csv](choosing/{name}.csv) has all rows, for `--table`.{origin}",
        tables.candidates(study),
    ]
    if study.rejected:
        found += [f"{len(study.rejected)} candidates were rejected:", tables.rejections(study)]
    found += ["What the named scenarios choose:", tables.choices(study), _areas(part)]
    if part.again is not None:
        found.append(_repetition(study, part.again))
    found.append(tables.bullets(study.notes))
    return _joined(found)


def _areas(part: Part) -> str:
    drawn = part.drawn
    return (
        f"![who wins in which scenario](choosing/{part.name}.svg)\n\n"
        f"Of {len(drawn.rows)} candidates {len(drawn.pareto)} are not beaten in everything by "
        f"another, and {len(drawn.reduced)} win in some scenario:\n\n{tables.regions(drawn)}"
    )


def _repetition(study: Study, again: Study) -> str:
    inside, count = tables.within(study, again)
    one, other = tables.first_three(study), tables.first_three(again)
    order = (
        "in the same order"
        if one == other
        else f"{', '.join(other)}, where the first time they were {', '.join(one)}"
    )
    return (
        f"Measured again: {inside} of {count} throughputs are within the interval that the first "
        f"measurement states; the first three for `balanced` are {order}."
    )


def hardware(usage: Usage, name: str) -> str:
    """Which metrics go with performance, and why engines are slower, where figures support it."""
    named = captions(row.candidate for row in usage.rows)
    called = {candidate: str(caption) for candidate, caption in named.items()}
    held = [each for each in usage.correlations if each.holds]
    told = [each for each in usage.comparisons if each.causes]
    found = [
        f"### How {name} use the processor",
        f"![processor time and correlations](choosing/{name}-hardware.svg)",
        f"Read by `{usage.tier}`. Of {len(usage.correlations)} correlations {len(held)} hold after "
        f"Holm's correction.",
    ]
    if held:
        rows = [
            (
                each.metric,
                each.target,
                str(each.rows),
                _coefficient(each.pearson),
                _coefficient(each.spearman),
            )
            for each in held
        ]
        found.append(table(("metric", "with", "rows", "Pearson r", "Spearman ρ"), rows))
    found += [
        f"{len(usage.comparisons)} times an engine is certainly slower than the fastest one with "
        f"the same network; of {len(told)} the figures tell why.",
        tables.bullets([sentence(each, called).rstrip(".") for each in told]),
        tables.bullets(usage.notes),
    ]
    return _joined(found)


def _joined(parts: Sequence[str]) -> str:
    """Paragraphs and tables with one empty line between them."""
    return "\n\n".join(part.rstrip("\n") for part in parts if part)


def _coefficient(found: Coefficient | None) -> str:
    if found is None:
        return "undefined"
    low, high = found.ci95
    return f"{found.value:+.2f} ({low:+.2f} … {high:+.2f})"


def budget(outcomes: Sequence[Outcome]) -> str:
    """How the search with a budget does against the whole benchmark."""
    known = [each.found for each in outcomes if each.found] + [each.best for each in outcomes]
    called = captions(known)
    rows = [
        (
            f"{each.weights.accuracy:.2f}, {each.weights.throughput:.2f}, {each.weights.power:.2f}",
            f"{each.share:.1%}",
            str(called[each.found]) if each.found else "nothing",
            f"{each.ratio:.1%}",
        )
        for each in outcomes
    ]
    good = sum(each.ratio >= _GOOD for each in outcomes)
    head = ("accuracy, throughput, power", "time taken", "found", "merit, of the winner's")
    return _joined(
        (
            "### With a budget",
            table(head, rows),
            f"{good} of {len(outcomes)} are within {1 - _GOOD:.0%} of the winner; the mean is "
            f"{fmean(each.ratio for each in outcomes):.1%}.",
        )
    )


def predictions(found: Sequence[Prediction]) -> str:
    """How far predicted throughputs are from measured ones."""
    rows = [
        (
            each.setup,
            str(each.chains),
            str(len(each.networks)),
            f"{each.mean_error:.1%}",
            f"{each.mean_error_with_others:.1%}",
            f"{each.held} of {len(each.networks)}",
            f"{each.disturbed} of {each.samples}",
        )
        for each in found
    ]
    errors = ("error, from chains", "error, leave one out", "in their interval")
    head = ("engine", "chains", "networks", *errors, "samples disturbed")
    return _joined(("### Predicted without a run", table(head, rows)))


def _strongest(usage: Usage, count: int = 3) -> list[str]:
    """The metrics per frame whose rank goes with that of the throughput most closely."""
    held = {
        each.metric: abs(each.spearman.value)
        for each in usage.correlations
        if each.target == "throughput" and each.spearman and each.spearman.holds
    }
    whole = [metric for metric in held if not metric.endswith(PER_MAC)]
    return sorted(whole, key=lambda metric: -held[metric])[:count]


def beside_the_papers(part: Part | None, found: Sequence[Prediction]) -> str:
    """What the papers report, and what was found here; *part*: the classifiers."""
    rows = []
    if part is not None:
        ways = tables.best_ways(part.study)
        networks = {row.candidate.network for row in part.study.rows}
        engines = {row.candidate.engine for row in part.study.rows}
        somewhere = f"{len(part.drawn.reduced)} of {len(part.drawn.rows)}"
        rows = [
            ("networks × frameworks", "4 × 4", f"{len(networks)} × {len(engines)}"),
            ("optimum somewhere", "a few of 16", somewhere),
            ("most images per joule", "SqueezeNet 1.1, OpenCV", str(ways[0].candidate)),
            ("fewest", "GoogLeNet", str(ways[-1].candidate)),
        ]
        if part.usage is not None:
            strongest = ", ".join(_strongest(part.usage)) or "none that holds"
            rows.append(("goes with throughput", "memory use, control flow", strongest))
    if found:
        errors = [each.mean_error_with_others for each in found]
        spread = f"{min(errors):.1%} … {max(errors):.1%}"
        rows.append(("prediction's mean error", "3 … 10 % (7 networks)", spread))
    return table(("", "papers", "here"), rows)
