"""What `perf stat -x, --no-scale` wrote, and trees that stand for machines with a counter.

Lines are value, unit, event, time on in ns, percentage on, a metric and its unit.
"""

from __future__ import annotations

# A virtual machine without a counter, perf 6.1, as root and as a user: the percentage looks well.
VIRTUAL = """\
<not supported>,,instructions,0,100.00,,
<not supported>,,cycles,0,100.00,,
<not supported>,,branch-misses,0,100.00,,
"""

# A Cortex-A72 under Debian 12: six counters for eleven events, so that they take turns; its
# perf cannot tell TLB misses of data apart. 4 s on, in the format of perf-stat(1).
CORTEX_A72 = """\
Events disabled
Events enabled
4200000000,,instructions,2000000000,50.00,1.40,insn per cycle
3000000000,,cycles,2000000000,50.00,,
600000000,,branches,1000000000,25.00,,
6000000,,branch-misses,1000000000,25.00,1.00,of all branches
1300000000,,L1-dcache-loads,2000000000,50.00,,
26000000,,L1-dcache-load-misses,2000000000,50.00,2.00,of all L1-dcache accesses
5000000,,L1-icache-load-misses,2000000000,50.00,,
<not supported>,,dTLB-load-misses,0,100.00,,
<not counted>,,iTLB-load-misses,0,0.00,,
40000000,,l2d_cache,2000000000,50.00,,
10000000,,l2d_cache_refill,2000000000,50.00,,
80000000,,bus_access,2000000000,50.00,,
Events disabled
"""

# A processor with two kinds of cores, as a user who may not watch the kernel: a line for each
# kind, on for as long as the process ran there.
HYBRID = """\
900000,,cpu_atom/instructions/u,100000000,10.00,,
8100000,,cpu_core/instructions/u,900000000,90.00,,
<not counted>,,cpu_atom/cycles/u,0,0.00,,
4500000,,cpu_core/cycles/u,1000000000,100.00,,
"""

_DEVICES = "sys/bus/event_source/devices"

ARM_TREE = {
    f"{_DEVICES}/software/type": "1\n",
    f"{_DEVICES}/armv8_cortex_a72/type": "8\n",
    f"{_DEVICES}/armv8_cortex_a72/cpus": "0-3\n",
    f"{_DEVICES}/armv8_cortex_a72/events/l2d_cache": "event=0x0016\n",
    f"{_DEVICES}/armv8_cortex_a72/events/l2d_cache_refill": "event=0x0017\n",
    f"{_DEVICES}/armv8_cortex_a72/events/bus_access": "event=0x0019\n",
    "sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size": "64\n",
}

# Besides the cores' counter, one of the memory controller, which is none of ours.
X86_TREE = {
    f"{_DEVICES}/cpu/type": "4\n",
    f"{_DEVICES}/cpu/events/instructions": "event=0xc0\n",
    f"{_DEVICES}/uncore_imc/type": "14\n",
    f"{_DEVICES}/uncore_imc/cpumask": "0\n",
    "sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size": "64\n",
}

VIRTUAL_TREE = {
    f"{_DEVICES}/{name}/type": "1\n"
    for name in ("breakpoint", "msr", "software", "tracepoint", "uprobe")
}

# Stands for the program: obeys --control as perf does, and in the end writes what was recorded.
PROGRAM = """\
#!/usr/bin/env python3
import os, signal, sys
orders, answers = next(
    map(int, word.partition("=fd:")[2].split(","))
    for word in sys.argv if word.startswith("--control")
)
sys.stderr.write({text!r})
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
if not {obeys}:
    sys.exit(255)
while os.read(orders, 16):
    os.write(answers, b"ack\\n\\0")
"""

PERMISSION = """\
Error:
Access to performance monitoring and observability operations is limited.
Consider adjusting /proc/sys/kernel/perf_event_paranoid setting to open
access to performance monitoring and observability operations for processes
without CAP_PERFMON, CAP_SYS_PTRACE or CAP_SYS_ADMIN Linux capability.
"""
