"""What an outage is worth, worked out from facts alone, and the files between us and the bank."""
