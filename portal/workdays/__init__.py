"""Working days in China, with the days that the State Council moves: which day is one, and which
is the fifteenth from here (docs/adr/0032).

    from portal.workdays.selectors import calendar
    calendar("A10311000H0001").add(today, 15)   # Due(day, provisional, version)
"""
