"""The phone set (39 ARPAbet phones and silence) and how espeak-ng's and Festival's phones map to it.

Knows nothing of words, audio or files. Word times need phones that know their position in the word, so every phone
comes in four positions (begin, end, internal, singleton) that share one pair of acoustic states.
"""

from collections.abc import Sequence

SILENCE = "SIL"
_INVENTORY = "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
ARPABET = _INVENTORY.split()
BASE = [SILENCE, *ARPABET]
BASE_INDEX = {phone: index for index, phone in enumerate(BASE)}
STATES = 2 * len(BASE)
"""Acoustic states ("pdfs"): 2i is the first frame of phone i, 2i + 1 every later frame."""

POSITIONS = {"_B": "begin", "_E": "end", "_I": "internal", "_S": "singleton"}
PHONES = [SILENCE] + [phone + position for phone in ARPABET for position in POSITIONS]
PHONE_ID = {phone: index + 1 for index, phone in enumerate(PHONES)}
"""Kaldi's phone ids: from 1, silence first."""


def forward_state(phone: str) -> int:
    """Acoustic state of the first frame of a phone with position."""
    return 2 * BASE_INDEX[phone.split("_")[0]]


def positioned(phones: Sequence[str]) -> list[int]:
    """Ids of a word's phones, each with its position in the word."""
    if len(phones) == 1:
        return [PHONE_ID[phones[0] + "_S"]]
    inner = [PHONE_ID[phone + "_I"] for phone in phones[1:-1]]
    return [PHONE_ID[phones[0] + "_B"], *inner, PHONE_ID[phones[-1] + "_E"]]


def word_boundary() -> str:
    """Kaldi's word_boundary.int: which phone begins or ends a word."""
    return "".join(f"{PHONE_ID[p]} {'nonword' if p == SILENCE else POSITIONS[p[-2:]]}\n" for p in PHONES)


def _table(text: str) -> dict[str, list[str]]:
    table = {}
    for entry in text.split(","):
        mnemonics, phones = entry.split("=")
        for mnemonic in mnemonics.split():
            table[mnemonic] = phones.split()
    return table


_COMMON = _table(
    "n=N,s=S,t t# t2 ? t[=T,k x x2=K,z=Z,d d[=D,l l#=L,r r- R R2=R,m=M,p=P,b=B,f=F,N=NG,w w#=W,g=G,v=V,h=HH,j=Y,tS=CH,"
    "dZ=JH,S=SH,Z=ZH,T=TH,D=DH,I I# I2 E#=IH,E e E2=EH,i: i i2=IY,eI=EY,aI aI2=AY,aI3=AY ER,oU oU#=OW,OI=OY,aU=AW,"
    "V @ @- @2 @5=AH,0 0# A:=AA,O: o: O2 O=AO,u: u=UW,U=UH,aa a a#=AE,i@=IY AH,@L=AH L,n-=AH N,m-=AH M,3: IR VR ER=ER"
)
_RHOTIC = _table("3=ER,A@=AA R,o@ O@=AO R,e@=EH R,i@3=IH R,U@=UH R,aI@ aI3=AY ER,aU@=AW ER")
_NON_RHOTIC = _table("3=AH,A@=AA,o@ O@=AO,e@=EH,i@3=IY AH,U@=UH AH,aI@ aI3=AY AH,aU@=AW AH")
_RHOTIC_ACCENTS = {"gmw/en-US", "gmw/en-GB-scotland"}
_BROAD_BATH = {"gmw/en", "gmw/en-GB-x-rp"}
"""Accents in which espeak-ng's "aa" (bath, glass) is the vowel of "father"."""
PAUSES = {"_", "_:", "_!", "_::", "_|", "_^_", "_S", "_X1"}
MARKS = {"", ";", "|", "||", "*", "?2", "-"}
"""espeak-ng's mnemonics that are no sound of their own: they lengthen or soften the phone before."""


def from_espeak(mnemonic: str, voice: str) -> list[str] | None:
    """ARPAbet phones of an espeak-ng mnemonic in a voice's accent; None when it is not known."""
    accent = voice.split("+")[0]
    if mnemonic == "aa" and accent in _BROAD_BATH:
        return ["AA"]
    return (_RHOTIC if accent in _RHOTIC_ACCENTS else _NON_RHOTIC).get(mnemonic) or _COMMON.get(mnemonic)


_FESTIVAL = {"ax": "AH", "axr": "ER", "el": "AH", "em": "AH", "en": "AH", "nx": "N", "dx": "T", "hv": "HH"}
_FESTIVAL |= dict.fromkeys(("pau", "sil", "ssil", "brth", "h#"), SILENCE)


def from_festival(phone: str) -> str:
    """ARPAbet phone, or silence, of a phone as Flite and Festival write it. Raises ValueError when it is not known."""
    mapped = _FESTIVAL.get(phone, phone.upper())
    if mapped not in BASE_INDEX:
        raise ValueError(f"unknown Festival phone {phone}")
    return mapped
