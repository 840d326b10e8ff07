"""Rules and scripts of the packages: what is left out, what is linked, how the archive installs itself and goes."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from app import __version__
from models import cuda

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
sys.path.insert(0, str(PACKAGING))

import bundle  # noqa: E402


@pytest.mark.parametrize(
    ("place", "left_out"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", False),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", False),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", True),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", False),
        ("PySide6/Qt/plugins/imageformats/libqpdf.so", True),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("torch/include/ATen/ATen.h", True),
        ("torch/test/x.py", True),
        ("torch/lib/libtorch_cpu.so", False),
        ("torch/bin/protoc", True),
        ("torch/bin/torch_shm_manager", False),
        ("piper/espeak-ng-data/en_dict", False),
        ("piper/hebrew/model.onnx", True),
        ("numpy-2.4.6.dist-info/METADATA", False),
        ("numpy-2.4.6.dist-info/RECORD", True),
        ("resources/starter/llm/model.gguf", False),
        ("llama_cpp/lib/libggml-cuda.so", False),
        ("onnxruntime/capi/libonnxruntime_providers_cuda.so", False),
        ("onnxruntime/capi/libonnxruntime_providers_tensorrt.so", True),
        # NVIDIA's own, wherever a build finds it and whatever a project calls its copy
        ("libcudart.so.13", True),
        ("libcuda.so.1", True),
        ("nvidia/cu13/lib/libcublasLt.so.13", True),
        ("nvidia/cu13/include/cublas_v2.h", True),
        ("ctranslate2.libs/libcudart-1a2b3c4d.so.12.4.127", True),
        ("ctranslate2.libs/libcudnn_ops.so.9", True),
        ("libnvrtc-builtins.so.13.0", True),
        ("ctranslate2.libs/libctranslate2-a7a60d30.so.4.8.5", False),
    ],
)
def test_what_is_left_out(place: str, left_out: bool) -> None:
    assert bundle.left_out(place) is left_out


def test_libraries_that_nothing_asks_for_go() -> None:
    entries = [
        ("PySide6/QtWidgets.abi3.so", "/env/PySide6/QtWidgets.abi3.so", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", "/env/PySide6/Qt/lib/libQt6Widgets.so.6", "BINARY"),
        ("PySide6/Qt/lib/libQt6Core.so.6", "/env/PySide6/Qt/lib/libQt6Core.so.6", "BINARY"),
        ("PySide6/Qt/lib/libQt6Quick.so.6", "/env/PySide6/Qt/lib/libQt6Quick.so.6", "BINARY"),
        ("libQt6Quick.so.6", "PySide6/Qt/lib/libQt6Quick.so.6", "SYMLINK"),
        ("libportaudio.so.2", "/lib/libportaudio.so.2", "BINARY"),
        ("libjack.so.0", "/lib/libjack.so.0", "BINARY"),
        ("libasound.so.2", "/lib/libasound.so.2", "BINARY"),
        ("libstdc++.so.6", "/lib/libstdc++.so.6", "BINARY"),
        ("libX11.so.6", "/lib/libX11.so.6", "BINARY"),
        ("libonly-of-x11.so.1", "/lib/libonly-of-x11.so.1", "BINARY"),
        ("llama_cpp/lib/libllama.so", "/env/llama_cpp/lib/libllama.so", "BINARY"),
    ]
    asked = {
        "QtWidgets.abi3.so": ["libQt6Widgets.so.6", "libstdc++.so.6"],
        "libQt6Widgets.so.6": ["libQt6Core.so.6", "libX11.so.6"],
        "libX11.so.6": ["libonly-of-x11.so.1"],
        "libportaudio.so.2": ["libjack.so.0", "libasound.so.2"],
    }

    def imports(file: str) -> Iterable[str]:
        return asked.get(Path(file).name, [])

    left = {Path(place).name for place, _, _ in bundle.needed(entries, imports)}
    assert left == {
        *("QtWidgets.abi3.so", "libQt6Widgets.so.6", "libQt6Core.so.6"),
        *("libportaudio.so.2", "libjack.so.0", "libllama.so"),
    }


@pytest.mark.parametrize(
    ("library", "of_the_system"),
    [
        ("libstdc++.so.6", True),
        ("libmvec.so.1", True),  # a part of the C library, which fits no other version of it
        ("libglib-2.0.so.0", True),
        ("libgthread-2.0.so.0", True),
        ("libdbus-1.so.3", True),
        ("libX11-xcb.so.1", True),
        ("libwayland-client.so.0", True),
        ("libGL.so.1", True),
        ("libxcb.so.1", True),
        ("libxcb-cursor.so.0", False),
        ("libportaudio.so.2", False),
        ("libQt6Core.so.6", False),
        ("libfreetype-57f805ba.so.6.20.6", False),  # a project's own, which others do not find
    ],
)
def test_what_belongs_to_the_system(library: str, of_the_system: bool) -> None:
    assert bool(bundle.SYSTEM.fullmatch(library)) is of_the_system


def test_copies_of_a_library_become_links(tmp_path: Path) -> None:
    for name, content in (("libx.so", "x"), ("libx.so.1", "x"), ("liby.so", "y")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    entries = [(f"lib/{name}", str(tmp_path / name), "BINARY") for name in ("libx.so", "libx.so.1", "liby.so")]
    assert [(place, kind) for place, _, kind in bundle.linked(entries)] == [
        ("lib/libx.so", "BINARY"),
        ("lib/libx.so.1", "SYMLINK"),
        ("lib/liby.so", "BINARY"),
    ]


def test_only_models_that_conversion_loads_stay() -> None:
    loaded = frozenset(("transformers.models.marian.modeling_marian", "transformers.models.auto", "torch"))
    untouched = bundle.untouched(loaded)
    assert untouched("transformers.models.bert.modeling_bert")
    assert untouched("transformers/models/bert/modeling_bert.py")
    assert not untouched("transformers.models.marian.modeling_marian")
    assert not untouched("transformers/models/__init__.py")
    assert not untouched("transformers.models.auto")
    assert not untouched("torch.nn.modules")


def pinned(file: str) -> dict[str, str]:
    """The first version of each package in a lock, all of which must have hashes."""
    pins: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", (PACKAGING / file).read_text(encoding="utf-8").strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
        name, version = re.match(r"([\w.-]+)==([\w.+]+)", block).groups()  # type: ignore[union-attr]
        pins.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    return pins


def test_the_lock_fits_the_project() -> None:
    """Each dependency is pinned, within the project's range, and every pin has a hash."""
    from packaging.requirements import Requirement

    pins = pinned("lock-build.txt") | pinned("lock.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for line in project["project"]["dependencies"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[requirement.name.lower()].partition("+")[0]), line


def test_the_locks_for_nvidia_cards_fit_it_and_each_other() -> None:
    """The flavor takes one package in another's place, and its compiler is of the CUDA that the program looks for."""
    shipped, compiler = pinned("lock-cuda.txt"), pinned("lock-nvcc.txt")
    assert list(shipped) == ["onnxruntime-gpu"]
    assert shipped["onnxruntime-gpu"].split(".")[0] == pinned("lock.txt")["onnxruntime"].split(".")[0]
    assert set(compiler) >= {"nvidia-cuda-nvcc", "nvidia-nvvm", "nvidia-cuda-runtime", "nvidia-cublas"}
    assert {version.split(".")[0] for version in compiler.values()} == {str(cuda.MAJOR)}
    # What is compiled by the oldest runs with every driver.
    assert compiler["nvidia-cuda-nvcc"].startswith(f"{cuda.MAJOR}.0.")
    # And nothing that is NVIDIA's ships.
    assert not [name for name in (*pinned("lock.txt"), *shipped) if name.startswith("nvidia-") and "ml-py" not in name]


def test_the_version_is_in_one_place() -> None:
    files = [*PACKAGING.rglob("*.*"), ROOT / "pyproject.toml", ROOT / "pyinstaller.spec"]
    texts = {
        file.name: file.read_text(encoding="utf-8", errors="replace")
        for file in files
        if file.is_file() and not file.name.startswith("lock") and file.suffix != ".pyc"
    }
    quoted = re.compile(rf"[\"'=\s]{re.escape(__version__)}[\"'\s]")
    assert [name for name, text in texts.items() if quoted.search(text)] == []


def test_scripts_pass_shellcheck() -> None:
    shellcheck = Path(sys.executable).parent / "shellcheck"
    scripts = [*PACKAGING.glob("*.sh"), PACKAGING / "linux" / "install.sh", PACKAGING / "macos" / "build.sh"]
    wanted = [script for script in scripts if script.name != "setup.sh"]  # which tests/test_setup.py looks after
    assert len(wanted) >= 5
    subprocess.run([shellcheck, "-s", "sh", *wanted], check=True)


@pytest.mark.parametrize("remover", ["unpacked", "installed"])
def test_the_archive_installs_itself_and_goes_again(tmp_path: Path, remover: str) -> None:
    here, home = tmp_path / "parley-1", tmp_path / "home"
    (here / "program").mkdir(parents=True)
    program = here / "program" / "parley"
    program.write_text("#!/bin/sh\necho here\n", encoding="utf-8")
    program.chmod(0o755)
    applications, icons = here / "share" / "applications", here / "share" / "icons" / "hicolor" / "16x16" / "apps"
    icons.mkdir(parents=True)
    (icons / "parley.png").write_bytes(b"png")
    shutil.copytree(PACKAGING / "linux", applications, ignore=shutil.ignore_patterns("*[!p]", "install.sh"))
    script = here / "install.sh"
    shutil.copy(PACKAGING / "linux" / "install.sh", script)
    kept = home / ".local" / "share" / "parley" / "settings.toml"
    kept.parent.mkdir(parents=True)
    kept.write_text("", encoding="utf-8")
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}

    def run(*words: str | Path) -> str:
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout

    run(script)
    run(script)  # over an earlier one
    assert run(home / ".local" / "bin" / "parley") == "here\n"
    launcher = (home / ".local/share/applications/parley-picture.desktop").read_text(encoding="utf-8")
    assert f'Exec="{home}/.local/bin/parley" --picture %f' in launcher
    # What was unpacked need not be kept for removing it.
    installed = home / ".local" / "lib" / "parley" / "install.sh"
    refused = subprocess.run([installed], env=environment, capture_output=True, text=True, check=False)
    assert (refused.returncode, "can only remove it" in refused.stderr) == (1, True)
    assert run(home / ".local" / "bin" / "parley") == "here\n"
    if remover == "installed":
        shutil.rmtree(here)
    run(installed if remover == "installed" else script, "--remove")
    left = [path for path in home.rglob("*") if path.is_file() or path.is_symlink()]
    assert [path for path in left if path.name != "mimeinfo.cache"] == [kept]


def compiled(source: str, file: Path, *words: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cc", "-x", "c", "-", "-o", file, *words], input=source, text=True, check=True)


@pytest.mark.parametrize("package", ["parley", "parley-cuda"])
def test_each_flavor_is_a_package_of_its_own(tmp_path: Path, package: str) -> None:
    """Packed as build.sh does it, from a program that is a plug-in and what loads it."""
    if not shutil.which("dpkg-shlibdeps"):
        pytest.skip("dpkg-dev is not here")
    shutil.copytree(PACKAGING, tmp_path / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    script = tmp_path / "packaging" / "build.sh"
    made = 'program() { :; }\ndesktop_files() { mkdir -p "$1"; }\n'
    text = script.read_text(encoding="utf-8")
    assert text.count("\n[ $# -gt 0 ]") == 1
    script.write_text(text.replace("\n[ $# -gt 0 ]", f"\n{made}[ $# -gt 0 ]"), encoding="utf-8")
    (tmp_path / "app").mkdir()
    shutil.copy(ROOT / "app" / "__init__.py", tmp_path / "app")
    shutil.copy(ROOT / "LICENSE", tmp_path)
    program = tmp_path / "build" / package.replace("parley", "package") / "dist" / "parley"
    (program / "_internal/resources/notices").mkdir(parents=True)
    (program / "_internal/resources/notices/sbom.cdx.json").write_text("{}", encoding="utf-8")
    compiled("int main(void) { return 0; }\n", program / "parley")
    if package == "parley-cuda":
        # It asks for a library that no package here has.
        compiled("void there(void) {}\n", tmp_path / "libnvidias.so.13", "-shared", "-Wl,-soname,libnvidias.so.13")
        plugin = program / "_internal/llama_cpp/lib/libggml-cuda.so"
        source = "void there(void); void here(void) { there(); }\n"
        compiled(source, plugin, "-shared", "-fPIC", f"-L{tmp_path}", "-l:libnvidias.so.13")
    words = ["--cuda"] if package == "parley-cuda" else []
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run([script, *words, "deb", "tar"], env=environment, capture_output=True, check=True)
    debian, archive = sorted((tmp_path / "dist").iterdir(), key=lambda path: path.suffix)
    assert debian.name.startswith(f"{package}_{__version__}_")
    assert archive.name.startswith(f"{package}-{__version__}-linux-")
    told = subprocess.run(["dpkg-deb", "--field", debian], capture_output=True, text=True, check=True).stdout
    fields = dict(line.split(": ", 1) for line in told.splitlines() if not line.startswith(" "))
    assert fields["Package"] == package
    assert fields["Depends"].startswith("libc6")
    relations = {name: fields.get(name) for name in ("Provides", "Conflicts", "Replaces")}
    if package == "parley":
        assert set(relations.values()) == {None}
        assert "cu" not in fields["Recommends"]
    else:
        assert relations == {"Provides": f"parley (= {__version__})", "Conflicts": "parley", "Replaces": "parley"}
        wanted = set(fields["Recommends"].split(", ")) | {fields["Suggests"]}
        assert {name for name in wanted if name.startswith(("cuda", "libcu"))} == set(
            re.findall(r"(?:cuda-|libcu)[\w-]+", cuda.INSTALL.partition(" from ")[0])
        )
    listing = subprocess.run(["dpkg-deb", "--contents", debian], capture_output=True, text=True, check=True).stdout
    assert f"./usr/share/doc/{package}/copyright" in listing
    assert f"./usr/share/lintian/overrides/{package}" in listing


def test_launchers_are_valid() -> None:
    if not shutil.which("desktop-file-validate"):
        pytest.skip("desktop-file-validate is not here")
    launchers = sorted((PACKAGING / "linux").glob("*.desktop"))
    assert len(launchers) == 2
    done = subprocess.run(["desktop-file-validate", *launchers], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
