"""Networks: an image goes in, detections come out. Knows nothing of cameras, threads or windows."""

import os

# ONNX Runtime's builds for Linux send what they run to their maker, from 1.29 on, unless this is
# set before it is loaded. Engine, training and benchmarks load it; all of them come through here.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
