"""The log: one JSON object a line, on the standard error. Never a token, a text, an e-mail or a password."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from labeling.settings import LogLevel

_ROOT = "labeling"
_LEVELS = {
    "off": logging.CRITICAL + 1,
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
}


def keep_log(level: LogLevel) -> None:
    """From now on what this process tells from the level up goes to the log."""
    logger = logging.getLogger(_ROOT)
    for handler in [one for one in logger.handlers if isinstance(one.formatter, JsonLines)]:
        logger.removeHandler(handler)
    handler = StandardError()
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(_LEVELS[level])


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is the standard error by then."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class JsonLines(logging.Formatter):
    """A record as one line: when, how grave, what, and the fields that it came with."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            **(fields or {"event": "message", "message": record.getMessage()}),
        }
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)
