"""Rows of the review store: how sessions, people and JSON stand in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Table

from labeling.draft.decided import Decision
from labeling.store import statements
from labeling.store.database import moment_of
from labeling.store.review_values import ReviewKey, StoredDecision, Who


def of_session(table: Table, api: str, key: ReviewKey) -> tuple[ColumnElement[bool], ...]:
    """Its rows of a table."""
    return table.c.api == api, table.c.project == key.project, table.c.session == key.session


def at_session(api: str, key: ReviewKey) -> dict[str, str]:
    """The columns that name a session."""
    return {"api": api, **key._asdict()}


def written_by(who: Who) -> dict[str, str]:
    """The columns that name a person."""
    return {"person": plain(who.person), "person_name": plain(who.name)}


def who_of(row: Any) -> Who:
    return Who(row.person, row.person_name)


def dumped(value: object) -> str:
    """JSON in ASCII, so that a lone surrogate in a text is kept as well."""
    return json.dumps(value, separators=(",", ":"), default=dict)


def body_of(row: Any) -> Mapping[str, Any]:
    body: Mapping[str, Any] = json.loads(row.body)
    return body


def decision_of(row: Any) -> StoredDecision:
    return StoredDecision(
        *(row.document, row.place, row.person, row.how),
        None if row.body is None else decision_from(row.body),
        moment_of(row.at),
        None if row.made is None else moment_of(row.made),
    )


def decision_from(body: str) -> Decision:
    """The decision of a body that is stored. Raises ValueError for what is none."""
    try:
        return Decision.model_validate_json(body)
    except ValidationError:  # half of an emoji in a name
        return Decision.model_validate(json.loads(body))


def plain(words: str) -> str:
    """What every database takes: half an emoji is replaced, a zero left out."""
    return words.encode("utf-8", "replace").decode().replace("\0", "")


def put_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Each over the one with the same primary key, if there is one."""
    if rows:
        connection.execute(statements.put(connection.dialect.name, table), rows)
