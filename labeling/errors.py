"""One family of errors for both directions: the server turns kinds into statuses, the client turns them back.

LabelingError
├── Invalid         400  the body or a parameter is not acceptable
│   └── Unsendable  -    it cannot be sent at all, so nothing was
├── NotSignedIn     401  no token, or one that is not valid (any more)
├── Forbidden       403  the role is too low
├── NotFound        404  no such project, session, document
├── Exists          409  it is there already
├── Moved           412  somebody else changed it first
├── Failed          500  the server broke
├── NotKept         -    the store of drafts could not write or read: locked, full, damaged, out of reach
├── TooNew          -    a newer version made it
└── Unavailable     -    no usable answer: refused, timed out, reset, or not the contract's
    ├── Busy        -    the server asks to wait: too much to do, or too many tries (429, 503)
    ├── TimedOut    -    no answer in time; the request may have been carried out
    └── Unreadable  -    an answer that the contract does not describe
"""


class LabelingError(Exception):
    """What went wrong, in words for the person; `status` is the HTTP status it came with, if any."""

    def __init__(self, message: str = "", *, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status if status is not None else STATUS.get(type(self))


class Invalid(LabelingError):
    """The request is not acceptable; nothing was stored."""


class Unsendable(Invalid):
    """What was to be sent has no form in HTTP or UTF-8; nothing left this machine."""


class NotSignedIn(LabelingError):
    """No token, or one that is invalid or has expired."""


class Forbidden(LabelingError):
    """The caller's role is too low."""


class NotFound(LabelingError):
    """The project, session or document does not exist."""


class Exists(LabelingError):
    """The thing to be made is there already."""


class Moved(LabelingError):
    """Somebody else changed it since it was read."""


class Failed(LabelingError):
    """The server reported a fault of its own."""


class NotKept(LabelingError):
    """The store of drafts failed; what was to be kept is only where the person made it."""


class TooNew(LabelingError):
    """A newer version of Tagwright made it, so this one leaves it alone."""


class Unavailable(LabelingError):
    """No usable answer came: refused, reset, timed out or unreadable."""


class Busy(Unavailable):
    """The server has too much to do, or was tried too often; `seconds`: after which it may be asked again."""

    def __init__(self, message: str = "", *, status: int | None = None, seconds: int = 1) -> None:
        super().__init__(message, status=status)
        self.seconds = seconds


class TimedOut(Unavailable):
    """No answer in time. A request that writes may or may not have been carried out."""


class Unreadable(Unavailable):
    """An answer came, but it is not one that the contract describes; `is_whole`: all of it came."""

    def __init__(self, message: str = "", *, status: int | None = None, is_whole: bool = True) -> None:
        super().__init__(message, status=status)
        self.is_whole = is_whole


STATUS: dict[type[LabelingError], int] = {
    Invalid: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    Exists: 409,
    Moved: 412,
    Failed: 500,
}
KIND: dict[int, type[LabelingError]] = {status: kind for kind, status in STATUS.items()}


def explain(error: LabelingError, doing: str) -> str:
    """What failed, what it means and what to do now, for the person who wanted to do `doing` ("save")."""
    meaning, remedy = next(words for kind, words in _WORDS if isinstance(error, kind))
    meaning = meaning.replace("{status}", str(error.status))
    stop = "" if error.message.endswith((".", "!", "?", "…")) else "."
    said = f" The server says: {error.message}{stop}" if error.status is not None and error.message else ""
    detail = f" ({error.message})" if error.status is None and error.message else ""
    return f"Could not {doing}: {meaning}{detail}.{said} {remedy}"


_WORDS: tuple[tuple[type[LabelingError], tuple[str, str]], ...] = (
    (Unsendable, ("it cannot be sent", "Correct that and try again.")),
    (
        Invalid,
        (
            "the server refused the request as invalid ({status})",
            "Nothing of that request was stored. Correct what it names and try again.",
        ),
    ),
    (NotSignedIn, ("you are not signed in, or your sign-in has expired (401)", "Sign in and try again.")),
    (
        Forbidden,
        ("your role in this project is too low (403)", "Ask a manager of the project for a higher role."),
    ),
    (
        NotFound,
        ("it does not exist on the server, or no longer (404)", "Go back to Sessions and choose again."),
    ),
    (Exists, ("it is there already (409)", "Choose another name.")),
    (Moved, ("somebody else changed it first (412)", "Load it again and repeat your change.")),
    (
        Failed,
        (
            "the server has a fault of its own ({status})",
            "Try again; if it stays, tell whoever runs the server.",
        ),
    ),
    (
        NotKept,
        (
            "the store of drafts on this app's side failed",
            "Leave this page open, put that right and try again.",
        ),
    ),
    (TooNew, ("a newer version of Tagwright made it", "Start that version.")),
    (Busy, ("the server asks you to wait ({status})", "Wait a moment, then try again.")),
    (
        TimedOut,
        (
            "the server did not answer in time",
            "It may or may not have been done. Try again: nothing is sent twice.",
        ),
    ),
    (
        Unreadable,
        (
            "the server gave an answer that is not the Studio API's",
            "Check the API's address, then try again.",
        ),
    ),
    (
        Unavailable,
        ("the server cannot be reached", "Check that it is running and the network, then try again."),
    ),
    (LabelingError, ("something went wrong", "Try again.")),
)
