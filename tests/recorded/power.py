"""One recorded tree per power source, with what it must read: the figures are worked out by hand.

The formats, names and decoys are those of real machines.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.power import PowerKind, PowerScope
from tests.recorded.tree import VCGENCMD


@dataclass(frozen=True, slots=True)
class Recording:
    """*files* → after one second *later* → *watts*. *values* name the files that are measured."""

    watts: float
    kind: PowerKind
    scope: PowerScope
    files: dict[str, str]
    values: tuple[str, ...]
    later: dict[str, str] = field(default_factory=dict)


# A Jetson Orin NX: the module's input and two rails that it feeds, in1…in3; in7 is their sum.
_ORIN = "sys/bus/i2c/devices/1-0040"
_ORIN_HWMON = f"{_ORIN}/hwmon/hwmon3"
JETSON = {
    "sys/bus/i2c/devices/1-0050/name": "24c02\n",
    f"{_ORIN}/name": "ina3221\n",
    f"{_ORIN_HWMON}/name": "ina3221\n",
    f"{_ORIN_HWMON}/in1_label": "VDD_IN\n",
    f"{_ORIN_HWMON}/in1_input": "4968\n",
    f"{_ORIN_HWMON}/curr1_input": "1512\n",
    f"{_ORIN_HWMON}/in2_label": "VDD_CPU_GPU_CV\n",
    f"{_ORIN_HWMON}/in2_input": "4960\n",
    f"{_ORIN_HWMON}/curr2_input": "500\n",
    f"{_ORIN_HWMON}/in3_label": "VDD_SOC\n",
    f"{_ORIN_HWMON}/in3_input": "4960\n",
    f"{_ORIN_HWMON}/curr3_input": "400\n",
    f"{_ORIN_HWMON}/in7_label": "sum of shunt voltages\n",
    f"{_ORIN_HWMON}/in7_input": "12\n",
    # The same chip once more, where the source for single chips looks.
    "sys/class/hwmon/hwmon3/name": "ina3221\n",
    "sys/class/hwmon/hwmon3/in1_input": "4968\n",
    "sys/class/hwmon/hwmon3/curr1_input": "1512\n",
}

_INA219 = "sys/class/hwmon/hwmon2"

PMIC_ANSWER = """\
 3V7_WL_SW_A current(0)=0.10000000A
   3V3_SYS_A current(1)=0.06000000A
   1V8_SYS_A current(2)=0.20000000A
  DDR_VDD2_A current(3)=0.05000000A
  DDR_VDDQ_A current(4)=0.00000000A
   1V1_SYS_A current(5)=0.20000000A
    0V8_SW_A current(6)=0.35000000A
  VDD_CORE_A current(7)=1.50000000A
   3V3_DAC_A current(17)=0.00020000A
   3V3_ADC_A current(18)=0.00040000A
   0V8_AON_A current(16)=0.00500000A
      HDMI_A current(22)=0.01000000A
 3V7_WL_SW_V volt(8)=3.60000000V
   3V3_SYS_V volt(9)=3.30000000V
   1V8_SYS_V volt(10)=1.80000000V
  DDR_VDD2_V volt(11)=1.10000000V
  DDR_VDDQ_V volt(12)=0.60000000V
   1V1_SYS_V volt(13)=1.10000000V
    0V8_SW_V volt(14)=0.80000000V
  VDD_CORE_V volt(15)=0.90000000V
   3V3_DAC_V volt(20)=3.30000000V
   3V3_ADC_V volt(21)=3.30000000V
   0V8_AON_V volt(19)=0.80000000V
      HDMI_V volt(23)=5.00000000V
     EXT5V_V volt(24)=4.87894000V
      BATT_V volt(25)=2.50512600V
"""

_CAP = "sys/class/powercap"
_RANGE = "262143328850\n"

RECORDINGS = {
    "jetson-ina3221": Recording(
        watts=7.511616,  # 4.968 V × 1.512 A, and nothing else
        kind="measured",
        scope="board",
        files=JETSON,
        values=(f"{_ORIN_HWMON}/in1_input", f"{_ORIN_HWMON}/curr1_input"),
    ),
    "hwmon-ina2xx": Recording(
        watts=6.12,
        kind="measured",
        scope="board",
        files={
            "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
            f"{_INA219}/name": "ina219\n",
            f"{_INA219}/in0_input": "12\n",
            f"{_INA219}/in1_input": "5100\n",
            f"{_INA219}/curr1_input": "1200\n",
            f"{_INA219}/power1_input": "6120000\n",
        },
        values=(
            f"{_INA219}/in1_input",
            f"{_INA219}/curr1_input",
            f"{_INA219}/power1_input",
        ),
    ),
    "pi-pmic": Recording(
        # 0.36 + 0.198 + 0.36 + 0.055 + 0 + 0.22 + 0.28 + 1.35 + 0.00066 + 0.00132 + 0.004 + 0.05
        watts=2.87898,
        kind="measured",
        scope="rails",
        files={"usr/bin/vcgencmd": VCGENCMD, "usr/bin/vcgencmd.pmic_read_adc": PMIC_ANSWER},
        values=("usr/bin/vcgencmd.pmic_read_adc",),
    ),
    "battery": Recording(
        watts=6.54,
        kind="measured",
        scope="board",
        files={
            "sys/class/power_supply/AC/type": "Mains\n",
            "sys/class/power_supply/AC/online": "0\n",
            "sys/class/power_supply/BAT0/type": "Battery\n",
            "sys/class/power_supply/BAT0/status": "Discharging\n",
            "sys/class/power_supply/BAT0/power_now": "6540000\n",
        },
        values=(
            "sys/class/power_supply/BAT0/status",
            "sys/class/power_supply/BAT0/power_now",
        ),
    ),
    "rapl": Recording(
        watts=27.5,  # 15 J of package 0; of package 1 9.5 J before the wrap and 3 J after it
        kind="measured",
        scope="package",
        files={
            f"{_CAP}/intel-rapl/enabled": "1\n",
            f"{_CAP}/intel-rapl:0/name": "package-0\n",
            f"{_CAP}/intel-rapl:0/max_energy_range_uj": _RANGE,
            f"{_CAP}/intel-rapl:0/energy_uj": "5000000\n",
            f"{_CAP}/intel-rapl:0:0/name": "core\n",
            f"{_CAP}/intel-rapl:0:0/max_energy_range_uj": _RANGE,
            f"{_CAP}/intel-rapl:0:0/energy_uj": "3000000\n",
            f"{_CAP}/intel-rapl:1/name": "package-1\n",
            f"{_CAP}/intel-rapl:1/max_energy_range_uj": _RANGE,
            f"{_CAP}/intel-rapl:1/energy_uj": "262133828850\n",
            f"{_CAP}/intel-rapl:2/name": "psys\n",
            f"{_CAP}/intel-rapl:2/max_energy_range_uj": _RANGE,
            f"{_CAP}/intel-rapl:2/energy_uj": "9000000\n",
            f"{_CAP}/intel-rapl-mmio:0/name": "package-0\n",
            f"{_CAP}/intel-rapl-mmio:0/max_energy_range_uj": _RANGE,
            f"{_CAP}/intel-rapl-mmio:0/energy_uj": "5000000\n",
        },
        values=(f"{_CAP}/intel-rapl:0/energy_uj", f"{_CAP}/intel-rapl:1/energy_uj"),
        later={
            f"{_CAP}/intel-rapl:0/energy_uj": "20000000\n",
            f"{_CAP}/intel-rapl:0:0/energy_uj": "13000000\n",
            f"{_CAP}/intel-rapl:1/energy_uj": "3000000\n",
            f"{_CAP}/intel-rapl:2/energy_uj": "49000000\n",
            f"{_CAP}/intel-rapl-mmio:0/energy_uj": "20000000\n",
        },
    ),
    "modelled": Recording(
        watts=4.05,  # 2.7 W + 0.9 W × 1.5: 150 ticks of user, nice, system and interrupts in 1 s
        kind="modelled",
        scope="board",
        files={
            "proc/stat": "cpu  1000 50 300 90000 700 20 30 40 0 0\n"
            "cpu0 500 25 150 45000 350 10 15 20 0 0\n"
            "cpu1 500 25 150 45000 350 10 15 20 0 0\n"
            "intr 12345 0 9\nctxt 6789\nbtime 1700000000\n"
        },
        values=("proc/stat",),
        later={
            "proc/stat": "cpu  1100 60 330 90030 710 24 36 50 0 0\n"
            "cpu0 550 30 165 45015 355 12 18 25 0 0\n"
            "cpu1 550 30 165 45015 355 12 18 25 0 0\n"
            "intr 12399 0 9\nctxt 6889\nbtime 1700000000\n"
        },
    ),
}
