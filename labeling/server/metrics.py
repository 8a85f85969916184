"""Numbers for whoever watches the server, in the form that Prometheus reads. No label names a person, an id
or anything that somebody has written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from labeling.addresses import is_loopback
from labeling.errors import Failed, NotKept
from labeling.server.api.answers import failure
from labeling.server.guard import OWN
from labeling.server.storage.store import Store
from labeling.settings import MetricsFor

TYPE = CONTENT_TYPE_PLAIN_0_0_4
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
"""Headers by which a proxy says that it asks for somebody else."""
# They would be a line more for each number, which says when it began.
disable_created_metrics()  # type: ignore[no-untyped-call]
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The numbers of one app: of the calls since it began, and of what its store holds now.

    `drafts`: how many drafts hold unsaved changes, where the app of these drafts runs in this process.
    """

    def __init__(self, store: Store, drafts: Callable[[], int] | None = None) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tagwright_requests",
            "Calls that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tagwright_request_seconds",
            "How long calls took.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        saves = Counter("tagwright_saves", "Changes of sessions that were stored.", registry=self._registry)
        store.on_saved(saves.inc)
        self._registry.register(_Stored(store, drafts))

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a call. `route` is its template."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """All of them. Raises Failed when the database cannot be used."""
        return generate_latest(self._registry)


class _Stored(Collector):
    """What is counted when it is asked for."""

    def __init__(self, store: Store, drafts: Callable[[], int] | None) -> None:
        self._store, self._drafts = store, drafts

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing yet: the database is not asked for the names alone."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Jobs by what became of them, and drafts."""
        jobs = GaugeMetricFamily("tagwright_jobs", "Long work by how far it is.", labels=("status",))
        for status, count in self._store.jobs.counts().items():
            jobs.add_metric((status,), count)
        yield jobs
        if self._drafts is not None:
            with suppress(NotKept):
                words = "Drafts that hold unsaved changes."
                yield GaugeMetricFamily("tagwright_drafts", words, value=self._drafts())


def metrics_page(metrics: Metrics, allowed: MetricsFor) -> Callable[[Request], Response]:
    """The page of the numbers; who may not see it finds nothing at its address."""

    def page(request: Request) -> Response:
        if allowed == "off" or (allowed == "loopback" and not _is_from_here(request)):
            return failure(404, "There is nothing at this address.")
        try:
            return Response(metrics.text(), media_type=TYPE)
        except Failed as error:
            return failure(503, error.message)

    return page


def _is_from_here(request: Request) -> bool:
    """Whether a program of this computer asks, and for itself: a proxy here asks for everybody."""
    host = request.url.hostname or ""
    is_near = request.client is not None and is_loopback(request.client.host) and host in OWN
    return is_near and not any(name in request.headers for name in FORWARDED)
