"""What a channel must get right before it is given a borrower, checked over its own address.

    python manage.py check_channel NAME

`kit` runs the checks and collects findings, `checks` says what is demanded, `line` plays the bad
connection. Nothing here knows a wire format: an adapter that follows gateways.inquiry is enough.
"""
