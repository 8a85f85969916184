"""Documents for brat: a zip of texts, each with a file of annotations beside it, and the configuration."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from labeling.formats import table
from labeling.formats.brat import CONFIG, OURS
from labeling.model import Document, Session
from labeling.phrases import count_of


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """A zip with a text and its annotations for each document, called by its number, and the configuration
    that brat needs to show them."""
    known = list(documents)
    tags = [tag for document in known for one in document.segments for tag in one.tags]
    types = dict.fromkeys(_name(tag.class_) for tag in tags)
    labels = dict.fromkeys(_name(tag.label) for tag in tags if tag.label)
    lines = ["[entities]", *types, "[relations]", "[events]", "[attributes]"]
    lines += [f"Label\tArg:<ENTITY>, Value:{'|'.join(labels)}"] if labels else []
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        _add(archive, CONFIG, OURS + "\n".join(lines) + "\n")
        for number, document in enumerate(known, 1):
            _add(archive, f"{number:05}.txt", document.text)
            _add(archive, f"{number:05}.ann", "".join(_lines(document)))
    yield out.getvalue()


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What the files do not hold, and how often it occurs, a sentence each."""
    known = list(documents)
    names = [name for one in known for s in one.segments for tag in s.tags for name in tag.names if name]
    odd = sum(_name(name) != name or name == "_" for name in names)
    done = sum(one.annotated is not None for one in known)
    metas = sum(bool(one.meta) for one in known)
    said = (
        f"{count_of(odd, 'name')} with white space, or _ alone: written with _ for it." if odd else "",
        f"Done marks of {count_of(done, 'document')}: left out." if done else "",
        f"Information about {count_of(metas, 'document')}: left out." if metas else "",
    )
    return (*filter(None, said), *table.cannot_hold(known))


def _add(archive: ZipFile, name: str, text: str) -> None:
    archive.writestr(ZipInfo(name), text.encode(), ZIP_DEFLATED)


def _lines(document: Document) -> Iterator[str]:
    number = 0
    for segment in document.segments:
        if not segment.fits(len(document.text)):
            continue
        words = re.sub(r"[\r\n]", " ", document.text[segment.start : segment.end])
        for class_, label in [tag.names for tag in segment.tags] or [(None, None)]:
            number += 1
            yield f"T{number}\t{_name(class_)} {segment.start} {segment.end}\t{words}\n"
            if label:
                yield f"A{number}\tLabel T{number} {_name(label)}\n"


def _name(name: str | None) -> str:
    """A name as brat takes it: without white space; _ for none."""
    return re.sub(r"\s", "_", name or "_")
