"""English dates without "a.m.": the day first, the clock in 24 hours, as in the Chinese pages."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
