"""Segments as they are sent and as they are stored, on one short text."""

from __future__ import annotations

from itertools import count
from typing import Any

from labeling.server.rules.bodies import SegmentBody
from labeling.server.rules.merging import StoredSegment, merged_segments, with_ids

TEXT = "abcdef"


def sent(*segments: dict[str, Any]) -> tuple[SegmentBody, ...]:
    return tuple(SegmentBody.model_validate(segment) for segment in segments)


def stored(*segments: dict[str, Any]) -> tuple[StoredSegment, ...]:
    return with_ids(merged_segments((), sent(*segments), TEXT, "here"), count(1), count(1))
