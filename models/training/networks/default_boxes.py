"""The default boxes of the SSD detectors, made for labels of 8 to 200 pixels, nearly square.

The ranges that two boxes answer for overlap a little, so that no size falls between them.
"""

from __future__ import annotations

from models.training.networks.detector import DefaultBox

THREE_LEVELS = (
    (8, (DefaultBox(24, 0, 44),)),
    (16, (DefaultBox(60, 36, 92),)),
    (32, (DefaultBox(120, 76, 1e5),)),
)
