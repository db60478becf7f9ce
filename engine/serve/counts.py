"""What is counted, for Prometheus to read."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)


class Counts:
    """The counters of one service; their labels are few, so that memory stays flat."""

    def __init__(self, model: str, version: int) -> None:
        self._registry = made = CollectorRegistry()
        self.requests = Counter("proofolio_requests", "Requests answered.", ("route", "status"), registry=made)
        self.seconds = Histogram(
            "proofolio_request_seconds", "Time to the end of the answer.", ("route",), buckets=_SECONDS, registry=made
        )
        self.rows = Counter("proofolio_rows", "Rows predicted.", registry=made)
        self.unseen = Counter(
            "proofolio_unseen_categories", "Cells with a category unknown to the model.", registry=made
        )
        self.in_hand = Gauge("proofolio_requests_in_hand", "Requests that are being answered.", registry=made)
        self.log_failures = Counter(
            "proofolio_log_failures", "Requests that could not be written to the log.", registry=made
        )
        Gauge("proofolio_model_info", "The model that answers.", ("model", "version"), registry=made).labels(
            model, str(version)
        ).set(1)

    def text(self) -> bytes:
        """Write all counters in the text format of Prometheus."""
        return generate_latest(self._registry)
