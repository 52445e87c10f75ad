"""The outside world on loopback: bureau, SMS, identity check, mail.

Each part speaks the real wire protocol and checks every signature with keys of its own. Nothing
here imports the portal and no code is shared with its clients: they would only confirm each other.
"""
