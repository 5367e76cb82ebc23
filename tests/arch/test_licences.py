"""What ClockDesk is shipped with may be shipped: no GPL or AGPL among the installed runtime packages (LGPL is fine)."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

COPYLEFT = re.compile(r"\bA?GPL|(?<!Lesser )General Public License|Affero", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL|Lesser General Public|Library General Public", re.IGNORECASE)
SAYS_NOTHING = {"", "OSI Approved", "UNKNOWN", "Dual License"}


def _runtime() -> dict[str, Distribution]:
    """ClockDesk's dependencies and theirs, as installed here."""
    found: dict[str, Distribution] = {}
    todo = [(line, "") for line in distribution("clockdesk").requires or []]
    while todo:
        line, extra = todo.pop()
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = requirement.name.lower().replace("_", "-")
        try:
            package = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # test_every_direct_dependency_is_installed speaks for those that matter
        if name not in found:
            found[name] = package
            todo += [(inner, "") for inner in package.requires or []]
        todo += [
            (inner, wanted) for wanted in requirement.extras for inner in package.requires or [] if "extra" in inner
        ]
    return found


def _licences(package: Distribution) -> list[str]:
    """What the package says about its licence; when its fields say nothing, the first lines of its licence files."""
    fields = package.metadata
    said = [*(fields.get_all("License-Expression") or fields.get_all("License") or [])]
    said += [c.rpartition(" :: ")[2] for c in fields.get_all("Classifier") or [] if c.startswith("License :: ")]
    said = [text for text in said if text not in SAYS_NOTHING]
    if not said:
        papers = [file for file in package.files or [] if re.search(r"licen[sc]e|copying", file.name, re.IGNORECASE)]
        said = [str(paper.read_text())[:600] for paper in papers]
    return said


def _may_be_shipped(licence: str) -> bool:
    """Whether one of the alternatives is neither GPL nor AGPL."""
    return any(LESSER.search(part) or not COPYLEFT.search(part) for part in re.split(r"\bOR\b", licence))


def test_every_direct_dependency_is_installed():
    direct = {
        Requirement(line).name.lower() for line in distribution("clockdesk").requires or [] if "extra" not in line
    }
    assert direct <= set(_runtime())


def test_no_runtime_package_is_gpl():
    for name, package in _runtime().items():
        licences = _licences(package)
        assert licences, f"{name} does not say under which licence it stands"
        assert all(map(_may_be_shipped, licences)), f"{name}: {licences}"


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("GNU General Public License v2 (GPLv2)", False),
        ("GNU Affero General Public License v3", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("BSD-3-Clause", True),
        ("MPL-2.0", True),
    ],
)
def test_licences_are_judged(licence, may):
    assert _may_be_shipped(licence) is may
