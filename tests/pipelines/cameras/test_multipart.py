from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cameras.multipart import MultipartParser

PARTS = [b"\xff\xd8one\xff\xd9", b"\xff\xd8 a \r\n\r\n b \xff\xd9", b""]


def body(parts: list[bytes], length: bool) -> bytes:
    stream = b"preamble\r\n"
    for part in parts:
        stream += b"--cut\r\nContent-Type: image/jpeg\r\n"
        stream += b"content-length:%d\r\n" % len(part) if length else b""
        stream += b"\r\n" + part + (b"\r\n" if length else b"")
    return stream + b"--cut--\r\n"


@pytest.mark.parametrize("length", [True, False])
@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_parts_come_out_whole_however_the_bytes_arrive(length: bool, cuts: list[int]) -> None:
    stream = body(PARTS, length)
    parser = MultipartParser("cut")
    found = []
    start = 0
    for size in [*cuts, len(stream)]:
        found += parser.feed(stream[start : start + size])
        start += size
    assert found == PARTS


@pytest.mark.parametrize("boundary", ["cut", "--cut", '"cut"'])
def test_the_boundary_is_written_in_several_ways(boundary: str) -> None:
    assert MultipartParser(boundary).feed(body(PARTS, True)) == PARTS


def test_a_part_may_hold_the_boundary_where_its_length_is_said() -> None:
    parts = [b"before --cut after"]
    assert MultipartParser("cut").feed(body(parts, True)) == parts


def test_what_has_no_boundary_is_refused_before_it_fills_the_memory() -> None:
    parser = MultipartParser("cut")
    assert parser.feed(b"x" * 60_000) == []
    with pytest.raises(ValueError, match="no boundary"):
        parser.feed(b"x" * 60_000)


def test_a_part_of_an_absurd_length_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than any picture"):
        MultipartParser("cut").feed(b"--cut\r\nContent-Length: 99999999999\r\n\r\n")
