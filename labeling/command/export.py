"""A session of a Studio API becomes a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labeling.command.output import DONE, NOT_ALL, CommandEnds, target_of, tell, write_out
from labeling.errors import LabelingError, Unsendable, explain
from labeling.model import Document, Session
from labeling.phrases import count_of
from labeling.studio.calls import pool
from labeling.studio.client import LabelingClient

AT_ONCE = 200
"""Documents read at a time."""
_ADDRESS = re.compile(r"(https?://[^?#\s]+)/projects/([0-9]{1,18})/annotations/([0-9]{1,18})/?")


def export(address: str, out: str, *, to: str | None, force: bool, token: str, timeout: float) -> int:
    """Read the session at the address and write it; what the command ends with. Raises CommandEnds."""
    target = target_of(to, out, force=force)
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise CommandEnds(
            "The address of a session is the API's and then /projects/1/annotations/2, with no ? and no #; "
            "that of a project ends in /projects/1."
        )
    ids = (int(found[2]), int(found[3]))
    try:
        with pool(found[1], timeout=timeout) as http:
            api = LabelingClient(http, token)
            before = api.session_tag(*ids)
            documents = list(_documents(api, before.session))
            after = api.session_tag(*ids)
    except Unsendable as error:
        raise CommandEnds(explain(error, "ask for the session")) from None
    except LabelingError as error:
        raise CommandEnds(explain(error, "read the session"), NOT_ALL) from None
    session, readable = after.session, [document for document in documents if not document.fault]
    assert target.write is not None
    write_out(out, target.write(session, readable))
    tell(f"{session.name}: {count_of(len(readable), 'document')}")
    if lost := target.cannot_hold(readable):
        tell(f"{target.title} does not hold all of it: {' '.join(lost)}")
    problems = [
        f"document {n} cannot be read: {one.fault}" for n, one in enumerate(documents, 1) if one.fault
    ]
    if len(documents) != session.document_count:
        problems.append(
            f"The server counts {session.document_count:,} documents, and gave {len(documents):,}."
        )
    if after.tag != before.tag:
        problems.append("The session was changed while it was read: export it again.")
    tell(*problems)
    return NOT_ALL if problems else DONE


def _documents(api: LabelingClient, session: Session) -> Iterator[Document]:
    offset = 0
    while offset < session.document_count:
        page = api.documents(*session.key, offset=offset, limit=AT_ONCE).documents
        if not page:
            return
        yield from page
        offset += len(page)
