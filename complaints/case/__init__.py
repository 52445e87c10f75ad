"""Complaints: how they are classified, how their clocks count, and the words for both."""
