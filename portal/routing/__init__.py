"""Routes to the outside: which of them may be used now, told by a breaker that all hosts share.

A route is one way to reach somebody outside: an entrance of the bureau, a vendor of SMS. Redis
holds what the breaker counts and may lose it at any moment; transitions, overrides and planned
maintenance are rows.
"""
