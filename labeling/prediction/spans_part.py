"""Spans: taggers that find them, what their class and their label is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labeling.model import Unit
from labeling.prediction.chain import BEGIN, INSIDE, OUTSIDE, Chain, Lattice
from labeling.prediction.features import (
    Lexicon,
    WordCounts,
    crossed,
    span_features,
    word_features,
)
from labeling.prediction.groups import Groups
from labeling.prediction.learner import SPANS, WORDS, Learner
from labeling.prediction.praise import Praise
from labeling.prediction.task import Example
from labeling.prediction.words import Worded, WordSplitter

MOST_IN_TAG = 12
"""Up to so many classes a word's tag names the class; from there on it is chosen for the span."""
_OVERLAPPING = 0.02
"""Share of the spans of the rarer of two classes that may overlap the other's in one layer."""
_FOLDS = 5

Guess = tuple[int, int, str | None, str | None, float]
"""A span, its class, its label, and how likely all of that is."""
Name = str | None


@dataclass(frozen=True)
class SpansPart:
    """Finds spans. Classes whose spans overlap are in different layers, each with a tagger of its own."""

    words: WordSplitter
    groups: Groups
    praise: Praise
    lexicon: Lexicon
    layers: tuple[tuple[Name, ...], ...]
    labels: tuple[Name, ...]
    chains: Mapping[str, Chain]

    def guesses(self, text: str) -> tuple[list[Guess], float]:
        """The most likely spans; and the doubt, which is larger the less likely they all together are, by
        word."""
        worded = self.words.read(text)
        if not worded.low:
            return [], 0.0
        found, doubt = list[Guess](), 0.0
        for n, chain, lattice in self._lattices(worded):
            doubt += lattice.doubt
            for first, after, code, likely in chain.spans(lattice):
                span = (worded.places[first][0], worded.places[after - 1][1])
                found.append(self._completed(worded, span, self._class(n, code), likely))
        return sorted(found, key=lambda guess: guess[:2]), doubt / len(worded.low)

    def likelihoods(self, text: str, tags: Sequence[Unit]) -> list[float]:
        """How likely each of these tags is; 0 for one that no guess could be."""
        worded = self.words.read(text)
        if not worded.low:
            return [0.0] * len(tags)
        lattices = list(self._lattices(worded))
        return [self._likelihood(worded, lattices, tag) for tag in tags]

    def to_json(self) -> dict[str, Any]:
        """All but the chains."""
        return {
            "prefixes": sorted(self.words.prefixes),
            "suffixes": sorted(self.words.suffixes),
            "groups": self.groups,
            "praise": self.praise,
            "lexicon": self.lexicon,
            "layers": self.layers,
            "labels": self.labels,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any], chains: Mapping[str, Chain]) -> SpansPart:
        return cls(
            WordSplitter(frozenset(said["prefixes"]), frozenset(said["suffixes"])),
            {word: tuple(groups) for word, groups in said["groups"].items()},
            said["praise"],
            said["lexicon"],
            tuple(map(tuple, said["layers"])),
            tuple(said["labels"]),
            chains,
        )

    def _lattices(self, worded: Worded) -> Iterator[tuple[int, Chain, Lattice]]:
        """Of each layer whose tagger has learned something."""
        features = word_features(worded, self.lexicon, self.groups)
        for n in range(len(self.layers)):
            chain = self.chains[f"layer{n}"]
            if len(chain.tags) > 1:
                yield n, chain, chain.weigh(features)

    def _class(self, layer: int, code: str) -> Name:
        """The class that a word's tag names, or the only one that the layer has."""
        return self.layers[layer][int(code or 0)]

    def _completed(self, worded: Worded, span: tuple[int, int], class_: Name, likely: float) -> Guess:
        features = span_features(worded, span, self.groups, self.praise)
        if "class" in self.chains:
            code, share = _best(self.chains["class"].shares(features))
            class_, likely = self.layers[0][int(code)], likely * share
        code, share = _best(self.chains["label"].shares(crossed(features, code_of(self.layers, class_))))
        return (*span, class_, self.labels[int(code)], likely * share)

    def _likelihood(self, worded: Worded, lattices: Sequence[tuple[int, Chain, Lattice]], tag: Unit) -> float:
        start, end, class_, label = tag
        layer = next((n for n, classes in enumerate(self.layers) if class_ in classes), None)
        held = next(((chain, lattice) for n, chain, lattice in lattices if n == layer), None)
        first, after = worded.within(start, end)
        if layer is None or held is None or first == after or label not in self.labels:
            return 0.0
        classes = self.layers[layer]
        likely = held[0].probability(held[1], first, after, _code(classes, class_))
        features = span_features(worded, (start, end), self.groups, self.praise)
        if "class" in self.chains:
            likely *= self.chains["class"].shares(features).get(str(classes.index(class_)), 0.0)
        shares = self.chains["label"].shares(crossed(features, code_of(self.layers, class_)))
        return likely * shares.get(str(self.labels.index(label)), 0.0)


def learn_spans(examples: Sequence[Example], groups: Groups, praise: Praise) -> SpansPart:
    """Learn where spans are and what they are, from documents with at least one tag. Raises Invalid where
    nothing can be trained."""
    words, layers = WordSplitter.learn(examples), layers_of(examples)
    labels = tuple(dict.fromkeys(label for example in examples for _, _, _, label in example.tags))
    counts, folds = WordCounts(), [WordCounts() for _ in range(_FOLDS)]
    for n, example in enumerate(examples):
        worded = words.read(example.text)
        for counted in (counts, folds[n % _FOLDS]):
            counted.add(worded, example.tags)
    taggers = [Learner(WORDS) for _ in layers]
    by_span = len(layers[0]) > MOST_IN_TAG
    class_learner, label_learner = Learner(SPANS), Learner(SPANS)
    for fold, held_out in enumerate(folds):
        # What was counted in the document itself would tell its answer.
        lexicon = counts.lexicon(held_out)
        for example in examples[fold::_FOLDS]:
            worded = words.read(example.text)
            features = word_features(worded, lexicon, groups)
            for classes, tagger in zip(layers, taggers, strict=True):
                tagger.add(features, word_tags(worded, example.tags, classes))
            for start, end, class_, label in example.tags:
                seen = span_features(worded, (start, end), groups, praise)
                label_learner.add([crossed(seen, code_of(layers, class_))], [str(labels.index(label))])
                if by_span:
                    class_learner.add([seen], [str(layers[0].index(class_))])
    chains = {f"layer{n}": tagger.fit() for n, tagger in enumerate(taggers)}
    chains |= {"label": label_learner.fit(), **({"class": class_learner.fit()} if by_span else {})}
    return SpansPart(words, groups, praise, counts.lexicon(), layers, labels, chains)


def out_of_reach(examples: Sequence[Example]) -> int:
    """How many tags no model that learns from these examples could ever propose: their spans begin or end
    inside words, or overlap others of their layer, or have a second label for one class."""
    words, layers = WordSplitter.learn(examples), layers_of(examples)
    found = 0
    for example in examples:
        worded = words.read(example.text)
        for classes in layers:
            spans = set(_spans(worded, word_tags(worded, example.tags, classes)))
            tags = [tag for tag in set(example.tags) if tag[2] in classes]
            proposed = {(start, end, _code(classes, class_)) for start, end, class_, _ in tags}
            found += len(tags) - len(proposed & spans)
    return found


def _spans(worded: Worded, tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Those that words with these tags make up, and what the tags name."""
    for first, tag in enumerate(tags):
        if tag.startswith(BEGIN):
            inside, after = tag.replace(BEGIN, INSIDE), first + 1
            while after < len(tags) and tags[after] == inside:
                after += 1
            yield worded.places[first][0], worded.places[after - 1][1], tag.removeprefix(BEGIN)


def layers_of(examples: Sequence[Example]) -> tuple[tuple[Name, ...], ...]:
    """The classes, those apart whose spans overlap; all in one layer where they are too many for that."""
    counts, overlaps = Counter[Name](), Counter[tuple[Name, Name]]()
    for _, tags in examples:
        counts.update(class_ for _, _, class_, _ in tags)
        overlaps.update(
            {
                (one[2], other[2])
                for one in tags
                for other in tags
                if one[2] != other[2] and one[0] < other[1] and other[0] < one[1]
            }
        )
    if len(counts) > MOST_IN_TAG:
        return (tuple(sorted(counts, key=_in_order)),)
    layers = list[list[Name]]()
    for class_ in sorted(counts, key=lambda name: (-counts[name], _in_order(name))):
        for layer in layers:
            if all(
                overlaps[class_, other] <= _OVERLAPPING * min(counts[class_], counts[other])
                for other in layer
            ):
                layer.append(class_)
                break
        else:
            layers.append([class_])
    return tuple(map(tuple, layers))


def code_of(layers: Sequence[Sequence[Name]], class_: Name) -> str:
    """What stands for a class in the names of features: its own name may hold anything."""
    return next((f"{n}.{layer.index(class_)}" for n, layer in enumerate(layers) if class_ in layer), "")


def word_tags(worded: Worded, tags: Sequence[Unit], classes: Sequence[Name]) -> list[str]:
    """The tag of each word, by the spans of these classes; of spans that overlap the longest."""
    found = [OUTSIDE] * len(worded.low)
    of_layer = [tag for tag in tags if tag[2] in classes]
    for start, end, class_, _ in sorted(of_layer, key=lambda tag: (tag[0] - tag[1], tag[0])):
        first, after = worded.within(start, end)
        if first < after and all(tag == OUTSIDE for tag in found[first:after]):
            code = _code(classes, class_)
            found[first:after] = [BEGIN + code, *[INSIDE + code] * (after - first - 1)]
    return found


def _code(classes: Sequence[Name], class_: Name) -> str:
    """What the tag of a word says of the class: nothing where there is one, or too many."""
    return str(classes.index(class_)) if 1 < len(classes) <= MOST_IN_TAG else ""


def _best(shares: Mapping[str, float]) -> tuple[str, float]:
    """The most likely one, of equal ones the first."""
    return max(shares.items(), key=lambda share: share[1])


def _in_order(name: Name) -> tuple[bool, str]:
    return (name is not None, name or "")
