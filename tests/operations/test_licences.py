"""Everything that is installed with the product has a licence that goes with ours, and stands on the page."""

from __future__ import annotations

import re

import pytest

from docs import licences

PYPROJECT = (licences.ROOT / "pyproject.toml").read_text("utf-8")


def test_the_page_is_up_to_date() -> None:
    """A new package, a new version or a changed licence: `python -m docs.licences`, and read what has changed."""
    assert licences.PAGE.read_text("utf-8") == licences.page(licences.packages())


def test_every_licence_goes_with_ours() -> None:
    """One that nobody has stated goes with nothing."""
    assert [(each.name, each.licence) for each in licences.packages() if not each.fits] == []


def test_every_package_that_we_name_is_locked() -> None:
    """Else the page would be silent about it."""
    named = re.search(r"^dependencies = \[(.*?)^\]", PYPROJECT, re.MULTILINE | re.DOTALL)
    assert named is not None
    names = {name.lower() for name in re.findall(r'"([A-Za-z0-9-]+)', named[1])}
    assert names <= licences.locked(licences.LOCK.read_text("utf-8")).keys()


def test_a_package_of_which_nothing_is_known_does_not_fit() -> None:
    """That is what a new dependency is."""
    assert licences.licence_of("no-such-package-anywhere") == ""
    assert not licences.Package("new", ("1",), "").fits


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("LGPL-3.0-only", False),
        ("Apache-2.0 AND MIT", True),
        ("AGPL-3.0-or-later", False),
    ],
)
def test_an_expression_is_read_by_its_and_and_or(expression: str, fits: bool) -> None:
    """Of a choice one part is enough."""
    assert licences.fits(expression) is fits


def test_the_project_itself_is_under_the_licence_that_the_page_says() -> None:
    """In its metadata and in the file."""
    assert 'license = "Apache-2.0"' in PYPROJECT
    assert "Apache License" in (licences.ROOT / "LICENSE").read_text("utf-8")
