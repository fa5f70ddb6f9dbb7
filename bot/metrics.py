"""What `/metrics` shows: how the service does. Nothing of a person, a draft or a verdict; protected drafts aren't counted."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

REQUESTS = Histogram(
    "bonvent_acknowledge_seconds",
    "From a request of Slack's to its acknowledgement.",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3),
    registry=REGISTRY,
)
REVIEWS = Histogram(
    "bonvent_review_seconds",
    "From a draft's arrival to its review in the outbox.",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60),
    registry=REGISTRY,
)
POSTS = Counter("bonvent_posts_total", "Calls that post, change or remove a message.", ["result"], registry=REGISTRY)
FALLBACKS = Counter(
    "bonvent_fallbacks_total", "Messages that could only be answered with an apology.", registry=REGISTRY
)
WAITING = Gauge("bonvent_waiting_messages", "Messages that wait for their answer.", registry=REGISTRY)
READY = Gauge("bonvent_ready", "1 when everything is warm and Slack is connected.", registry=REGISTRY)
