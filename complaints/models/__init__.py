"""The nouns of this app; one file a noun."""

from complaints.models.incidents import (
    Component,
    Incident,
    IncidentImpact,
    IncidentRevision,
    IncidentSignal,
    IncidentUpdate,
    IncidentWindow,
)

__all__ = [
    "Component",
    "Incident",
    "IncidentImpact",
    "IncidentRevision",
    "IncidentSignal",
    "IncidentUpdate",
    "IncidentWindow",
]
