"""What one edit sends to the browser, by what it is for, on a session of 1 and of 100 documents of some 40
words.

    python -m bench.bytes_per_edit [--documents 1 100]

Starts the app on a folder of its own and tags a word as a browser does, over the websocket. Bytes are those
of Streamlit's messages, before any compression.
"""

from __future__ import annotations

import argparse

from bench.letters import app, letters, link, make_session
from tests.tab import Tab

WORDS = {1: (0, 6), 2: (14, 18)}
"""Where the words that the edits tag stand."""


def edited(tab: Tab) -> dict[str, int]:
    """Bytes of the second edit by what they are for: the first one still brings what a new tab asks for."""
    tab.open()
    for number in WORDS:
        tab.tag(WORDS[number], ["Room", "POS"], number)
    return tab.sent


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, nargs="+", default=[1, 100])
    counts = arguments.parse_args().documents
    found: dict[int, dict[str, int]] = {}
    with app() as (server, api):
        for count in counts:
            with Tab(link(server.url, make_session(api, letters(count)))) as tab:
                found[count] = edited(tab)
    print(f"{'bytes of an edit':28}" + "".join(f"{count:>8,}" for count in counts) + "  documents")
    parts = {name for sent in found.values() for name in sent}
    for name in sorted(parts, key=lambda name: -found[counts[-1]].get(name, 0)):
        print(f"{name:28}" + "".join(f"{found[count].get(name, 0):8,}" for count in counts))
    print(f"{'all':28}" + "".join(f"{sum(found[count].values()):8,}" for count in counts))


if __name__ == "__main__":
    main()
