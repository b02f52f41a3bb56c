"""Prediction without running: what a network would cost on this device, from its file alone.

After PreVIous (Velasco-Montero et al., arXiv 1912.06442): an engine is characterised once on the
device, one regression for each type of layer is fitted, and an unseen network costs the sum over
its layers.

    characterise.py   random chains of layers (chains.py) are timed in a process of their own
    profile.py        what was measured, one file for each engine and setting
    fit.py            from sums over layers to coefficients
    layers.py         from an ONNX file to layers and the work in them
    predict.py        the two put together
"""
