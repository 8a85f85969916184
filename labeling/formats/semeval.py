"""SemEval's XML of aspects and sentiments: that of 2014 (terms, categories) in, that of 2015/16 (opinions) in
and out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from labeling.formats import table
from labeling.formats.json_faults import CUT_OFF
from labeling.formats.objects import loaded
from labeling.formats.records import (
    AGAIN,
    CONTRACT,
    DONE,
    KEPT,
    OUT,
    SPANS,
    TEXT,
    Answers,
    KeyUse,
    Record,
    Records,
    RefusedRow,
    answered,
    batched,
    excerpt,
)
from labeling.formats.source import Source
from labeling.model import Document, Segment, Session
from labeling.phrases import count_of

WHOLE, LEFT_OUT = "are tags of the whole document", "are left out"
ASPECT = "ASPECT"
"""The class of a term of 2014, which has none."""
_TAGGED = {"aspectTerm": "term", "aspectCategory": "", "Opinion": "target"}
"""The elements that become tags, and the attribute with their words."""
_LISTS = {"aspectTerms", "aspectCategories", "Opinions"}
_USED = {"term", "target", "category", "polarity", "from", "to"}
_DONE = {"yes": True, "no": False}
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML does not hold."""


# In


def is_semeval(source: Source) -> bool:
    head = source.head.lstrip()
    return head.startswith("<") and "<sentence" in head and "<text" in head


_ENDED = (3, 5)
"""expat's numbers of what it finds where a file ends too early."""


def read(source: Source, answers: Answers) -> Records:
    """A document is a sentence. Words are found by what they are, where offsets point elsewhere the nearest.

    Attributes of sentences are kept as meta; ids that only count are not.
    """
    try:
        root = fromstring(source.data)
    except DefusedXmlException:
        return Records(problem="The file defines entities of its own, which are not read.")
    except ParseError as error:
        line, column = error.position
        what = f"{CUT_OFF}, line {line}" if error.code in _ENDED else f"line {line}, column {column + 1}"
        return Records(problem=f"The file is no XML that can be read ({what}). {AGAIN}")
    except (ValueError, LookupError):
        return Records(problem="The file is in an encoding that is not read: save it as UTF-8.")
    sentences = list(root.iter("sentence"))
    reviews = {one: review.attrib for review in root.iter("Review") for one in review.iter("sentence")}
    given = [{**reviews.get(one, {}), **one.attrib} for one in sentences]
    only_count = all(_only_counts(one, number) for number, one in enumerate(given, 1))
    loose = any(_words(one) is None for sentence in sentences for one in _tagged(sentence))
    asked = answered(answers, "whole", "Opinions without a target", (WHOLE, LEFT_OUT), WHOLE)
    counts: Counter[str] = Counter()
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for number, (sentence, said) in enumerate(zip(sentences, given, strict=True), 1):
        fields = _fields(sentence, _without_ids(said) if only_count else said)
        found = _segments(sentence, str(fields.get("text", "")), counts, is_whole=asked.answer == WHOLE)
        if isinstance(found, str):
            refused.append(RefusedRow(number, found, excerpt(fields.get("text")), fields))
        else:
            items.append(Record(number, {**fields, "segments": found}))
    moved = counts["moved"]
    return Records(
        columns=("text",),
        items=tuple(items),
        refused=tuple(refused),
        problem="" if sentences else "The file has no sentences.",
        note=f"{count_of(moved, 'offset')} beside the words: the nearest such words are taken."
        if moved
        else "",
        choice=CONTRACT,
        keys=_keys(root, sentences, given, is_whole=asked.answer == WHOLE, keeps_ids=not only_count),
        questions=(asked,) if loose else (),
        unit="sentence",
    )


def _only_counts(said: Mapping[str, str], number: int) -> bool:
    """Whether the ids of a sentence say which one it is, and nothing else."""
    return said.get("rid", str(number)) == str(number) and said.get("id", "") in (
        "",
        str(number),
        f"{number}:0",
    )


def _without_ids(said: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in said.items() if key not in ("id", "rid")}


def _fields(sentence: Any, said: Mapping[str, str]) -> dict[str, object]:
    """The text, the done mark, and what else the sentence says."""
    fields: dict[str, object] = {}
    if (text := sentence.find("text")) is not None:
        fields["text"] = "".join(text.itertext())
    meta: dict[str, object] = {key: value for key, value in said.items() if key not in ("done", "meta")}
    kept = loaded(said.get("meta", "").encode())
    meta |= kept if isinstance(kept, dict) else {"meta": said["meta"]} if "meta" in said else {}
    for other in (one for one in sentence if one.tag != "text" and one.tag not in _LISTS):
        meta[other.tag] = "".join(other.itertext()).strip() or dict(other.attrib)
    done = _DONE.get(said.get("done", ""))
    if "done" in said and done is None:
        meta["done"] = said["done"]
    return fields | ({} if done is None else {"annotated": done}) | ({"meta": meta} if meta else {})


def _tagged(sentence: Any) -> Iterator[Any]:
    yield from (one for list_ in sentence if list_.tag in _LISTS for one in list_ if one.tag in _TAGGED)


def _words(element: Any) -> str | None:
    """The words that an element is about; None where it is about none. Without words its offsets count."""
    words: str | None = element.get(_TAGGED[element.tag])
    if words is None and element.tag != "aspectCategory" and _offset(element, "to"):
        return ""
    return None if words is None or words == "NULL" else words


def _offset(element: Any, name: str) -> int | None:
    said = element.get(name) or ""
    return int(said) if said.isdecimal() and len(said) < _DIGITS else None


_DIGITS = 10


def _segments(sentence: Any, text: str, counts: Counter[str], *, is_whole: bool) -> list[object] | str:
    """The segments, one for all tags on the same words; or what is wrong with one of them."""
    found: dict[tuple[int, int], list[dict[str, str]]] = {}
    for element in _tagged(sentence):
        words = _words(element)
        if words is None and not is_whole:
            continue
        span = (0, len(text)) if words is None else _span(element, words, text)
        if span is None:
            return f"has “{excerpt(words)}” as a target, which is not in it"
        counts["moved"] += words is not None and span[0] != _offset(element, "from")
        class_ = ASPECT if element.tag == "aspectTerm" else (element.get("category") or "").strip()
        parts = {"class": class_, "label": (element.get("polarity") or "").strip()}
        tag = {key: part for key, part in parts.items() if part}
        found.setdefault(span, []).extend([tag] if tag else [])
    return [{"span": list(span), "text": text[slice(*span)], "tags": tags} for span, tags in found.items()]


def _span(element: Any, words: str, text: str) -> tuple[int, int] | None:
    """Where the words are: at the offsets that are given, else nearest to them; None for nowhere."""
    start, end = _offset(element, "from") or 0, _offset(element, "to") or 0
    if 0 <= start < end <= len(text) and text[start:end] == (words or text[start:end]):
        return start, end
    # XML makes a space of what separates words in an attribute.
    pattern = r"\s+".join(map(re.escape, words.split()))
    places = [found.span() for found in re.finditer(pattern, text)] if pattern else []
    return min(places, key=lambda place: abs(place[0] - start), default=None)


def _keys(
    root: Any, sentences: list[Any], given: list[dict[str, str]], *, is_whole: bool, keeps_ids: bool
) -> tuple[KeyUse, ...]:
    """What becomes of elements and attributes; what stands outside sentences is left out."""
    uses = {"text": TEXT, "done": DONE} | ({} if keeps_ids else dict.fromkeys(("id", "rid"), OUT))
    counts: Counter[tuple[str, str]] = Counter()
    for sentence, said in zip(sentences, given, strict=True):
        for key in (*said, *(one.tag for one in sentence if one.tag not in _LISTS)):
            counts[key, uses.get(key, KEPT)] += 1
        for one in _tagged(sentence):
            counts[one.tag, SPANS if is_whole or _words(one) is not None else OUT] += 1
            for key in one.attrib.keys() - _USED:
                counts[f"{one.tag} {key}", OUT] += 1
        counts["other elements", OUT] += sum(
            one.tag not in _TAGGED for list_ in sentence if list_.tag in _LISTS for one in list_
        )
    for review in root.iter("Review"):
        counts["opinions of reviews", OUT] += sum(len(one) for one in review if one.tag == "Opinions")
    return tuple(KeyUse(key, use, count) for (key, use), count in counts.items() if count)


# Out


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """The form of 2016: a review of one sentence for each document. A tag of the whole document is an opinion
    without a target; done mark and meta are attributes of the sentence."""
    yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Reviews>\n'
    for some in batched(enumerate(documents, 1)):
        yield "".join(_review(number, document) for number, document in some).encode()
    yield b"</Reviews>\n"


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What the file does not hold, and how often it occurs, a sentence each."""
    known = list(documents)
    names = [name for one in known for s in one.segments for tag in s.tags for name in tag.names if name]
    metas = [json.dumps(one.meta, ensure_ascii=False) for one in known if one.meta]
    said = []
    for what, texts in (("text", [one.text for one in known]), ("name", names), ("meta", metas)):
        count = sum(_UNSEEN.search(text) is not None for text in texts)
        said += [f"{count_of(count, what)} with control characters: they become �."] if count else []
    return (*said, *table.cannot_hold(known))


def _review(number: int, document: Document) -> str:
    said = {"id": f"{number}:0"}
    if document.annotated is not None:
        said["done"] = "yes" if document.annotated else "no"
    if document.meta:
        said["meta"] = json.dumps(document.meta, ensure_ascii=False)
    opinions = "".join(
        f"    <Opinion{_attributes(opinion)}/>\n"
        for segment in document.segments
        if segment.fits(len(document.text))
        for opinion in _opinions(document.text, segment)
    )
    return (
        f' <Review rid="{number}"><sentences>\n  <sentence{_attributes(said)}>\n'
        f"   <text>{escape(_held(document.text), {chr(13): '&#13;'})}</text>\n"
        + (f"   <Opinions>\n{opinions}   </Opinions>\n" if opinions else "")
        + "  </sentence>\n </sentences></Review>\n"
    )


def _opinions(text: str, segment: Segment) -> Iterator[dict[str, str]]:
    is_whole = segment.span == (0, len(text))
    for class_, label in [tag.names for tag in segment.tags] or [(None, None)]:
        yield {
            "target": "NULL" if is_whole else text[segment.start : segment.end],
            "category": class_ or "",
            "polarity": label or "",
            "from": "0" if is_whole else str(segment.start),
            "to": "0" if is_whole else str(segment.end),
        }


def _attributes(said: Mapping[str, str]) -> str:
    return "".join(f" {key}={quoteattr(_held(value))}" for key, value in said.items())


def _held(text: str) -> str:
    return _UNSEEN.sub("�", text)
