import polib

from dev.catalogues import differences


def catalogue(**entries: str) -> polib.POFile:
    made = polib.POFile()
    made.extend(polib.POEntry(msgid=msgid, msgstr=msgstr) for msgid, msgstr in entries.items())
    return made


def test_a_complete_catalogue_has_no_differences():
    assert list(differences(catalogue(yes="是"), catalogue(yes=""))) == []


def test_each_kind_of_fault_is_named():
    ours = catalogue(yes="是", old="旧", empty="")
    ours.append(polib.POEntry(msgid="unsure", msgstr="或许", flags=["fuzzy"]))
    ours.append(polib.POEntry(msgid="gone", msgstr="无", obsolete=True))
    assert list(differences(ours, catalogue(yes="", empty="", unsure="", new=""))) == [
        "not in the catalogue: 'new'",
        "not in the sources: 'old'",
        "left over: 'gone'",
        "fuzzy: 'unsure'",
        "untranslated: 'empty'",
    ]
