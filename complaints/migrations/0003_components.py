"""The parts of the service, the first policy for incidents, and the rules of reporting."""

from typing import Any

from django.db import migrations
from django.utils import timezone

COMPONENTS = (
    ("bureau", "征信查询", "Credit queries", ["pboc", "bank"]),
    ("codes", "验证码短信", "Codes by text message", []),
    ("login", "登录", "Logging in", []),
    ("identity", "实名核验", "Real-name check", []),
    ("reports", "报告与下载", "Reports and downloads", []),
    ("portal", "网站", "The site itself", []),
)
# 银监办发[2008]53号 as quoted by training and examination pages; its text was not found in public.
GRADE = {
    "grade_zh": "较大突发事件（Ⅱ级）",
    "grade_en": "Major emergency (grade II)",
    "first_minutes": 30,
    "written_hours": 12,
    "recipient": "国家金融监督管理总局派出机构",
    "source": "银监办发〔2008〕53号",
    "weakness_zh": "原文未公开，此处依据二手资料（考试培训网页）整理，使用前请由法务核对。",
    "weakness_en": "The text is not public; this follows second-hand sources (training pages). "
    "Have counsel check it before relying on it.",
}
RULES = (
    {**GRADE, "order": 1, "minutes": 30, "provinces": 2},
    {**GRADE, "order": 2, "minutes": 180, "provinces": 1},
)


def seed(apps: Any, _: Any) -> None:
    models = {name: apps.get_model("complaints", name).objects for name in NAMES}
    for order, (key, zh, en, routes) in enumerate(COMPONENTS):
        values = {"name_zh": zh, "name_en": en, "routes": routes, "order": order}
        models["Component"].update_or_create(key=key, defaults=values)
    if not models["IncidentPolicy"].exists():
        models["IncidentPolicy"].create(version="2026-1", adopted_at=timezone.now())
    if not models["ReportingRule"].exists():
        for rule in RULES:
            models["ReportingRule"].create(**rule)


NAMES = ("Component", "IncidentPolicy", "ReportingRule")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_aftermath")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
