"""What a package says of the work of others in it, and `parley licenses`, which reads it."""

import json
import platform
import sys
from pathlib import Path

import pytest

from app import cli, licenses
from models.roles import ModelError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import notices  # noqa: E402

EPOCH = 1_700_000_000


@pytest.fixture(scope="module")
def found() -> list[notices.Component]:
    """Of what is installed here, three distributions that bring texts, none, and libraries inside them."""
    import PySide6
    import soundfile
    import vosk

    files = [Path(str(module.__file__)) for module in (PySide6, soundfile, vosk)]
    components = notices.distributions(files)
    return [*components, *notices.inside(components), notices.python()]


@pytest.fixture
def place(found: list[notices.Component], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notices"
    notices.write(folder, "1.2.3", found, EPOCH)
    monkeypatch.setattr(licenses, "folder", lambda: folder)
    return folder


def test_only_what_is_bundled_is_listed(found: list[notices.Component]) -> None:
    names = {each.name for each in found}
    assert names == {
        *("pyside6-essentials", "soundfile", "vosk"),
        *("Qt", "libsndfile", "Kaldi", "OpenFst", "OpenBLAS", "python"),
    }
    vosk = next(each for each in found if each.name == "vosk")
    assert (vosk.version, vosk.licence) == ("0.3.45", "Apache Software License")
    assert "TERMS AND CONDITIONS" in vosk.texts[0]
    assert all(each.texts for each in found if not each.within)


def test_the_bill_is_cyclonedx_and_always_the_same(found: list[notices.Component], place: Path, tmp_path: Path) -> None:
    bill = json.loads((place / notices.BILL).read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert bill["metadata"]["component"]["version"] == "1.2.3"
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(set(references)) == len(references) == len(found)
    assert {each.get("purl") for each in bill["components"]} > {"pkg:pypi/vosk@0.3.45"}
    notices.write(tmp_path / "again", "1.2.3", reversed(found), EPOCH)
    files = sorted(path.name for path in place.iterdir())
    assert files == sorted(path.name for path in (tmp_path / "again").iterdir())
    assert all((place / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)


def test_what_is_not_free_is_found_in_the_library_that_it_is_linked_into(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CTranslate2 as it is installed here, which has sources of its own as well, and not in Vosk."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("the build for this system has neither inside")
    import ctranslate2
    import vosk

    place = Path(str(ctranslate2.__file__)).parent
    libraries = sorted(place.parent.glob("ctranslate2.libs/libctranslate2*"))
    components = notices.distributions([place / "__init__.py", *libraries, Path(str(vosk.__file__))])
    inner = {each.name: each for each in components if each.within}
    assert {name: each.within for name, each in inner.items()} == {
        "NVIDIA CUDA runtime": "ctranslate2",
        "Intel oneMKL": "ctranslate2",
    }
    monkeypatch.setattr(licenses, "folder", lambda: tmp_path / "notices")
    notices.write(tmp_path / "notices", "1.2.3", components, EPOCH)
    assert cli.main(["licenses", "NVIDIA CUDA runtime"]) == 0
    told = capsys.readouterr().out
    assert "Whether it covers this library too is not settled" in told
    assert "libcudart_static.a" in told
    assert cli.main(["licenses", "Intel oneMKL"]) == 0
    assert "You may use and redistribute the software" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("libx.so.4.8.5", b"\0no CUDA-capable device is detected\0", ["NVIDIA CUDA runtime"]),
        ("x.dll", b"no CUDA-capable device is detected", ["NVIDIA CUDA runtime"]),
        ("libx.so", b"Intel(R) oneAPI Math Kernel Library Version 2025", ["Intel oneMKL"]),
        ("libx.so", b"asks for libcudart.so.12", []),
        ("x.py", b"no CUDA-capable device is detected", []),
        ("empty.so", b"", []),
    ],
)
def test_marks_of_what_is_linked_in(tmp_path: Path, name: str, content: bytes, found: list[str]) -> None:
    (tmp_path / name).write_bytes(content)
    assert [each.name for each in notices.linked("x", [tmp_path / name])] == found


def test_a_library_of_the_system_is_found_by_its_package() -> None:
    owned = next(
        (path for path in (Path("/usr/lib/x86_64-linux-gnu/libc.so.6"), Path("/bin/sh")) if path.exists()), None
    )
    if owned is None or not Path("/var/lib/dpkg").is_dir():
        pytest.skip("no Debian system")
    (component,) = notices.system_libraries([owned])
    assert component.purl.startswith(f"pkg:deb/debian/{component.name}@")
    assert component.texts
    assert notices.system_libraries([Path("/nonexistent/lib.so")]) == []


def test_the_command_shows_components_and_texts(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["licenses"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["vosk", "0.3.45"] for line in lines)
    assert any(line.startswith("Qt ") and "LGPL-3.0" in line for line in lines)
    assert cli.main(["licenses", "Vosk"]) == 0
    assert "TERMS AND CONDITIONS" in capsys.readouterr().out
    assert cli.main(["licenses", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["bill"] == str(place / notices.BILL)
    assert {each["name"] for each in document["components"]} >= {"vosk", "Qt", "python"}
    assert cli.main(["licenses", "nothing"]) == 1


def test_without_a_bill_the_command_says_where_licences_are(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no list"):
        licenses.components(tmp_path)
