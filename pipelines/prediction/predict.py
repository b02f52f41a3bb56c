"""Time and energy of a network that has never run here, from its ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import SaccadeError
from pipelines.power import PowerKind, PowerScope
from pipelines.prediction.builder import ChainPrecision
from pipelines.prediction.fit import Estimate
from pipelines.prediction.layers import Layer, work_of
from pipelines.prediction.profile import Profile


@dataclass(frozen=True, slots=True)
class PredictedEnergy:
    """*joules* of one frame, idle included, as the power source of that kind would tell them."""

    joules: Estimate
    kind: PowerKind
    scope: PowerScope
    source: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one inference costs, pre-processing excluded.

    *macs*: multiply-accumulates. *left_out*: kinds of layers that could not be predicted.
    """

    macs: int
    ms: Estimate
    energy: PredictedEnergy | None

    @property
    def fps(self) -> float:
        """Frames a second, one after the other."""
        return 1e3 / self.ms.total

    @property
    def left_out(self) -> tuple[str, ...]:
        return self.ms.unknown


def predict(layers: Sequence[Layer], profile: Profile) -> Prediction:
    """Predict a network from its layers, see `layers.read_layers`.

    Raises SaccadeError where the profile has too few chains.
    """
    work, energy = work_of(layers), None
    if profile.energy is not None:
        known = profile.energy
        estimate = known.fit.estimate(work)
        energy = PredictedEnergy(estimate, known.kind, known.scope, known.source)
    ms = profile.time.estimate(work)
    if len(ms.unknown) == len(work):
        raise SaccadeError(
            f"{profile.setup}: nothing is known of this network's layers: {', '.join(work)}"
        )
    return Prediction(sum(layer.macs for layer in layers), ms, energy)


def chains_for(layers: Sequence[Layer]) -> ChainPrecision:
    """With which chains an engine must be characterised for a network of these layers."""
    kinds = {layer.kind for layer in layers if layer.macs and layer.kind.endswith(" int8")}
    if not kinds:
        return "fp32"
    return "int8-signed" if all(" signed" in kind for kind in kinds) else "int8"
