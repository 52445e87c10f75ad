"""Journeys in Chromium through the whole running portal, as `make run` starts it."""
