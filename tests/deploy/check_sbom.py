#!/usr/bin/env python3
"""tools/sbom: what SPDX 2.3 and CycloneDX 1.5 require is there, references lead somewhere, purls are valid, and what
docs/dependencies.md lists is in it. Without a built program a small one of the system stands in for it."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from counted import ROOT, Tally, program, text

SBOM = ROOT / "tools/sbom"
# pkg:type/namespace/name@version?qualifiers; reserved characters are encoded.
PURL = re.compile(r"pkg:(generic/[a-z]+@[\d.]+|deb/[a-z]+/(?:[a-z0-9.~_-]|%[0-9A-F]{2})+@(?:[A-Za-z0-9.~_-]|%[0-9A-F]{2})+"
                  r"\?arch=[a-z0-9]+&distro=[a-z]+-[\w.]+)")
LICENCE = re.compile(r"NOASSERTION|LicenseRef-[A-Za-z0-9.-]+|[A-Za-z0-9.+-]+( (OR|AND) [A-Za-z0-9.+-]+)*")
SMALL_TABLE = "## Linked into the program\n\n| Library | Licence |\n|---|---|\n| SQLite | public domain |\n"


def make(folder, of, *options):
    done = subprocess.run([SBOM, "--program", of, "--output", folder, *options], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr.strip()


def load(folder, name):
    return json.loads((folder / f"parkwatch.{name}.json").read_text(encoding="utf-8"))


def missing(thing, members, where):
    for member in members:
        if thing.get(member) in (None, "", []):
            yield f"{where}: no {member}"


def spdx_faults(document):
    yield from missing(document, ("SPDXID", "name", "documentNamespace", "packages", "relationships"), "document")
    if (document.get("spdxVersion"), document.get("dataLicense")) != ("SPDX-2.3", "CC0-1.0"):
        yield f"{document.get('spdxVersion')} under {document.get('dataLicense')}"
    made = document["creationInfo"]
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["created"]) or not made["creators"][0].startswith("Tool: "):
        yield f"creationInfo: {made}"
    extracted = {text["licenseId"] for text in document.get("hasExtractedLicensingInfos", [])}
    used = set()
    for package in document["packages"]:
        where = package.get("name", "a package")
        yield from missing(package, ("name", "SPDXID", "versionInfo", "downloadLocation", "licenseConcluded", "licenseDeclared",
                                     "copyrightText", "externalRefs"), where)
        for licence in (package["licenseConcluded"], package["licenseDeclared"]):
            if not LICENCE.fullmatch(licence):
                yield f"{where}: {licence} is no licence expression"
            used |= {licence} if licence.startswith("LicenseRef-") else set()
        locators = [ref["referenceLocator"] for ref in package["externalRefs"] if ref["referenceType"] == "purl"]
        if len(locators) != 1 or not PURL.fullmatch(locators[0]):
            yield f"{where}: {locators} is not one valid purl"
        if not re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", package["SPDXID"]):
            yield f"{where}: {package['SPDXID']}"
    if used != extracted:
        yield f"licences named and explained differ: {sorted(used ^ extracted)}"
    ids = [package["SPDXID"] for package in document["packages"]] + ["SPDXRef-DOCUMENT"]
    if len(ids) != len(set(ids)):
        yield "an id stands for two things"
    related = set()
    for relation in document["relationships"]:
        ends = {relation["spdxElementId"], relation["relatedSpdxElement"]}
        related |= ends
        for end in ends - set(ids):
            yield f"a relationship with {end}, which is not there"
    for alone in sorted(set(ids) - related):
        yield f"{alone} is related to nothing"


def cyclonedx_faults(document):
    yield from missing(document, ("serialNumber", "metadata", "components", "dependencies"), "document")
    if (document.get("bomFormat"), document.get("specVersion"), document.get("version")) != ("CycloneDX", "1.5", 1):
        yield f"{document.get('bomFormat')} {document.get('specVersion')}"
    uuid.UUID(document["serialNumber"].removeprefix("urn:uuid:"))
    components = [document["metadata"]["component"], *document["components"]]
    for component in components:
        yield from missing(component, ("type", "bom-ref", "name", "version", "purl", "licenses"), component.get("name", "a component"))
        if not PURL.fullmatch(component["purl"]):
            yield f"{component['name']}: {component['purl']} is no valid purl"
        for licence in component["licenses"]:
            if list(licence) not in (["license"], ["expression"]) or "license" in licence and set(licence["license"]) not in ({"id"}, {"name"}):
                yield f"{component['name']}: {licence}"
    references = [component["bom-ref"] for component in components]
    if len(references) != len(set(references)):
        yield "a bom-ref stands for two components"
    told = [entry["ref"] for entry in document["dependencies"]]
    if sorted(told) != sorted(references):
        yield f"dependencies and components differ: {sorted(set(told) ^ set(references))}"
    for entry in document["dependencies"]:
        for other in set(entry["dependsOn"]) - set(references):
            yield f"{entry['ref']} depends on {other}, which is not there"


def agreement_faults(folder):
    """Both forms say the same, and every component has its licence's text."""
    spdx, cyclonedx = load(folder, "spdx"), load(folder, "cdx")
    ours = {(p["name"], p["versionInfo"]) for p in spdx["packages"]}
    theirs = {(c["name"], c["version"]) for c in [cyclonedx["metadata"]["component"], *cyclonedx["components"]]}
    if ours != theirs:
        yield f"they differ in {sorted(ours ^ theirs)}"
    for name, _ in sorted(ours):
        place = folder / "licences" / name
        if not place.exists() or place.stat().st_size == 0:
            yield f"licences/{name} is missing"


def table_faults(folder):
    """As many libraries that the program itself names have a licence as docs/dependencies.md lists; the C and C++ runtimes
    have several each."""
    listed = len(re.findall(r"^\| (?!Library|-)", text("docs/dependencies.md").split("## To build")[0], re.M))
    document = load(folder, "spdx")
    direct = {r["relatedSpdxElement"] for r in document["relationships"] if r["relationshipType"].endswith("_LINK")}
    named = [p["name"] for p in document["packages"]
             if p["SPDXID"] in direct and not p["licenseDeclared"].startswith("LicenseRef-")]
    if listed < 10 or len(named) != listed:
        yield f"{listed} libraries are listed, {len(named)} are linked: {named}"


def check_forms(tally, folder, what):
    tally.check(f"{what}: SPDX 2.3", spdx_faults(load(folder, "spdx")))
    tally.check(f"{what}: CycloneDX 1.5", cyclonedx_faults(load(folder, "cdx")))
    tally.check(f"{what}: both forms agree", agreement_faults(folder))


def refused(code, said, words):
    return [] if code == 1 and words in said else [f"ended with {code}: {said}"]


def main():
    tally = Tally("sbom")
    if not shutil.which("dpkg-query") or not shutil.which("readelf") or not shutil.which("sqlite3"):
        tally.skip("all of it", "dpkg, binutils or sqlite3 is not installed")
        return tally.end()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        small = folder / "dependencies.md"
        small.write_text(SMALL_TABLE)
        code, said = make(folder / "small", shutil.which("sqlite3"), "--dependencies", small)
        tally.check("it is made", [] if code == 0 else [said])
        if code == 0:
            check_forms(tally, folder / "small", "a small program")
        tally.check("a library that is listed and not linked", refused(
            *make(folder / "other", shutil.which("readelf"), "--dependencies", small), "is not linked to it"))
        small.write_text(SMALL_TABLE + "| unheard | MIT |\n")
        tally.check("a library that nobody knows", refused(
            *make(folder / "other", shutil.which("sqlite3"), "--dependencies", small), "does not know its source package"))
        small.write_text(SMALL_TABLE.replace("public domain", "unheard"))
        tally.check("a licence that nobody knows", refused(
            *make(folder / "other", shutil.which("sqlite3"), "--dependencies", small), "has no SPDX name"))
        if not program():
            tally.skip("the program's own", "build/parkwatch is not built")
            return tally.end()
        code, said = make(folder / "own", program())
        tally.check("the program's own is made", [] if code == 0 else [said])
        if code == 0:
            check_forms(tally, folder / "own", "the program")
            tally.check("docs/dependencies.md", table_faults(folder / "own"))
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
