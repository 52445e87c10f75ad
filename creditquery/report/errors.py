"""Why a bureau answer was not taken. The messages name no personal data.

ReportError         unreadable, too large, hostile, or not a report
  UnknownStructure  a report, but with parts that the model does not know
  WrongPerson       a report about somebody else
"""


class ReportError(Exception):
    pass


class UnknownStructure(ReportError):
    pass


class WrongPerson(ReportError):
    pass
