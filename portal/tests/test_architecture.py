"""A rule that no machine checks does not hold: the house is checked, and so is each rule."""

import statistics
import subprocess
from functools import cache
from pathlib import Path

import pytest

from portal.tests import architecture as house
from portal.tests.architecture import Module

ROOT = Path(__file__).resolve().parents[2]


def tracked(pattern: str) -> list[Module]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [Module(name, (ROOT / name).read_text()) for name in listed if (ROOT / name).exists()]


@cache
def product() -> list[Module]:
    """Read once: each module is parsed for all rules together."""
    return [m for m in tracked("*.py") if not {"tests", "migrations"} & set(m.parts)]


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    assert [breach for module in product() for breach in rule(module)] == []


@pytest.mark.parametrize("rule", house.TEMPLATE_RULES, ids=lambda rule: rule.__name__)
def test_the_templates_keep_the_rule(rule):
    assert [breach for module in tracked("templates/*.html") for breach in rule(module)] == []


def test_functions_are_short_in_the_middle():
    lengths = [house.length(f) for module in product() for f in house.functions(module)]
    assert statistics.median(lengths) <= 10


LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 50
COUNTER_EXAMPLES = [
    (house.app_order, "accounts/views.py", "from creditquery import models"),
    (house.app_order, "portal/work/services.py", "from evidence.services import record"),
    (house.app_order, "evidence/models.py", "import portal.settings"),
    (house.apart, "simulators/bureau.py", "from portal.crypto import seal"),
    (house.apart, "creditquery/views.py", "import simulators.bureau"),
    (house.layers, "accounts/models.py", "from accounts.services import messages"),
    (house.layers, "accounts/services/challenges.py", "from accounts.tasks import deliver"),
    (house.layers, "creditquery/gateways/pboc.py", "from creditquery.models import Attempt"),
    (house.layers, "portal/work/models.py", "from portal.work.services import add"),
    (house.imports_on_top, "accounts/views.py", "def f():\n    import json\n"),
    (house.one_pdf_engine, "creditquery/report/printing.py", "import weasyprint"),
    (house.outside_calls, "accounts/services.py", "from portal.deadline import call"),
    (house.outside_calls, "creditquery/tasks.py", "import smtplib"),
    (house.no_clock, "accounts/services.py", "from x import timezone\ntimezone.now()\n"),
    (house.keyword_only, "accounts/services/a.py", "def send(user, text):\n    pass\n"),
    (house.one_mover, "creditquery/services.py", "rows.filter(pk=1).update(state='sent')"),
    (house.no_signals, "accounts/apps.py", "from django.dispatch import receiver"),
    (house.budgets, "accounts/views.py", "x = 1\n" * 401),
    (house.budgets, "accounts/views.py", LONG_FUNCTION),
    (house.budgets, "portal/settings.py", "X = 1\n" * 301),
    (house.names, "accounts/utils.py", ""),
    (house.template_budget, "templates/a.html", "<p>\n" * 121),
    (house.template_strict, "templates/a.html", '<p style="color:red">'),
    (house.template_strict, "templates/a.html", "<script>alert(1)</script>"),
    (house.template_strict, "templates/a.html", '<a onclick="f()">'),
    (house.template_strict, "templates/a.html", "{{ name|safe }}"),
]


@pytest.mark.parametrize(("rule", "path", "source"), COUNTER_EXAMPLES)
def test_each_rule_catches_its_counter_example(rule, path, source):
    assert len(list(rule(Module(path, source)))) == 1


def test_no_rule_is_without_a_counter_example():
    assert {rule for rule, _, _ in COUNTER_EXAMPLES} == {*house.RULES, *house.TEMPLATE_RULES}


ALLOWED = [
    (house.app_order, "creditquery/views.py", "from accounts.access import borrower_required"),
    (house.app_order, "portal/urls.py", "from accounts import views"),
    (house.apart, "portal/environment.py", "from dev.paths import var_dir"),
    (house.layers, "accounts/views.py", "from accounts.services import challenges"),
    (house.imports_on_top, "portal/pdf.py", "def f():\n    import weasyprint\n"),
    (house.imports_on_top, "a.py", "def f():\n    from portal.reading.ocr import read_image\n"),
    (house.outside_calls, "creditquery/gateways/pboc.py", "from portal.deadline import call"),
    (house.no_clock, "accounts/views.py", "timezone.now()"),
    (house.keyword_only, "accounts/services/a.py", "def send(user, *, text):\n    pass\n"),
    (house.template_strict, "templates/a.html", '<script type="module" src="a.js"></script>'),
]


@pytest.mark.parametrize(("rule", "path", "source"), ALLOWED)
def test_each_rule_lets_the_right_thing_pass(rule, path, source):
    assert list(rule(Module(path, source))) == []
