"""Smaller networks from larger ones: the kernels that matter least are taken out.

wiring      which kernel reaches which layer, and what cannot be taken out
lkam        gates that learn which kernels a picture needs
importance  how much each kernel matters, by gates, by batch-norm or at random
slicing     the network without the kernels that go
stages      gates, slicing, training on and measuring, one rate after the other
"""
