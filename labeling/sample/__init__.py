"""Sample data of our own writing: four projects, one of each type, to look at and to try things on.

The sessions are text files beside this module, in the mark-up that `markup.py` explains. They are read
when `projects()` is called, not before. Spans and texts are in order everywhere but in the session
"Letters with problems", which holds on purpose what a server admits and a person should repair.
"""

from __future__ import annotations

from pathlib import Path

from labeling.model import SENTIMENTS, NamedClass, Type
from labeling.sample.markup import SampleProject, SampleSession, read_session

__all__ = ["SampleProject", "SampleSession", "projects"]

FOLDER = Path(__file__).parent

HOTEL_CLASSES = (
    ("Room", "The room itself: size, furniture, light, warmth", "a bright corner room"),
    ("Bed", "Mattress, pillows, linen", "the mattress sagged"),
    ("Bathroom", "Shower, bath, towels, hot water", "no hot water before nine"),
    ("Cleanliness", "How clean things were", "dust on the sill"),
    ("Noise", "What could be heard, and what could not", "not a sound all night"),
    ("Staff", "People who work there", "the night porter"),
    ("Food", "Whatever is eaten or drunk", "the breakfast rolls"),
    ("Location", "Where it is, and what is near", "two minutes from the harbour"),
    ("View", "What can be seen from it", "the roofs of the old town"),
    ("Price", "What it costs, and whether it is worth that", "cheap for the season"),
    ("Wi-Fi", "The network, and whether it can be used", "one bar in the corridor"),
    ("Check-in", "Arriving, leaving, booking, keys", "the key was in an envelope"),
    ("Pool", "Pool, sauna, gym", "the pool closes at six"),
    ("Transport", "Getting there and getting away", "the last bus"),
    ("Weather", "Sun, rain and wind", "a week of drizzle"),
)
PRODUCT_CLASSES = (
    ("Battery", "Running time, charging", "lasts a working day"),
    ("Sound", "What is heard", "the bass is muddy"),
    ("Build", "Material, finish, how well it is made", "the hinge creaks"),
    ("Handling", "How it feels to use", "fits a small hand"),
    ("Result", "What it does for the person", "even slices every time"),
    ("Cleaning", "Washing it, care", "survives the dishwasher"),
    ("Size", "Size and weight", "too wide for the drawer"),
    ("Manual", "Instructions, labels, help pages", "the manual is one picture"),
    ("Packaging", "Box and padding", "a box in a box in a box"),
    ("Delivery", "How and when it came", "two days early"),
    ("Service", "People who answer, returns, repairs", "a call back within the hour"),
    ("Price", "What it costs, and whether it is worth that", "not for that money"),
)
MAIL_CLASSES = (
    ("Billing", "Invoices, charges, payment methods", "charged twice"),
    ("Refund", "Money that should come back", "where is my refund"),
    ("Delivery", "Parcels on their way", "still in the depot"),
    ("Damage", "Something arrived broken or broke", "cracked along the side"),
    ("Sign-in", "Passwords, codes, locked accounts", "the code never comes"),
    ("Cancellation", "Ending a contract or an order", "please end my contract"),
    ("Appointment", "Visits and dates", "Thursday would suit me"),
    ("Data protection", "What is stored about a person", "delete my address"),
    ("Fault in the app", "The program does something wrong", "the map stays grey"),
    ("Thanks", "Praise and thanks", "you saved our evening"),
)
HEADLINE_LABELS = ("Politics", "Business", "Science", "Culture", "Sport", "Weather", "Local")


def projects() -> tuple[SampleProject, ...]:
    """Every sample project with its sessions, read from the files anew at each call."""
    return (
        SampleProject(
            name="Hotels and journeys",
            type=Type.ABSA,
            classes=_classes(HOTEL_CLASSES),
            labels=SENTIMENTS,
            sessions=_sessions("hotels", "guest_letters", "travel_diary", "breakfast", "autumn_guest_book"),
        ),
        SampleProject(
            name="Product reviews",
            type=Type.CLASSLABEL,
            classes=_classes(PRODUCT_CLASSES),
            labels=("Praise", "Complaint", "Question", "Idea"),
            sessions=_sessions("products", "kitchen_and_garden", "headphones", "problems", "chargers"),
        ),
        SampleProject(
            name="Support mail",
            type=Type.CLASS,
            classes=_classes(MAIL_CLASSES),
            labels=(),
            sessions=_sessions("mail", "monday_inbox", "night_shift", "routing"),
        ),
        SampleProject(
            name="Headlines",
            type=Type.LABEL,
            classes=(),
            labels=HEADLINE_LABELS,
            sessions=_sessions("headlines", "morning", "evening"),
        ),
    )


def _classes(rows: tuple[tuple[str, str, str], ...]) -> tuple[NamedClass, ...]:
    return tuple(
        NamedClass(name=name, description=description, example=example) for name, description, example in rows
    )


def _sessions(folder: str, *files: str) -> tuple[SampleSession, ...]:
    return tuple(
        read_session((FOLDER / folder / f"{file}.txt").read_text(encoding="utf-8")) for file in files
    )
