"""What a person is called on every screen: who looks at it is “You”, others have the name that they gave
themselves, else their e-mail."""

from __future__ import annotations

from components.shell.state import UiState
from labeling.model import Member, Person
from labeling.store.review_values import Who


def person_name(ui: UiState, person: Person | Member | None) -> str | None:
    """What somebody is called whom the server names; None: nobody is named."""
    if person is None or not (person.id or person.email):
        return None
    if str(person.id or person.email) == ui.sign_in.owner:
        return "You"
    return person.name or person.email or f"Person {person.id}"


def name_of(ui: UiState, who: Who) -> str | None:
    """The same of somebody whom the review store names."""
    return "You" if who.person and who.person == ui.sign_in.owner else who.name or None


def within(name: str | None) -> str:
    """Such a name in the middle of a sentence."""
    return "you" if name == "You" else name or "somebody"
