"""Incidents: spans of time, how bad an outage is, and what is said about it by itself."""
