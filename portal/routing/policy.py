"""When a route is cut off and how it comes back: every threshold, each with its one meaning.

`settings.ROUTING` is the policy of the bureau's routes; the environment sets each field as
`ROUTING_<FIELD>`. Sources of the figures: docs/reliability.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Whole numbers; the unit is the end of the name, else calls."""

    window_seconds: int = 60
    """Calls of the last so many seconds are judged."""
    bucket_seconds: int = 5
    """The window moves in steps of so many seconds."""
    failure_percent: int = 5
    """Opens when strictly more than this share of the window's calls failed."""
    min_calls: int = 100
    """Fewer calls in the window are no share worth judging."""
    busy_calls_a_minute: int = 240
    """From this rate on the route counts as busy."""
    min_calls_busy: int = 200
    """Instead of `min_calls` while the route is busy."""
    consecutive: int = 10
    """Opens after so many failures in a row, however few calls there were."""
    stall_seconds: int = 5
    """A call in flight for longer than this is stalled."""
    stall_calls: int = 10
    """Opens when of at least so many calls in flight more than half are stalled."""
    open_seconds: int = 30
    """First time that the route stays cut off; doubles with each opening that follows."""
    open_most_seconds: int = 300
    """The doubling ends here."""
    away_most_seconds: int = 3600
    """Maintenance that the other side announces is believed for so long, then it is asked."""
    jitter_percent: int = 20
    """The time cut off is spread by so much either way, so that routes do not return together."""
    calm_seconds: int = 120
    """In use for so long without a break, the doubling starts anew."""
    probes: int = 5
    """So many probes in a row, one at a time, must succeed before the route is used again."""
    flight_seconds: int = 40
    """A call in flight for longer was made by a process that has died: it is forgotten."""
    alive_seconds: int = 3
    """A process that was silent for longer does not count as waiting for its calls."""
    start_concurrency: int = 2
    """Calls at once after the route has come back; one more with every window of good calls."""
    usual_concurrency: int = 32
    """Calls at once at first, when nothing speaks against the route."""
    most_concurrency: int = 200
    """Never more calls at once than this."""
    slow_milliseconds: int = 2000
    """Calls slower than this, and than twice what is usual for the route, count as trouble."""
    ease_percent: int = 70
    """Trouble leaves so much of the concurrency."""
    retry_percent: int = 10
    """Repeated calls are at most this share of first ones."""
    retry_reserve: int = 20
    """So many repeated calls are granted on top."""

    def __post_init__(self) -> None:
        """Raises ValueError, beginning with a field, for thresholds that contradict each other."""
        sensible = {
            "bucket_seconds": self.bucket_seconds > 0
            and self.window_seconds % self.bucket_seconds == 0
            and self.window_seconds > 0,
            "failure_percent": self.failure_percent < 100,
            "min_calls_busy": 0 < self.min_calls <= self.min_calls_busy,
            "consecutive": self.consecutive > 0,
            "stall_calls": self.stall_calls > 0,
            "open_most_seconds": 0 < self.open_seconds <= self.open_most_seconds,
            "jitter_percent": self.jitter_percent < 100,
            "probes": self.probes > 0,
            "flight_seconds": self.flight_seconds > self.stall_seconds,
            "alive_seconds": self.alive_seconds >= 2,  # the pulse comes each second
            "usual_concurrency": 0 < self.start_concurrency <= self.usual_concurrency,
            "most_concurrency": self.usual_concurrency <= self.most_concurrency,
            "ease_percent": 0 < self.ease_percent < 100,
            "retry_reserve": self.retry_reserve > 0,
        }
        for name, holds in sensible.items():
            if not holds:
                raise ValueError(f"{name} contradicts the other thresholds or makes no sense")


VENDORS = Policy(
    window_seconds=120,
    bucket_seconds=5,
    failure_percent=14,
    min_calls=20,
    min_calls_busy=20,
    consecutive=3,
    stall_seconds=3,
    flight_seconds=100,
    probes=3,
    start_concurrency=8,
    usual_concurrency=64,
    slow_milliseconds=3000,
)
"""Of those who send text messages and make calls, by carrier: three hard errors in a row, or 15 in
a hundred slow or failed of at least twenty. A trial message is in flight until its receipt."""
