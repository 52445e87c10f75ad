"""The portal's settings, with one address more: the peer of the queue."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.peers.queue_urls"
