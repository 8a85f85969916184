"""Learning and proposing in a process of its own, which gives way to others: in a thread it would delay them.

This module is also the program of that process. It ends with whoever started it, however that ends.
"""

from __future__ import annotations

import base64
import errno
import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, NamedTuple

from labeling.errors import Invalid, Unavailable
from labeling.prediction.doubts import Doubted, NamedPart, doubted
from labeling.prediction.estimate import FOLDS, Score, Worth, estimate
from labeling.prediction.groups import Groups, word_groups
from labeling.prediction.model import Model, Prediction, Reading, Scale, train
from labeling.prediction.spans_part import SpansPart, out_of_reach
from labeling.prediction.task import MOST_DOCUMENTS, Example, Task, task_of

ROOT = Path(__file__).parents[2]
NICE = 10
"""By how much all else comes before it."""
_CORES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ONE_CORE = dict.fromkeys(_CORES, "1")
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Weights are looked up all over the memory: in large pages they are found sooner, if there are any."""
MOST_TEXTS = 20_000
"""Texts of a project that word groups are made of, the first ones."""
LOOK = 0.2
"""Seconds between two calls of `tell`."""
_BY_KILL = -9
"""How a process ends that is killed; Windows has no such signal."""
_AGAIN = "Nothing else was lost by that: it can be begun again"
KILLED = (
    "The process that was at work on the model was killed, as a system does where memory runs out. "
    f"{_AGAIN}, with more memory free or fewer documents."
)
BROKE_OFF = (
    f"The process that was at work on the model broke off (exit {{code}}); the log says at what. {_AGAIN}."
)
NOT_BEGUN = (
    "The process that is to work on the model could not be begun ({code}): the machine may lack memory, or "
    f"run too many processes. {_AGAIN}."
)
_AT_ONCE = 50

Tell = Callable[[float], object]
"""Told the share that is done, several times a second. What it raises ends the process."""
Json = dict[str, Any]


class Learned(NamedTuple):
    """A model as bytes, and what it is worth, in JSON."""

    data: bytes
    metrics: Json


def learn_apart(examples: Sequence[Example], texts: Sequence[str], type_: str | None, tell: Tell) -> Learned:
    """Train a model of a session type's tags, and estimate what it is worth. `texts`: all of the project.

    Raises Invalid where nothing can be trained, Unavailable where the process ends.
    """
    said = _asked({"do": "learn", "examples": examples, "texts": texts[:MOST_TEXTS], "type": type_}, tell)
    return Learned(base64.b64decode(said["data"]), said["metrics"])


def score_apart(data: bytes, examples: Sequence[Example], type_: str | None, tell: Tell) -> Json:
    """What a model would be worth that had learned from these examples, which may be more than those of the
    model of these bytes. Raises as `learn_apart` does."""
    said = _asked({"do": "score", "data": _text(data), "examples": examples, "type": type_}, tell)
    return dict(said["metrics"])


def read_apart(data: bytes, texts: Sequence[str], tell: Tell) -> list[Reading]:
    """What the model of these bytes proposes for each text. Raises Invalid for bytes that are damaged,
    Unavailable where the process ends."""
    said = _asked({"do": "read", "data": _text(data), "texts": texts}, tell)
    return [
        Reading(tuple(Prediction(*one) for one in predictions), doubt)
        for predictions, doubt in said["readings"]
    ]


class Suggesting(NamedTuple):
    """A model as bytes, by what its confidences are moved (None: nobody knows yet), and what it proposes."""

    data: bytes
    scale: Scale | None
    readings: tuple[tuple[Prediction, ...], ...]


class ToSuggest(NamedTuple):
    """What is to be learned, and for which texts tags are wanted. `before`: the bytes of the model that is
    replaced, whose groups of words are taken over; else they are made of `texts`. `scale`: the last one that
    is known; `estimates`: find it anew."""

    examples: Sequence[Example]
    wanted: Sequence[str]
    type: str | None = None
    texts: Sequence[str] = ()
    before: bytes = b""
    scale: Scale | None = None
    estimates: bool = False


def suggest_apart(asked: ToSuggest, tell: Tell) -> Suggesting:
    """Train a model and propose at once; estimated only where that is asked for. Raises as `learn_apart`."""
    before, texts = _text(asked.before), asked.texts[:MOST_TEXTS]
    said = _asked({"do": "suggest", **asked._asdict(), "before": before, "texts": texts}, tell)
    scale = said["scale"]
    readings = tuple(tuple(Prediction(*one) for one in found) for found in said["readings"])
    return Suggesting(base64.b64decode(said["data"]), scale and (scale[0], scale[1]), readings)


def doubt_apart(examples: Sequence[Example], part: NamedPart, tell: Tell) -> list[Doubted]:
    """Which of these tags a model would name otherwise. Raises as `learn_apart` does."""
    said = _asked({"do": "doubt", "examples": examples, "part": part}, tell)
    return [Doubted(*one) for one in said["doubted"]]


def metrics_of(found: Worth) -> Json:
    """What an estimate says, by class as well."""
    low, high = found.interval
    classes = [{"class": name, **_measures(one)} for name, one in found.by_class.items()]
    return {
        **_measures(found.score),
        "interval": [round(low, 4), round(high, 4)],
        "span_f1": round(found.span_score.f1, 4),
        "calibration_error": round(found.calibration_error, 4),
        "documents": len(found.examples),
        "classes": classes,
    }


def _measures(one: Score) -> Json:
    return {
        "f1": round(one.f1, 4),
        "precision": round(one.precision, 4),
        "recall": round(one.recall, 4),
        "tags": one.standing,
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _asked(request: Json, tell: Tell) -> Json:
    """What the process answers."""
    with _begun() as process:
        try:
            return _answer(process, json.dumps(request).encode() + b"\n", tell)
        finally:
            process.kill()
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.close()


def _begun() -> subprocess.Popen[bytes]:
    """The process, whose faults go where those of this one go."""
    program = [sys.executable, "-m", "labeling.priority", str(NICE), "labeling.prediction.apart"]
    try:
        return subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**LARGE_PAGES, **os.environ, **ONE_CORE},
            start_new_session=True,  # which steps back as a whole
        )
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise Unavailable(NOT_BEGUN.format(code=code)) from error


def _answer(process: subprocess.Popen[bytes], request: bytes, tell: Tell) -> Json:
    assert process.stdin is not None
    assert process.stdout is not None
    lines, share = SimpleQueue[bytes](), 0.0
    threading.Thread(target=_send, args=(process.stdin, request), daemon=True).start()
    threading.Thread(target=_listen, args=(process.stdout, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=LOOK)
        except Empty:
            tell(share)
            continue
        if not line.endswith(b"\n"):  # the last one may have been cut short
            code = process.wait()
            raise Unavailable(KILLED if code == _BY_KILL else BROKE_OFF.format(code=code))
        said: Json = json.loads(line)
        if "error" in said:
            raise Invalid(said["error"])
        if "share" not in said:
            return said
        share = said["share"]
        tell(share)


def _send(pipe: IO[bytes], request: bytes) -> None:
    with suppress(OSError, ValueError):  # it ended, which is heard
        pipe.write(request)
        pipe.flush()


def _listen(pipe: IO[bytes], lines: SimpleQueue[bytes]) -> None:
    with suppress(OSError, ValueError):
        for line in pipe:
            lines.put(line)
    lines.put(b"")


def _learn(asked: Json, tell: Tell) -> Json:
    examples, type_ = _examples(asked), asked["type"]
    task = task_of(examples, type_)
    groups = (
        {} if task.is_whole else word_groups(asked.pop("texts") or [example.text for example in examples])
    )
    whole = FOLDS + 1
    found = estimate(examples, task=task, groups=groups, tell=lambda share: tell(share * FOLDS / whole))
    model = train(examples, task=task, groups=groups).with_scale(found.scale)
    return {"data": _text(model.to_bytes()), "metrics": _metrics(found, task)}


def _suggest(asked: Json, tell: Tell) -> Json:
    examples, scale = _examples(asked), asked["scale"]
    task = task_of(examples, asked["type"])
    groups: Groups = {}
    if asked["before"]:
        part = Model.from_bytes(base64.b64decode(asked["before"])).part
        groups = part.groups if isinstance(part, SpansPart) else {}
    elif not task.is_whole:
        groups = word_groups(asked["texts"])
    if asked["estimates"]:
        scale = estimate(examples, task=task, groups=groups, tell=tell).scale
    model = train(examples, task=task, groups=groups)
    if scale:
        model = model.with_scale((scale[0], scale[1]))
    readings = [model.predict(text) for text in asked["wanted"]]
    return {"data": _text(model.to_bytes()), "scale": scale, "readings": readings}


def _score(asked: Json, tell: Tell) -> Json:
    part, examples = Model.from_bytes(base64.b64decode(asked["data"])).part, _examples(asked)
    groups = part.groups if isinstance(part, SpansPart) else {}
    task = task_of(examples, asked["type"])
    return {"metrics": _metrics(estimate(examples, task=task, groups=groups, tell=tell), task)}


def _metrics(found: Worth, task: Task) -> Json:
    """With the number of tags that are beyond it."""
    return {**metrics_of(found), "out_of_reach": 0 if task.is_whole else out_of_reach(found.examples)}


def _read(asked: Json, tell: Tell) -> Json:
    model, texts = Model.from_bytes(base64.b64decode(asked["data"])), asked["texts"]
    readings = []
    for n, text in enumerate(texts):
        readings.append(model.read(text))
        if n % _AT_ONCE == 0:
            tell(n / len(texts))
    return {"readings": readings}


def _doubt(asked: Json, tell: Tell) -> Json:
    return {"doubted": doubted(_examples(asked), asked["part"], tell=tell)}


def _examples(asked: Json) -> list[Example]:
    return [
        Example(text, tuple((start, end, class_, label) for start, end, class_, label in tags))
        for text, tags in asked.pop("examples")[:MOST_DOCUMENTS]
    ]


_WORK: Mapping[str, Callable[[Json, Tell], Json]] = {
    "learn": _learn,
    "score": _score,
    "read": _read,
    "doubt": _doubt,
    "suggest": _suggest,
}


def _main() -> None:
    """Whoever asked may be gone at any moment, amid the question or the answer: then nobody is told."""
    request = sys.stdin.buffer.readline()
    if not request.endswith(b"\n"):
        sys.exit(1)
    asked = json.loads(request)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # it would look again and again at what is all in use: nothing made here holds itself

    def say(said: Json) -> None:
        try:
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
        except OSError:
            os._exit(1)

    try:
        say(_WORK[asked["do"]](asked, lambda share: say({"share": share})))
    except Invalid as error:
        say({"error": error.message})


def _end_with_parent() -> None:
    """The parent holds the other end of the standard input, and writes nothing more to it."""
    with suppress(OSError):
        while os.read(0, 1):  # a reader of Python's would be in the way of its end
            pass
    os._exit(1)


if __name__ == "__main__":
    _main()
