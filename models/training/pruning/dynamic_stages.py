"""Dynamic pruning, stage by stage: gates that stay where they pay on this device.

<folder>/rate-30/gates/                  the training of the gates, as for `lkam`
<folder>/rate-30/dynamic/staying.json    the layers whose gates stay, and their groups
<folder>/rate-30/dynamic/trained/        the training that follows, taught by the whole network
<folder>/rate-30/dynamic/network/        the finished network
<folder>/rate-30/dynamic/point.json      its figures: the rate is done
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, closing
from math import prod
from pathlib import Path
from statistics import median

import msgspec
import onnx
from torch import nn

from models.engines import EngineOptions
from models.errors import CrossCheckError, SaccadeError
from models.manifest import MANIFEST, Network, Pruned, load_network
from models.predictor import Predictor, load_predictor
from models.training import checkpoint
from models.training.exporting import PARITY, deviation, export
from models.training.pruning.blocks import block_of
from models.training.pruning.conditional import Verdict, conditional, judge, partly
from models.training.pruning.lkam import decided, gates_of, ungated
from models.training.pruning.stages import Progress, Pruning
from models.training.pruning.utilisation import gate_values
from models.training.samples import cached

log = logging.getLogger(__name__)

ENGINE = "onnxruntime"
_TIMED = 48  # pictures
_TOLD = 3  # layers

Groups = dict[str, tuple[tuple[int, ...], ...]]


class DoesNotPay(SaccadeError):
    """Leaving kernels out takes longer on this device than computing them all."""


class DynamicPoint(msgspec.Struct, frozen=True):
    """A dynamically pruned network's figures.

    *kept*: the share of the parent's operations that a picture needs on average, its gates' own
    included. *milliseconds* and *parent_milliseconds*: medians for a picture on one thread of
    `ENGINE`, on real pictures, in turns. *layers*: in words, what was found of each.
    """

    rate: float
    kept: float
    macs: int
    milliseconds: float
    parent_milliseconds: float
    accuracy: float
    layers: tuple[str, ...]


class DynamicPruning(Pruning):
    """One order, of the method "lkam", in a folder of its own."""

    def dynamic_point(self, rate: float, progress: Progress) -> DynamicPoint:
        """The figures of the network of that *rate*, made if it is not there.

        Raises DoesNotPay, KeyboardInterrupt with everything saved, InputError and SaccadeError.
        """
        folder = self._stage(rate) / "dynamic"
        folder.mkdir(parents=True, exist_ok=True)
        done = folder / "point.json"
        if not done.exists():
            checkpoint.write(done, msgspec.json.encode(self._dynamic_point(rate, folder, progress)))
        found = msgspec.json.decode(done.read_bytes(), type=DynamicPoint)
        if found.milliseconds >= found.parent_milliseconds:
            raise DoesNotPay(
                f"a picture takes {found.milliseconds:.2f} ms in {ENGINE}, and "
                f"{found.parent_milliseconds:.2f} ms without gates"
            )
        return found

    def network(self, rate: float) -> Network:
        """The finished network of a rate that is done."""
        return load_network(self._stage(rate) / "dynamic" / "network" / MANIFEST)

    def _dynamic_point(self, rate: float, folder: Path, progress: Progress) -> DynamicPoint:
        module = self._gated(rate, self._stage(rate) / "gates", progress)
        layers, groups = self._staying(module, folder)
        module = partly(module, groups)
        title = f"{rate:.0%}: training"
        module, _ = self._tuned(module, None, folder / "trained", title, progress)
        macs = self._mean_macs(module, groups)
        network = self._made(module, groups, macs, folder / "network")
        parent_ms, own_ms = self._times(network)
        return DynamicPoint(
            rate=rate,
            kept=macs / self.wiring.macs(),
            macs=macs,
            milliseconds=own_ms,
            parent_milliseconds=parent_ms,
            accuracy=network.manifest.accuracy[0].value,
            layers=layers,
        )

    def verdicts(self, rate: float, progress: Progress) -> tuple[Verdict, ...]:
        """What is found of each layer now, with the gates of that *rate*."""
        folder = self._stage(rate)
        return self._judged(self._gated(rate, folder / "gates", progress), folder)

    def _staying(self, module: nn.Module, folder: Path) -> tuple[tuple[str, ...], Groups]:
        """What was found of each layer, and those whose gates stay."""
        path = folder / "staying.json"
        kind = tuple[tuple[str, ...], Groups]
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=kind)
        verdicts = self._judged(module, folder)
        layers = tuple(verdict.in_words() for verdict in verdicts)
        groups = {each.name: each.groups for each in verdicts if each.pays}
        if not groups:
            nearest = sorted(verdicts, key=lambda each: each.excess)[:_TOLD]
            raise DoesNotPay(
                f"in {ENGINE} none of {len(verdicts)} layers is used so little that leaving "
                f"kernels out saves time; nearest to it: "
                + (
                    "; ".join(verdict.in_words() for verdict in nearest)
                    or "none has enough kernels"
                )
            )
        checkpoint.write(path, msgspec.json.encode((layers, groups)))
        return layers, groups

    def _judged(self, module: nn.Module, folder: Path) -> tuple[Verdict, ...]:
        plain = self._plain(module, folder / "plain.onnx")
        found = judge(module, plain, self._pictures(), ENGINE, threads=1)
        for verdict in found:
            log.info("%s", verdict.in_words())
        return found

    def _plain(self, module: nn.Module, file: Path) -> onnx.ModelProto:
        course = self._course
        export(ungated(module), course.family.decoder, course.width, course.side, file)
        model: onnx.ModelProto = onnx.load(file)
        file.unlink()
        return model

    def _made(self, module: nn.Module, groups: Groups, macs: int, folder: Path) -> Network:
        course, before = self._course, self.wiring.macs()

        def put(file: Path) -> None:
            model = conditional(module, self._plain(module, file), groups)
            onnx.save(model, file)
            found = deviation(module, course.family.decoder, course.width, course.side, file)
            if not found <= PARITY:
                raise CrossCheckError(
                    f"{file}: the conditional network deviates from PyTorch by {found:.1e}, and "
                    f"{PARITY:.0e} is allowed"
                )

        pruned = Pruned("lkam", macs, before, dynamic=True)
        return self._finished(module, "dynamically pruned", pruned, put, folder)

    def _mean_macs(self, module: nn.Module, groups: Groups) -> int:
        """Operations for a picture on average: groups that it needs, and the gates themselves."""
        total = float(self.wiring.macs())
        layers = {layer.name: layer for layer in self.wiring.layers}
        gates = gates_of(module)
        for name, z in gate_values(module, self._pictures()).items():
            layer, needed = layers[name], decided(z)
            kernels, channels = len(layer.outputs), len(layer.inputs)
            on = [float(needed[:, list(group)].any(1).float().mean()) for group in groups[name]]
            share = sum(each * len(group) for each, group in zip(on, groups[name], strict=True))
            total -= (1 - share / kernels) * layer.macs(self.wiring.all)
            block = block_of(gates[name].block)
            assert block is not None
            pixels = layer.positions * prod(block.conv.stride)
            total += gates[name].lkam.look.out_channels * (channels * pixels + kernels)
        return round(total)

    def _times(self, network: Network) -> tuple[float, float]:
        """Milliseconds of the parent and of *network* on the pictures that steer, in turns."""
        course = self._course
        samples = cached(course.data.validation, course.cache, course.workers)
        options = EngineOptions(threads=1, device="cpu")
        with ExitStack() as stack:
            predictors: list[Predictor] = []
            for each in (self._order.parent, network):
                loaded = load_predictor(each, ENGINE, options)
                predictors.append(stack.enter_context(closing(loaded)))
            took: list[list[float]] = [[], []]
            for number in range(min(_TIMED, len(samples))):
                for predictor, times in zip(predictors, took, strict=True):
                    times.append(predictor.predict(samples[number].image).timing.infer_ms)
        parent_ms, own_ms = (median(times) for times in took)
        return parent_ms, own_ms
