"""The page's address, which the person and the app both change, and which the browser says with all that
it sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Params = Mapping[str, str]


@dataclass
class Address:
    """What the browser said last, and what the app has set since and the browser has not said yet.

    What a person does quickly was sent before the address reached the browser that an earlier act led to.
    Such an old address must not be taken for a link that was followed. `followed`: what a link that was
    followed says beside the place, until the page takes it.
    """

    said: Params | None = None
    ahead: list[Params] = field(default_factory=list)
    is_bare: bool = False
    followed: Params | None = None

    def is_news(self, params: Params, *, by_button: bool = False) -> bool:
        """Whether the person went there: by a link, by typing it, or `by_button`, back or forward.

        Asked once a run.
        """
        if params and by_button:
            self.said, self.is_bare = dict(params), False
            self.ahead.clear()
            return True
        if not params:
            # Another page begins without an address. If the app went there, the browser may still say the
            # older one.
            self.is_bare = True
            return False
        if params == self.said:
            return False
        self.said = dict(params)
        if params in self.ahead:
            del self.ahead[: self.ahead.index(params) + 1]
            return False
        self.ahead.clear()
        return True

    def take(self) -> Params | None:
        """What the link says beside the place, once; None where none was followed."""
        taken, self.followed = self.followed, None
        return taken

    def set(self, params: Params) -> bool:
        """The app wants this address; whether the browser has to be given it.

        It may not have said yet what it has.
        """
        if not self.is_bare and params == (self.ahead[-1] if self.ahead else self.said):
            return False
        self.is_bare = False
        self.ahead.append(dict(params))
        return True
