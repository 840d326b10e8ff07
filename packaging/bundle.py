"""What goes into a package of Parley and what stays out, for pyinstaller.spec: plain rules on lists of files.

Entries are PyInstaller's: (place in the package, file here, kind). Owns the reasons for every omission. It must not
know installers.
"""

import fnmatch
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

Entry = tuple[str, str, str]
ROOT = Path(__file__).resolve().parent.parent

LEFT_OUT = (
    # Qt: what a window of widgets on X11, Wayland, Windows or macOS does not use.
    "PySide6/Qt/translations/*",
    "PySide6/Qt/qml/*",
    "PySide6/Qt/plugins/platforms/libq[elmv]*",
    "PySide6/Qt/plugins/imageformats/*qpdf*",
    "PySide6/Qt/plugins/platforminputcontexts/*virtualkeyboard*",
    "PySide6/Qt/plugins/platformthemes/*gtk3*",
    *(
        f"PySide6/*plugins/{kind}/*"
        for kind in ("egldeviceintegrations", "generic", "networkinformation", "printsupport", "qmltooling")
    ),
    *(f"PySide6/*plugins/{kind}/*" for kind in ("sqldrivers", "tls", "vectorimageformats", "xcbglintegrations")),
    "PySide6/opengl32sw.dll",
    # torch: headers, tests and tools for those who compile with it; converting needs none.
    *(f"torch/{folder}/*" for folder in ("include", "share", "test")),
    "torch/bin/[!t]*",  # all but torch_shm_manager, without which it does not start
    "torch/bin/test*",
    "torch/lib/*.a",
    "torch/lib/*.lib",
    "torch/lib/*_test.*",
    "torch/lib/libtorchbind_test.*",
    "torch/lib/libaoti_custom_ops.*",
    "torch/lib/libbackend_with_compiler.*",
    # Piper: training, and languages whose voices the catalog does not list.
    *(f"piper/{folder}/*" for folder in ("train", "img", "templates", "hebrew")),
    "livekit/rtc/resources/jupyter-html/*",
    # ONNX Runtime for NVIDIA cards: a way through another library of NVIDIA's that nothing asks for.
    "onnxruntime/capi/libonnxruntime_providers_tensorrt.so",
    "nvidia/*",
    # What pip keeps for itself; the list of files has sums of scripts that name the folder of the build.
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    "*.pyi",
    "*/py.typed",
    "*/__pycache__/*",
)
"""Places in the package, as patterns."""
EXCLUDED = (
    *("tkinter", "IPython", "matplotlib", "pandas", "scipy", "sklearn", "tensorboard", "torchvision", "torchaudio"),
    *("pytest", "hypothesis", "mypy", "setuptools", "pip", "pydoc_data", "lib2to3", "hf_xet", "onnx", "gguf"),
    *("torch.utils.tensorboard", "numpy.f2py.tests", "piper.train", "piper.hebrew"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtNetwork", "PySide6.QtOpenGL", "PySide6.QtDBus"),
)
"""Modules that some library would like and Parley never reaches."""
SYSTEM = re.compile(
    r"lib(mvec|stdc\+\+|gcc_s|asound|fontconfig|freetype|glib|gobject|gio|gmodule|gthread|dbus|systemd|udev"
    r"|X11|X11-xcb|Xext|Xau|Xdmcp|xcb|wayland-\w+|drm|gbm|EGL|GL|GLX|GLdispatch|OpenGL)(-\d[\d.]*)?\.so[.\d]*"
)
"""Libraries of a Linux desktop that must be its own: they read its settings, load its plugins, or talk to its servers.

The newer one of the system also serves what was built for an older one, never the other way round."""

NVIDIA = re.compile(
    r"lib(cuda|cudart|cudnn\w*|cublas|cublasLt|cufftw?|curand|cusolver\w*|cusparse\w*|nccl|nvblas|nvinfer\w*|nvjitlink"
    r"|nvrtc|nvrtc-builtins|nvvm)([-.]\w+)*\.so[.\d]*",
    re.IGNORECASE,
)
"""NVIDIA's own libraries, which may not become part of a program under the GPL: see packaging/README.md.

What asks for them is a plug-in of its own, and models/cuda.py finds those that the person has installed."""


def left_out(place: str) -> bool:
    """Whether a file does not go into the package."""
    place = place.replace(os.sep, "/")
    return bool(NVIDIA.fullmatch(place.rpartition("/")[2])) or any(
        fnmatch.fnmatchcase(place, pattern) for pattern in LEFT_OUT
    )


def kept(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if not left_out(entry[0])]


def needed(entries: Sequence[Entry], imports: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Those entries that something in the package loads, without the libraries of SYSTEM.

    Libraries of Qt, and those that were taken from the system only because others asked for them, go when nothing
    asks for them any more. `imports` gives the names of the libraries that a file asks for.
    """
    entries = [entry for entry in entries if not SYSTEM.fullmatch(Path(entry[0]).name)]
    optional: dict[str, list[Entry]] = {}
    waiting: list[Entry] = []
    for entry in entries:
        if _is_optional(entry):
            optional.setdefault(Path(entry[0]).name, []).append(entry)
        else:
            waiting.append(entry)
    found: list[Entry] = []
    while waiting:
        entry = waiting.pop()
        found.append(entry)
        for name in imports(entry[1]) if entry[2] in ("BINARY", "EXTENSION") else ():
            waiting += optional.pop(name, [])
    return sorted(found)


def _is_optional(entry: Entry) -> bool:
    place, file, kind = entry
    name = Path(place).name
    if kind not in ("BINARY", "SYMLINK") or name.startswith(("libpython", "libportaudio")):
        return False
    return "/Qt/lib/" in f"/{place}" or (kind == "SYMLINK" and "/" not in place) or file.startswith(("/lib/", "/usr/"))


def linked(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, where files of the same content in one folder became links to the first: libx.so to libx.so.1."""
    seen: dict[tuple[str, str], str] = {}
    result = []
    for place, file, kind in sorted(entries):
        if kind != "BINARY" or ".so" not in place or not os.path.isfile(file):
            result.append((place, file, kind))
            continue
        folder, name = os.path.split(place)
        digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()
        first = seen.setdefault((folder, digest), name)
        result.append((place, file, kind) if first == name else (place, first, "SYMLINK"))
    return result


def files(folder: Path, place: str) -> list[tuple[str, str]]:
    """All files below the folder with the folders in the package where they go."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not left_out(f"{place}/{path.relative_to(folder).as_posix()}") and path.suffix != ".py":
            found.append((str(path), str(Path(place) / path.parent.relative_to(folder))))
    return found


_PROBE = """
import json, sys, tempfile
from pathlib import Path
from models import catalog, conversion
from models.roles import Role
conversion.convert_starters()
# They may have been there already; only a conversion shows what one loads.
card = next(card for card in catalog.load() if card.starter and card.role is Role.TRANSLATION)
with tempfile.TemporaryDirectory() as place:
    conversion.convert(catalog.starter_folder() / card.folder, Path(place) / "copy")
import ctranslate2.converters.transformers, torch, transformers
for name in ("MarianMTModel", "M2M100ForConditionalGeneration", "MarianTokenizer", "M2M100Tokenizer", "NllbTokenizer"):
    getattr(transformers, name)
print(json.dumps([str(conversion.shared()), sorted(sys.modules)]))
"""


def converted() -> tuple[Path, frozenset[str]]:
    """Convert the starter translators with this interpreter: where the copies lie, and which modules that took."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE],
        cwd=ROOT,
        env=os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    place, modules = json.loads(done.stdout.splitlines()[-1])
    return Path(place), frozenset(modules)


def untouched(modules: frozenset[str]) -> Callable[[str], bool]:
    """Whether a module or a file belongs to one of the hundreds of models of transformers that no conversion loads."""
    families = {name.split(".")[2] for name in modules if name.startswith("transformers.models.")} | {"__init__"}

    def is_untouched(name: str) -> bool:
        parts = name.replace(os.sep, "/").replace("/", ".").split(".")
        return parts[:2] == ["transformers", "models"] and len(parts) > 2 and parts[2] not in families

    return is_untouched
