"""The rules of the house as functions over source text; test_architecture.py runs them.

Each rule takes one Module and yields a sentence for each breach. Nothing is imported or executed:
the files are read as text.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

# App order, left to right. What is in `portal` but named here is the root and may import all apps.
ORDER = (
    "portal",
    "evidence",
    "accounts",
    "payments",
    "creditquery",
    "reviews",
    "complaints",
    "recovery",
    "root",
)
PORTAL_ROOT = ("settings", "urls", "celery", "wsgi", "management")
# Packages of the portal that are built like an app.
LEAF_PARTS = {"work", "routing", "watch", "workdays"}
APART = {"dev", "simulators", "drills", "benchmarks"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "misc", "common"}

# Layers inside an app; a name that is not here is a pure helper or a gateway: layer 0.
LAYERS = {
    "models": 1,
    "selectors": 2,
    "services": 2,
    "forms": 3,
    "views": 4,
    "admin": 4,
    "adminsite": 4,
    "access": 4,
    "sessions": 4,
    "tasks": 4,
    "context_processors": 4,
    "metrics": 4,
    "management": 4,
    "pulse": 4,
    "urls": 5,
    "urls_machine": 5,
    "apps": 5,
}
CLOCK = {
    "timezone.now",
    "datetime.now",
    "dt.datetime.now",
    "time.time",
    "date.today",
    "dt.date.today",
    "timezone.localdate",
}
LATE = {"weasyprint", "fontTools.subset", "portal.signing", "portal.reading.ocr"}
OUTSIDE = {"smtplib", "http.client", "urllib.request", "requests", "httpx", "portal.deadline.call"}

FILE_LINES, FUNCTION_LINES, SETTINGS_LINES, TEMPLATE_LINES = 400, 50, 300, 120


@dataclass(frozen=True)
class Module:
    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).with_suffix("").parts

    @property
    def app(self) -> str:
        return owner(self.parts)

    @property
    def layer(self) -> int | None:
        return layer(self.parts)

    @cached_property
    def imports(self) -> list[tuple[int, tuple[str, ...]]]:
        """(line, dotted parts) of every import, `from a import b` also as a.b."""
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(node.lineno, tuple(alias.name.split("."))) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                base = tuple(node.module.split("."))
                found += [(node.lineno, (*base, alias.name)) for alias in node.names]
        return found


def owner(parts: tuple[str, ...]) -> str:
    if parts[0] == "portal" and len(parts) > 1 and parts[1] in PORTAL_ROOT:
        return "root"
    return parts[0]


def layer(parts: tuple[str, ...]) -> int | None:
    """Layer of a module of an app (or of a leaf package of the portal, which is built alike)."""
    if parts[0] == "portal":
        if len(parts) < 3 or parts[1] not in LEAF_PARTS:
            return None
        parts = parts[1:]
    if "gateways" in parts:  # whatever its modules are called: they know no models
        return 0
    if parts[0] not in ORDER and parts[0] not in LEAF_PARTS:
        return None
    return next((LAYERS[name] for name in parts[1:] if name in LAYERS), 0)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def app_order(module: Module) -> Iterator[str]:
    """An app imports only from its left."""
    if module.app not in ORDER:
        return
    place = ORDER.index(module.app)
    for line, parts in module.imports:
        target = owner(parts)
        if target in ORDER and ORDER.index(target) > place:
            yield f"{module.path}:{line} {module.app} imports {'.'.join(parts)} from its right"


def apart(module: Module) -> Iterator[str]:
    """Simulators import nothing of the house; the house imports neither them nor what drives it."""
    for line, parts in module.imports:
        foreign = parts[0] in {*ORDER, *APART} and parts[0] != "simulators"
        if module.parts[0] == "simulators" and foreign:
            yield f"{module.path}:{line} simulators import {parts[0]}"
        if module.app in ORDER and parts[0] in APART and parts[:2] != ("dev", "paths"):
            yield f"{module.path}:{line} {module.app} imports {'.'.join(parts)}"


def layers(module: Module) -> Iterator[str]:
    """Inside an app imports go downwards only."""
    if module.layer is None:
        return
    for line, parts in module.imports:
        if owner(parts) == module.app and parts[:1] == module.parts[:1]:
            target = layer(parts)
            if target is not None and target > module.layer:
                name = ".".join(parts)
                yield f"{module.path}:{line} layer {module.layer} imports {name} of {target}"


def imports_on_top(module: Module) -> Iterator[str]:
    """Imports stand at the top; only what loads slowly is left to who needs it."""
    for function in functions(module):
        for node in ast.walk(function):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            name = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            if name not in LATE and (name or "").partition(".")[0] not in LATE:
                yield f"{module.path}:{node.lineno} imports {name} inside a function"


def one_pdf_engine(module: Module) -> Iterator[str]:
    """WeasyPrint is imported in portal/pdf.py alone; a benchmark's peer is nobody's engine."""
    if module.path.startswith("benchmarks/peers/"):
        return
    for line, parts in module.imports:
        if parts[0] == "weasyprint" and module.path != "portal/pdf.py":
            yield f"{module.path}:{line} imports weasyprint"


def outside_calls(module: Module) -> Iterator[str]:
    """Only gateways speak to the outside world."""
    if module.app not in ORDER[1:-1] or "gateways" in module.parts:
        return
    for line, parts in module.imports:
        if any(".".join(parts[:n]) in OUTSIDE for n in (1, 2, 3)):
            yield f"{module.path}:{line} calls outside: {'.'.join(parts)}"


def no_clock(module: Module) -> Iterator[str]:
    """Models, selectors and services are told the time."""
    if module.layer not in (1, 2):
        return
    for node in module.nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCK:
            yield f"{module.path}:{node.lineno} reads the clock: {ast.unparse(node.func)}"


def keyword_only(module: Module) -> Iterator[str]:
    """A public service takes at most the thing acted on by position, all else by name."""
    if module.layer != 2 or "services" not in module.parts:
        return
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if len(node.args.posonlyargs) + len(node.args.args) > 1:
            yield f"{module.path}:{node.lineno} {node.name} takes positional arguments"


def one_mover(module: Module) -> Iterator[str]:
    """A state is moved by evidence.services.move; work, which is plumbing, moves its own."""
    if module.app not in ORDER or module.path.startswith(("evidence/services", "portal/work/")):
        return
    for node in module.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "update" and {k.arg for k in node.keywords} & {"state", "status"}:
            yield f"{module.path}:{node.lineno} moves a state by hand"


def no_signals(module: Module) -> Iterator[str]:
    """No signals as control flow."""
    for line, parts in module.imports:
        dotted = ".".join(parts)
        if dotted.startswith(
            ("django.dispatch", "django.db.models.signals", "django.core.signals")
        ):
            yield f"{module.path}:{line} uses signals"


def budgets(module: Module) -> Iterator[str]:
    """Files and functions keep to their size."""
    lines = module.source.count("\n")
    limit = SETTINGS_LINES if module.path == "portal/settings.py" else FILE_LINES
    if lines > limit:
        yield f"{module.path} has {lines} lines, the budget is {limit}"
    for function in functions(module):
        if length(function) > FUNCTION_LINES:
            yield f"{module.path}:{function.lineno} {function.name} has {length(function)} lines"


def names(module: Module) -> Iterator[str]:
    """A module is named after its subject."""
    for part in FORBIDDEN_NAMES.intersection(module.parts):
        yield f"{module.path} is called {part}"


def template_budget(module: Module) -> Iterator[str]:
    lines = module.source.count("\n")
    if lines > TEMPLATE_LINES:
        yield f"{module.path} has {lines} lines, the budget is {TEMPLATE_LINES}"


def template_strict(module: Module) -> Iterator[str]:
    """No inline style, script or handler: the content security policy has no unsafe-*."""
    for match in re.finditer(
        r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)|\|safe\b", module.source
    ):
        line = module.source.count("\n", 0, match.start()) + 1
        yield f"{module.path}:{line} holds {match.group().strip()}"


RULES = (
    app_order,
    apart,
    layers,
    imports_on_top,
    one_pdf_engine,
    outside_calls,
    no_clock,
    keyword_only,
    one_mover,
    no_signals,
    budgets,
    names,
)
TEMPLATE_RULES = (template_budget, template_strict)
