"""The program that carries a plan out is killed at any moment, and begun again: all of it is there, once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from labeling.agreement.deal import Terms
from labeling.model import Document, NewSession, Role
from labeling.reviewing.carrying_out import Carrying, plan_text, read_session, read_source
from labeling.reviewing.plans import NewPlan, PlanSource, plan_of, planned, stored
from labeling.store.drafts import open_drafts
from labeling.store.review_values import Who
from labeling.studio.client import connect
from tests.contract.embedded import Embedded

API = "here"
SPAN = 0.05
"""Seconds within which it is killed once so many sessions are there as were drawn."""


def carry_out(url: str, token: str, drafts: Path, project: int) -> None:
    """Carry out what is stored, as the app does."""
    with closing(open_drafts(drafts)) as store:
        review = store.review(API)
        [kept] = review.plans(str(project))
        Carrying(connect(url, token, timeout=300), review, plan_of(kept)).run()


def kill_plans(server: Embedded, folder: Path, seeds: list[int], documents: int, people: int) -> list[int]:
    """A plan for each seed, its program killed and begun again; how many sessions were there at the kill."""
    return [_killed(server, folder / f"drafts-{seed}", seed, documents, people) for seed in seeds]


def _killed(server: Embedded, drafts: Path, seed: int, documents: int, people: int) -> int:
    project, api = server.project(), server.api
    held = tuple(Document(text=f"Document {number}") for number in range(documents))
    api.create_session(project, NewSession(name="Source", documents=held))
    workers = [server.person(Role.ANNOTATOR, project, f"p{number}").who() for number in range(people)]
    who = [Who(str(one.id), one.email) for one in workers]
    texts = [plan_text(*one) for one in read_source(api, project, PlanSource())]
    plan = planned(NewPlan(project, "Plan", Who("1", "Lead"), who, texts, Terms(again=0.05, seed=seed)))
    drafts.mkdir()
    with closing(open_drafts(drafts)) as store:
        store.review(API).put_plan(stored(plan))
    arguments = (str(server.http.base_url), server.token, str(drafts), str(project))
    program = subprocess.Popen([sys.executable, "-m", "tests.contract.killed_plans", *arguments])
    moments = random.Random(seed)
    wanted = moments.randint(0, people)
    while len(api.sessions(project)) - 1 < wanted and program.poll() is None:
        time.sleep(0.005)
    time.sleep(moments.uniform(0, SPAN))
    program.kill()
    program.wait()
    reached = len(api.sessions(project)) - 1
    carry_out(*arguments[:2], drafts, project)
    with closing(open_drafts(drafts)) as store:
        [kept] = store.review(API).plans(str(project))
    done = plan_of(kept)
    assert done.is_carried_out
    made = [one for one in api.sessions(project) if one.plan == plan.id]
    assert sorted(one.name for one in made) == sorted(part.title for part in done.parts)
    for part in done.work:
        session = next(one for one in made if one.id == part.session_id)
        ids = [document.id for _, document in read_session(api, session)]
        assert ids == [done.id_of(one) for one in part.documents]
    return reached


if __name__ == "__main__":
    carry_out(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
