"""Section 1: who the report is about."""

from creditquery.report.document import Facts, Section
from creditquery.report.layout.text import Sheet, section_of, subsection
from creditquery.report.model import Report


def section(report: Report) -> Section:
    return section_of(
        "个人基本信息",
        "person",
        [
            ("身份信息", subsection(_identity(report))),
            ("手机号码", subsection(_mobiles(report))),
            ("配偶信息", subsection(_spouse(report))),
            ("居住信息", subsection(_residences(report))),
            ("职业信息", subsection(_employments(report))),
        ],
    )


def _identity(report: Report) -> Sheet:
    sheet = Sheet()
    identity = report.person.identity if report.person else None
    pairs = (
        *sheet.pairs(identity, "sex", "born"),
        *sheet.pairs(report.spouse, "marital"),
        *sheet.pairs(identity, "employment", "education", "degree", "nationality"),
        *sheet.pairs(identity, "email", "address", "registered_address"),
    )
    if pairs:
        sheet.add(Facts(pairs))
    documents = report.header.documents
    if documents:
        sheet.numbered(documents.items, "id_type", "id_number", title="其他证件信息")
    header = report.header
    sheet.unknown(header.mark, header.subject)
    sheet.rest(report.person, identity, header, documents)
    return sheet


def _mobiles(report: Report) -> Sheet:
    sheet = Sheet()
    mobiles = report.person.mobiles if report.person else None
    if mobiles:
        sheet.numbered(mobiles.items, "number", "updated")
        sheet.rest(mobiles)
    return sheet


def _spouse(report: Report) -> Sheet:
    sheet = Sheet()
    spouse = report.spouse
    if spouse and any((spouse.name, spouse.id_number, spouse.employer, spouse.phone)):
        sheet.row(spouse, "name", "id_type", "id_number", "employer", "phone")
    if spouse:
        sheet.shown(spouse, "marital")  # stands with the identity
        sheet.rest(spouse)
    return sheet


def _residences(report: Report) -> Sheet:
    sheet = Sheet()
    sheet.numbered(report.residences, "address", "phone", "status", "updated")
    sheet.rest(*report.residences)
    return sheet


def _employments(report: Report) -> Sheet:
    sheet = Sheet()
    jobs = report.employments
    sheet.numbered(jobs, "status", "employer", "nature", "address", "phone")
    sheet.numbered(jobs, "occupation", "industry", "position", "title", "since", "updated")
    sheet.rest(*jobs)
    return sheet
