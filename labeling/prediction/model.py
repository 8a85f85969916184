"""A trained model: proposes tags for a text with how sure it is, is kept as bytes and made of them again."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labeling.errors import Invalid
from labeling.model import Unit
from labeling.prediction.chain import Chain
from labeling.prediction.documents_part import DocumentsPart, learn_documents
from labeling.prediction.groups import Groups, word_groups
from labeling.prediction.praise import praise_for
from labeling.prediction.spans_part import Guess, SpansPart, learn_spans
from labeling.prediction.task import MOST_DOCUMENTS, Example, Task, task_of

VERSION = 2
"""Of the bytes. Another one is trained again, never guessed at."""
NO_TAG = "There is no tag to learn from."
_DIGEST = hashlib.sha256().digest_size
_MANIFEST = "manifest"
_CERTAIN = 1e-6

Scale = tuple[float, float]
"""By what the log-odds of a confidence are multiplied, and what is added to them."""


class Prediction(NamedTuple):
    """A tag that is proposed, and how likely it is that a person would set just this one."""

    start: int
    end: int
    class_: str | None
    label: str | None
    confidence: float

    @property
    def unit(self) -> Unit:
        return (self.start, self.end, self.class_, self.label)


class Reading(NamedTuple):
    """What is proposed for a text, in its order, and how much doubt there is about all of it: to be compared
    with that of other texts only."""

    predictions: tuple[Prediction, ...]
    doubt: float


@dataclass(frozen=True)
class Model:
    """What was learned, and the scale by which its confidences came true on documents it had not seen."""

    part: SpansPart | DocumentsPart
    scale: Scale = (1.0, 0.0)

    def read(self, text: str) -> Reading:
        """Proposals for a text, with the doubt."""
        guesses, doubt = self.part.guesses(text)
        return Reading(tuple(self._scaled(guess) for guess in guesses), doubt)

    def predict(self, text: str) -> tuple[Prediction, ...]:
        """Proposals for a text."""
        return self.read(text).predictions

    def likelihoods(self, text: str, tags: Sequence[Unit]) -> tuple[float, ...]:
        """How likely it is that a person sets just this tag, for each of these."""
        return tuple(scaled(share, self.scale) for share in self.part.likelihoods(text, tags))

    def with_scale(self, scale: Scale) -> Model:
        return replace(self, scale=scale)

    def to_bytes(self) -> bytes:
        """The digest of the rest; then arrays, and a manifest in JSON (npz). Same model, same bytes."""
        named, arrays = dict[str, Any](), dict[str, NDArray[Any]]()
        for key, chain in self.part.chains.items():
            named[key], numbers = chain.to_arrays()
            arrays |= {f"{key}.{name}": values for name, values in numbers.items()}
        kind = "spans" if isinstance(self.part, SpansPart) else "documents"
        manifest = {"version": VERSION, kind: self.part.to_json(), "chains": named, "scale": self.scale}
        said = np.frombuffer(json.dumps(manifest).encode(), np.uint8)
        packed = io.BytesIO()
        np.savez_compressed(packed, allow_pickle=False, **{_MANIFEST: said, **arrays})
        data = packed.getvalue()
        return hashlib.sha256(data).digest() + data

    @classmethod
    def from_bytes(cls, data: bytes) -> Model:
        """Raises Invalid for bytes that are damaged, or of another version."""
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            raise Invalid("The model is damaged: train it again.")
        with np.load(io.BytesIO(data[_DIGEST:]), allow_pickle=False) as held:
            said = json.loads(held[_MANIFEST].tobytes())
            if said["version"] != VERSION:
                raise Invalid("The model is of another version of Tagwright: train it again.")
            chains = {
                key: Chain.from_arrays(
                    named, {name: held[f"{key}.{name}"] for name in ("row", "tag", "weight", "steps")}
                )
                for key, named in said["chains"].items()
            }
        part = (
            SpansPart.from_json(said["spans"], chains)
            if "spans" in said
            else DocumentsPart.from_json(said["documents"], chains)
        )
        return cls(part, tuple(said["scale"]))

    def _scaled(self, guess: Guess) -> Prediction:
        start, end, class_, label, share = guess
        return Prediction(start, end, class_, label, scaled(share, self.scale))


def train(
    examples: Sequence[Example],
    *,
    task: Task | None = None,
    groups: Groups | None = None,
    texts: Iterable[str] = (),
) -> Model:
    """A model that has learned from done documents, those left without tags included; at most the first
    10,000 of them. Same examples, same model, to the byte.

    `groups`: of the words of all texts, if they are known; `texts`: else what they are made of. Raises
    Invalid for examples without a tag, and where nothing can be trained.
    """
    used = list(examples[:MOST_DOCUMENTS])
    if not any(example.tags for example in used):
        raise Invalid(NO_TAG)
    if (task := task or task_of(used)).is_whole:
        return Model(learn_documents(used, task))
    found = word_groups([*texts] or [example.text for example in used]) if groups is None else groups
    return Model(learn_spans(used, found, praise_for(example.text for example in used)))


def scaled(share: float, scale: Scale) -> float:
    """A probability whose log-odds are multiplied and moved; what is impossible stays so."""
    if not share:
        return 0.0
    odds = scale[0] * log_odds(share) + scale[1]
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


def log_odds(share: float) -> float:
    """Those of a probability, which counts as neither certain nor impossible."""
    share = min(1 - _CERTAIN, max(_CERTAIN, share))
    return math.log(share / (1 - share))
