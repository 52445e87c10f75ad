"""Who watches the watchmen: heartbeats of the portal's own processes, and alarms.

An alarm is a row that is open while its cause lasts; whoever finds the cause gone clears it.
"""
