"""From the configuration's words to the governor."""

from __future__ import annotations

from app.config import Config
from app.governor_config import RuleConfig
from app.scenarios import find_scenario
from pipelines.selection.governor.conditions import (
    BatteryLow,
    Between,
    Beyond,
    Condition,
    Throttled,
)
from pipelines.selection.governor.governor import Governor
from pipelines.selection.governor.rule import Rule
from pipelines.selection.scenario import Scenario, Weights


def make_governor(config: Config) -> Governor:
    """The governor with the configuration's rules, in the order of the file."""
    section = config.governor
    rules = [_rule(rule, config) for rule in section.rule]
    return Governor(rules, section.dwell_s, section.confirm_s)


def _rule(rule: RuleConfig, config: Config) -> Rule:
    return Rule(rule.name or rule.sensor, _condition(rule), _shift(rule, config))


def _condition(rule: RuleConfig) -> Condition:
    if rule.sensor == "time":
        start, end = rule.hours
        return Between(start, end)
    if rule.sensor == "throttled":
        return Throttled()
    limit, release = rule.levels
    if rule.sensor == "battery":
        return BatteryLow(limit, release)
    return Beyond(rule.sensor, limit, release)


def _shift(rule: RuleConfig, config: Config) -> Scenario | Weights:
    if rule.scenario is not None:
        return find_scenario(config, rule.scenario)
    assert rule.add is not None  # the section demands one of the two
    add = rule.add
    return Weights(add.accuracy, add.throughput, add.power, add.memory, add.latency)
