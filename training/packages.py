"""Debian's packages that recipes and measurements need beside those that the set-up installs, looked for before hours
of work. Owns their names and how one knows that they are there; it knows nothing of what they are used for.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

_VOICES = Path("/usr/share/festival/voices")
SPEECH = {
    "espeak-ng": "espeak-ng",
    "flite": "flite",
    "festival": "festival",
    "htsengine": "hts_engine",
    "festvox-us-slt-hts": "us/cmu_us_slt_arctic_hts",
    "festvox-ca-ona-hts": "catalan/upc_ca_ona_hts",
    "festvox-kallpc16k": "english/kal_diphone",
    "festvox-kdlpc16k": "english/ked_diphone",
    "festvox-italp16k": "italian/lp_diphone",
    "festvox-itapc16k": "italian/pc_diphone",
    "festvox-czech-dita": "czech/czech_dita",
    "festvox-czech-krb": "czech/czech_krb",
    "festvox-czech-machac": "czech/czech_machac",
    "festvox-czech-ph": "czech/czech_ph",
    "festvox-suopuhe-lj": "finnish/suo_fi_lj_diphone",
    "festvox-suopuhe-mv": "finnish/hy_fi_mv_diphone",
}
"""Package to its command, or to the folder of its voice."""
VOICES = ("espeak-ng", "htsengine", "festvox-us-slt-hts", "festvox-ca-ona-hts")
"""The packages that the recipes of voices need."""


def need(packages: Iterable[str]) -> None:
    """Leave the program with the command that installs what is missing of `packages`, if anything is."""
    missing = [name for name in packages if not _there(SPEECH[name])]
    if missing:
        raise SystemExit(
            f"This needs synthesizers that are not installed. Install them: sudo apt install {' '.join(missing)}"
        )


def _there(sign: str) -> bool:
    return (_VOICES / sign).is_dir() if "/" in sign else shutil.which(sign) is not None
