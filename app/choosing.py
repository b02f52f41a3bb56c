"""The network of every camera, chosen while it runs, by the scenario in force and what was
measured; changed only where that pays.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.account import Entry, PowerLog, Refusal
from app.config import Config
from app.governing import make_governor
from app.scenarios import find_scenario, named_scenarios
from app.seat import Load, Seat
from app.telemetry.snapshot import ChoosingStatus, TelemetrySnapshot
from app.together import FixedSeat, Together
from models.candidate import Candidate
from models.errors import UnknownName
from models.manifest import Task
from pipelines.board import usable_cores
from pipelines.live.pipeline import Pipeline
from pipelines.live.status import CameraState, CameraStatus
from pipelines.power.battery_level import BatteryLevel, read_battery
from pipelines.selection.choice import Choice
from pipelines.selection.closed_loop.deviation import Live
from pipelines.selection.closed_loop.steering import Patience, Steering
from pipelines.selection.governor.governor import Decision
from pipelines.selection.governor.readings import Readings
from pipelines.selection.in_force import AUTO, Commander, InForce, Ruling
from pipelines.selection.measurement import Measurement
from pipelines.selection.scenario import Weights

if TYPE_CHECKING:
    from models.predictor import Predictor

log = logging.getLogger(__name__)

Listener = Callable[["Entry | Refusal"], None]


class Chooser:
    """*load* builds a candidate's predictor, warmed up; it raises SaccadeError.

    `tick` is a consumer of the reporter's snapshots. *battery* is read once a second where there
    are rules. *cores*: what the networks of several cameras may use together.
    """

    def __init__(
        self,
        config: Config,
        load: Load,
        battery: Callable[[], BatteryLevel | None] = read_battery,
        cores: float | None = None,
    ) -> None:
        self.scenarios = named_scenarios(config)
        self.in_force = InForce(find_scenario(config))
        self._load = load
        self._battery = battery
        self._governor = make_governor(config)
        self._governed = bool(config.governor.rule)
        self._decision = Decision()
        # With other policies the network waits on purpose, so its rate does not tell.
        self._rate_tells = config.live.policy == "newest"
        self._paced = config.live.policy != "every-frame"
        self._own = {
            camera.name: Ruling(find_scenario(config, camera.scenario), "configuration")
            for camera in config.camera
            if camera.scenario
        }
        self._patience = Patience(config.governor.min_gain, config.governor.miss_factor)
        self._seats: dict[str, Seat] = {}
        # One core is left to the cameras and the window, as in docs/decisions/0002.
        cores = cores or max(1, usable_cores() - 1)
        self._together = Together(self._seats, self.ruling, cores, config.governor.min_gain)
        self._power = PowerLog()
        self._listeners: list[Listener] = []
        self._ruling: Ruling | None = None
        self._status = ChoosingStatus()

    def add(self, pipeline: Pipeline, rows: Sequence[Measurement], task: Task) -> None:
        """Choose the network of *pipeline* from *rows*; without any, it keeps the one it has.

        *task*: what is looked for unless a scenario says otherwise. Before the first `tick`.
        """
        steering = Steering(rows, task, self._patience)
        self._seats[pipeline.name] = Seat(
            pipeline, steering, self._load, self._tell, paced=self._paced
        )

    def add_fixed(self, pipeline: Pipeline, rows: Callable[[], tuple[Measurement, ...]]) -> None:
        """Count the network of *pipeline*, which the user named, where others are chosen.

        *rows*: what was measured of it, asked for once. Before the first `tick`.
        """
        seat = FixedSeat(pipeline, rows, paced=self._paced)
        self._together.add_fixed(pipeline.name, seat)

    def add_listener(self, listener: Listener) -> None:
        """Have *listener* called for every change, again when it was judged, and for every refusal.

        On the thread that calls `tick`, or at the start on a worker's; it must not raise.
        """
        self._listeners.append(listener)

    def load_first(self, camera: str) -> Predictor | None:
        """What is chosen for *camera* at the start, loaded; None where nothing can be.

        On a thread of the camera's.
        """
        seat = self._seats.get(camera)
        if seat is None:
            return None
        self._together.begin(camera)
        return seat.load_first(self.ruling(camera))

    def ruling(self, camera: str) -> Ruling:
        """What is in force for *camera*: its own scenario, unless somebody asks for another."""
        ruling = self.in_force.now
        return self._own.get(camera, ruling) if ruling.source == "configuration" else ruling

    def rate_fps(self, camera: str) -> float | None:
        """The frames a second of *camera*, as they count; None where it waits for its network."""
        seat = self._seats.get(camera)
        return seat.rate_fps if seat else None

    def learn(self, camera: str, rows: Sequence[Measurement]) -> None:
        """Choose the network of *camera* from *rows* from now on. On any thread."""
        self._seats[camera].steering.learn(rows)

    def command(self, source: Commander, wish: str | Weights) -> None:
        """Have *source* ask for the scenario of that name, for weights, or for nothing ("auto").

        On any thread; networks follow at the next tick. Raises UnknownName.
        """
        if isinstance(wish, Weights):
            self.in_force.ask(source, self.in_force.weighed(wish))
        elif wish == AUTO:
            self.in_force.clear(source)
        elif wish in self.scenarios:
            self.in_force.ask(source, self.scenarios[wish])
        else:
            raise UnknownName("scenario", wish, (AUTO, *self.scenarios))

    def status(self) -> ChoosingStatus:
        """What rules now, and what the running networks were worth at the last tick."""
        return replace(self._status, ruling=self.in_force.now)

    def choice(self, camera: str) -> Choice | None:
        """The latest ranking for *camera*, with the reason of everything that was rejected."""
        seat = self._seats.get(camera)
        return seat.steering.choice if seat else None

    def account(self, camera: str) -> tuple[Entry, ...]:
        """The changes that were chosen for *camera*, oldest first."""
        seat = self._seats.get(camera)
        return seat.account if seat else ()

    def refusals(self, camera: str) -> tuple[Refusal, ...]:
        """What was chosen for *camera* and could not be run, oldest first."""
        seat = self._seats.get(camera)
        return seat.refusals if seat else ()

    def pending(self, camera: str) -> Candidate | None:
        """What *camera* is about to run: being loaded, or waiting for its first frame."""
        seat = self._seats.get(camera)
        return seat.pending if seat else None

    def note(self, camera: str) -> str:
        """Why *camera* keeps what it runs though another one is better, "" where it does not."""
        seat = self._seats.get(camera)
        return seat.steering.note if seat else ""

    @property
    def together(self) -> str:
        """What was chosen for several cameras together, in one clause; "" for a single one."""
        return self._together.note

    def tick(self, snapshot: TelemetrySnapshot) -> None:
        """Once a second: shift the scenario, watch what runs, and change it where that pays."""
        now_s = time.monotonic()
        self._power.add(now_s, snapshot.power)
        lives = {camera.name: self._live(camera, snapshot) for camera in snapshot.cameras}
        if self._governed:
            self._govern(now_s, snapshot, list(lives.values()))
        ruling = self.in_force.now
        if ruling != self._ruling:
            log.info("scenario: %s", ruling)
            self._ruling = ruling
        self._together.step(now_s, {each.name: each.candidate for each in snapshot.cameras})
        merits = {}
        for camera in snapshot.cameras:
            if seat := self._seats.get(camera.name):
                running, own = camera.candidate, self.ruling(camera.name)
                seat.step(now_s, own, running, lives[camera.name], self._power)
                merits[camera.name] = seat.steering.merit(running, own.scenario.weights)
        self._status = ChoosingStatus(ruling, merits)

    def _govern(self, now_s: float, snapshot: TelemetrySnapshot, lives: list[Live | None]) -> None:
        rates = [rate for live in lives if live and (rate := live.capacity_fps) is not None]
        battery = self._battery()
        readings = Readings(
            battery_percent=battery.percent if battery else None,
            discharging=battery.discharging if battery else None,
            temperature_c=snapshot.temperature_c,
            complaints=snapshot.throttled,
            power_w=snapshot.power.watts if snapshot.power else None,
            fps=min(rates, default=None),
            clock=datetime.now().time(),
        )
        decision = self._governor.step(now_s, readings)
        if decision == self._decision:
            return
        self._decision = decision
        log.info("governor: %s", decision.why)
        if decision.rule is None:
            self.in_force.clear("governor")
        else:
            scenario = decision.rule.apply(self.in_force.configured)
            self.in_force.ask("governor", scenario, decision.why)

    def _live(self, camera: CameraStatus, snapshot: TelemetrySnapshot) -> Live | None:
        """The camera's figures; None while its network is not at work."""
        if camera.state is not CameraState.LIVE or camera.latency is None:
            return None
        latency, tells = camera.latency, self._rate_tells
        return Live(
            fps=camera.fps if tells else None,
            capture_fps=camera.capture_fps,
            work_ms=latency.pre_ms + latency.infer_ms + latency.post_ms,
            age_p95_ms=camera.age_ms.p95 if camera.age_ms and tells else None,
            # The watts of several networks cannot be told apart.
            power=snapshot.power if len(snapshot.cameras) == 1 else None,
        )

    def _tell(self, entry: Entry | Refusal) -> None:
        for listener in self._listeners:
            listener(entry)
