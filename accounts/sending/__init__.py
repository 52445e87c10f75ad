"""Messages leaving the house: handed to a vendor, asked for, watched, and sent by another one."""
