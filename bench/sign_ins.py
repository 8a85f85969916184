"""How fast the API alone answers /health while 80 people sign in at once, against when nobody does: a ratio.

python -m bench.sign_ins
"""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from multiprocessing import Event, Process, Queue
from typing import Any

import httpx

from bench.letters import api_alone

PEOPLE = 80
CALLS = 400


def p95(http: httpx.Client) -> float:
    """The 95th percentile, in seconds."""
    times = []
    for _ in range(CALLS):
        began = time.perf_counter()
        assert http.get("/health").status_code == 200
        times.append(time.perf_counter() - began)
        time.sleep(0.005)
    return sorted(times)[int(0.95 * CALLS)]


def sign_in(address: str, is_over: Any, answers: Any) -> None:
    """Eighty people who sign in again and again, and wait as long as they are told."""
    os.nice(10)  # they would be at other machines
    said, numbers = Counter[int](), count()

    def again_and_again() -> None:
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as own:
            while not is_over.is_set():
                body = {"email": f"{next(numbers)}@example.org", "password": "guess"}
                answer = own.post("/auth/login", json=body)
                said[answer.status_code] += 1
                is_over.wait(float(answer.headers.get("Retry-After", 0)))

    with ThreadPoolExecutor(PEOPLE) as people:
        for _ in range(PEOPLE):
            people.submit(again_and_again)
    answers.put(said)


def main() -> None:
    with api_alone() as (_, (address,), _), httpx.Client(base_url=address, trust_env=False) as http:
        p95(http)
        quiet = p95(http)
        is_over, answers = Event(), Queue()
        people = Process(target=sign_in, args=(address, is_over, answers))
        people.start()
        time.sleep(2)
        busy = p95(http)
        is_over.set()
        said = ", ".join(f"{number} × {status}" for status, number in sorted(answers.get().items()))
        people.join()
    print(
        f"/health, p95: quiet {1000 * quiet:.1f} ms; beside {PEOPLE} sign-ins {1000 * busy:.1f} ms ({said})"
    )
    print(f"ratio {busy / quiet:.1f}")


if __name__ == "__main__":
    main()
