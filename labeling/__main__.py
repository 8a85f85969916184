"""`python -m labeling`: convert a file from one format to another, or export a session, or a whole project,
of a Studio API."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from labeling.command.convert import convert
from labeling.command.export import export
from labeling.command.output import NOT_ALL, WRONG_USE, CommandEnds, tell
from labeling.command.whole_project import PROJECT, export_whole
from labeling.formats import FORMATS, IMPORTS
from labeling.model import fault_in
from labeling.settings import Settings

ENDS = "Ends with 0; 1 when something was refused or could not be read; 2 when it is used wrongly."
OUT = "the file to write; - for the standard output"
TO = "the format to write (default: by the ending of OUT)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; what the process ends with."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "convert":
            answers = dict(asked.answer)
            return convert(
                asked.given, asked.out, from_=asked.from_, to=asked.to, answers=answers, force=asked.force
            )
        settings = Settings()
        # From the environment alone: the token among the secrets is for the API that is named beside it.
        token = os.environ.get("LABELING_API_TOKEN", "")
        if PROJECT.fullmatch(asked.address):
            if asked.to:
                raise CommandEnds("A whole project is an archive: --to is for sessions.")
            timeout = settings.api_timeout
            return export_whole(asked.address, asked.out, force=asked.force, token=token, timeout=timeout)
        return export(
            asked.address,
            asked.out,
            to=asked.to,
            force=asked.force,
            token=token,
            timeout=settings.api_timeout,
        )
    except CommandEnds as end:
        tell(end.words)
        return end.code
    except ValidationError as error:
        tell(f"A setting cannot be used: {fault_in(error)}")
        return WRONG_USE
    except BrokenPipeError:
        # Whoever read the output has enough of it; the interpreter would stumble over it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_ALL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m labeling", description=__doc__, epilog=ENDS)
    commands = parser.add_subparsers(dest="command", required=True)
    converting = commands.add_parser(
        "convert",
        help="a file of one format becomes one of another",
        description="Says on the standard error how the file was read and what becomes of all that is in it.",
        epilog=ENDS,
    )
    converting.add_argument("given", metavar="IN", help="the file to read; - for the standard input")
    converting.add_argument(
        "--from",
        dest="from_",
        choices=[one.name for one in IMPORTS],
        help="the format to read (default: what is in it shows)",
    )
    converting.add_argument(
        "--answer",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=VALUE",
        help="read it otherwise than found: a key that the report names, such as text=comment",
    )
    exporting = commands.add_parser(
        "export",
        help="a session of a Studio API becomes a file; a project all that is in it, as an archive",
        description="The token for the API is taken from LABELING_API_TOKEN.",
        epilog=ENDS,
    )
    exporting.add_argument(
        "address",
        metavar="URL",
        help="such as http://127.0.0.1:8600/projects/1/annotations/2, or …/projects/1",
    )
    for command in (converting, exporting):
        command.add_argument("out", metavar="OUT", help=OUT)
        command.add_argument("--to", choices=[one.name for one in FORMATS if one.write], help=TO)
        command.add_argument("--force", action="store_true", help="replace OUT if it is there")
    return parser


def _pair(text: str) -> tuple[str, str]:
    key, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not KEY=VALUE")
    return key, value


if __name__ == "__main__":
    sys.exit(main())
