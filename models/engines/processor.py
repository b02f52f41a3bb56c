"""The precisions lower than float32 that this processor has instructions for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from models.manifest import Precision

# As Linux names them, on x86 and on Arm; arch/x86/include/asm/cpufeatures.h and
# Documentation/arch/arm64/elf_hwcaps.rst.
_FLAGS: dict[Precision, frozenset[str]] = {
    "bf16": frozenset({"avx512_bf16", "amx_bf16", "bf16"}),
    "fp16": frozenset({"avx512_fp16", "amx_fp16", "asimdhp"}),
}
_CPUINFO = Path("/proc/cpuinfo")


@cache
def processor_precisions() -> frozenset[Precision]:
    """Read from the kernel; nothing where it does not say."""
    try:
        lines = _CPUINFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    flags = {
        word
        for line in lines
        if line.startswith(("flags", "Features"))
        for word in line.partition(":")[2].split()
    }
    return frozenset(precision for precision, names in _FLAGS.items() if names & flags)
