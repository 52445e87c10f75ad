"""Every handler that the house names exists, wherever its name is written."""

import ast
import re

import pytest

from portal.tests.test_architecture import product
from portal.work import handlers

NAME = re.compile(r"^[a-z]+\.tasks\.[a-z_]+$")


def kinds():
    """The strings of the house that look like the name of a handler."""
    constants = (
        node.value
        for module in product()
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return sorted({text for text in constants if NAME.match(text)})


def test_the_house_has_handlers():
    assert "creditquery.tasks.run_query" in kinds()


@pytest.mark.parametrize("kind", kinds())
def test_every_name_finds_its_handler(kind):
    assert callable(handlers.find(kind))
