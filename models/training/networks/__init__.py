"""The families of networks: four detectors and four classifiers, one file a paper.

All of them use ReLU and batch-norm only, so that removing a kernel leaves a network that computes
exactly what it would with that kernel at zero.
"""

from __future__ import annotations

from models.plugins import PluginTable

FAMILIES = PluginTable(
    "network family",
    "saccade.families",
    {
        "vgg-ssd": "models.training.networks.vgg:SSD",
        "pva-ssd": "models.training.networks.pvanet:SSD",
        "squeezenet-ssd": "models.training.networks.squeezenet:SSD",
        "tiny-yolo": "models.training.networks.tinyyolo:YOLO",
        "nin": "models.training.networks.nin:CLASSIFIER",
        "googlenet": "models.training.networks.googlenet:CLASSIFIER",
        "squeezenet": "models.training.networks.squeezenet:CLASSIFIER",
        "mobilenet": "models.training.networks.mobilenet:CLASSIFIER",
    },
)
