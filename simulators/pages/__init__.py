"""Pages for a person who wants to cause the trouble that the portal is made for. No script."""
