"""The short form: three hundred borrowers of one incident, the same processes and counts."""

import json

from drills.tests.test_drills import drill, processes_of


def test_an_incident_day_loses_and_doubles_nothing(tmp_path):
    rows = tmp_path / "rows.jsonl"
    done = drill(tmp_path / "var", "incident_day", "--n=300", "--seed=1", f"--rows={rows}")
    assert rows.exists(), done.stdout
    row = json.loads(rows.read_text())
    assert (row["operations"], row["lost"], row["doubled"]) == (300, 0, 0), done.stdout
    assert row["faults"]["worker killed"] == 3
    figures = row["figures"]
    # 300 that it is over, 300 that the deadline is longer; after the correction, about letters.
    assert figures["messages_queued"]["value"] == figures["messages_sent"]["value"] >= 600
    assert figures["refused_by_the_vendor"]["value"] == figures["work_dead"]["value"] == 0
    assert processes_of(tmp_path / "var" / "drill-incident_day") == []
