from __future__ import annotations

from dataclasses import replace

from app.captions import captions
from models.candidate import Candidate

NET = Candidate("mobilenet-v2", "int8", "ncnn", threads=2)


def test_a_candidate_alone_is_called_as_everywhere() -> None:
    assert str(captions([NET])[NET]) == str(NET) == "mobilenet-v2 · ncnn int8"


def test_what_is_alike_is_told_apart_by_what_differs() -> None:
    one, spinning = replace(NET, threads=1), replace(NET, spinning=True)
    other = replace(NET, precision="fp32")
    called = captions([NET, one, spinning, other, NET])
    assert {candidate: str(caption) for candidate, caption in called.items()} == {
        NET: "mobilenet-v2 · ncnn int8 · 2 threads · not spinning",
        one: "mobilenet-v2 · ncnn int8 · 1 thread · not spinning",
        spinning: "mobilenet-v2 · ncnn int8 · 2 threads · spinning",
        other: "mobilenet-v2 · ncnn fp32",
    }
    gpu = replace(NET, device="cuda")
    assert str(captions([NET, gpu])[gpu]) == "mobilenet-v2 · ncnn int8 · cuda"
