"""Learning and proposing in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from labeling.errors import Invalid, Unavailable
from labeling.prediction.apart import learn_apart, read_apart, score_apart
from labeling.prediction.estimate import estimate
from labeling.prediction.model import Model, train
from labeling.prediction.task import Example
from tests.unit.prediction.corpus import reviews

EXAMPLES = reviews(40)


def test_what_is_learned_apart_is_what_would_be_learned_here() -> None:
    told = list[float]()
    made = learn_apart(EXAMPLES, [example.text for example in EXAMPLES], "CLASSLABEL", told.append)
    here = estimate(EXAMPLES)
    assert made.data == train(EXAMPLES).with_scale(here.scale).to_bytes()
    assert made.metrics["f1"] == pytest.approx(here.score.f1, abs=1e-4)
    assert (made.metrics["tags"], made.metrics["out_of_reach"]) == (64, 0)
    assert [one["class"] for one in made.metrics["classes"]] == list(here.by_class)
    assert told == sorted(told)
    assert 0.7 < told[-1] < 1
    texts = [*(example.text for example in reviews(20, seed=1)), "", "half a pair \ud83d"]
    model = Model.from_bytes(made.data)
    assert read_apart(made.data, texts, lambda share: None) == [model.read(text) for text in texts]
    assert score_apart(made.data, EXAMPLES, "CLASSLABEL", lambda share: None) == made.metrics


def test_what_cannot_be_done_apart_is_told() -> None:
    with pytest.raises(Invalid, match="no tag"):
        learn_apart([Example("nothing")] * 10, [], None, lambda share: None)
    with pytest.raises(Invalid, match="damaged"):
        read_apart(b"no model", ["text"], lambda share: None)


def children() -> list[int]:
    """The processes that this one has begun and that are at work on a model."""
    tasks = Path("/proc/self/task").glob("*/children")
    pids = [int(pid) for task in tasks for pid in task.read_text().split()]
    return [pid for pid in pids if b"prediction.apart" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_process_that_is_killed_is_told_of() -> None:
    def kill(share: float) -> None:
        for pid in children():
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(Unavailable, match="was killed, as a system does where memory runs out"):
        learn_apart(EXAMPLES, [], "CLASSLABEL", kill)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ('printf \'{"data": "abc\'', "broke off (exit 0)"),
        ('printf \'{"data": "abc\'; kill -9 $$', "was killed"),
        ("exit 3", "broke off (exit 3)"),
        (None, "could not be begun (ENOENT)"),
    ],
)
def test_however_a_process_fails_it_is_told(
    script: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    if script is not None:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(Unavailable) as told:
        learn_apart(EXAMPLES, [], None, lambda share: None)
    assert words in told.value.message
    assert "again" in told.value.message


class Enough(Exception):
    """No more of it is wanted."""


def test_it_ends_where_no_more_of_it_is_wanted() -> None:
    def enough(share: float) -> None:
        raise Enough

    with pytest.raises(Enough):
        learn_apart(reviews(400), [], "CLASSLABEL", enough)
    assert children() == []


@pytest.mark.parametrize("gone_amid", ["the question", "the work", "the answer"])
def test_it_ends_without_a_word_with_whoever_began_it(gone_amid: str) -> None:
    asked = {"do": "learn", "type": None, "texts": [], "examples": reviews(2_000)}
    with subprocess.Popen(
        [sys.executable, "-m", "labeling.prediction.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        said = b""
        if gone_amid == "the answer":  # which is that nothing can be learned from nothing
            process.stdout.close()
            process.stdin.write(json.dumps({**asked, "examples": []}).encode() + b"\n")
            process.stdin.flush()
        else:
            request = json.dumps(asked).encode() + b"\n"
            process.stdin.write(request[:100] if gone_amid == "the question" else request)
            process.stdin.close()
            said = process.stdout.read()
        assert process.stderr.read() == b""
        assert process.wait() == 1
    assert said == b""
