"""What an image is everywhere in Saccade: BGR uint8, height × width × 3."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
