"""English: 39 ARPAbet phones, seven accents of espeak-ng, the voices of Flite and Festival.

Flite's and Festival's "slt", the teacher of the starter voice, is left for the test: the recognizer shall be able to
judge that voice as a stranger.
"""

from collections.abc import Mapping, Sequence

from training.asr.language import Language, Speakers, pronunciations
from training.asr.phones import SILENCE, PhoneSet, table

PHONES = PhoneSet(
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
)
_COMMON = table(
    "n=N,s=S,t t# t2 ? t[=T,k x x2=K,z=Z,d d[=D,l l#=L,r r- R R2=R,m=M,p=P,b=B,f=F,N=NG,w w#=W,g=G,v=V,h=HH,j=Y,tS=CH,"
    "dZ=JH,S=SH,Z=ZH,T=TH,D=DH,I I# I2 E#=IH,E e E2=EH,i: i i2=IY,eI=EY,aI aI2=AY,aI3=AY ER,oU oU#=OW,OI=OY,aU=AW,"
    "V @ @- @2 @5=AH,0 0# A:=AA,O: o: O2 O=AO,u: u=UW,U=UH,aa a a#=AE,i@=IY AH,@L=AH L,n-=AH N,m-=AH M,3: IR VR ER=ER"
)
_RHOTIC = _COMMON | table("3=ER,A@=AA R,o@ O@=AO R,e@=EH R,i@3=IH R,U@=UH R,aI@ aI3=AY ER,aU@=AW ER")
_NON_RHOTIC = _COMMON | table("3=AH,A@=AA,o@ O@=AO,e@=EH,i@3=IY AH,U@=UH AH,aI@ aI3=AY AH,aU@=AW AH")
_BROAD = _NON_RHOTIC | table("aa=AA")
"""espeak-ng's "aa" (bath, glass) is the vowel of "father"."""
_ACCENTS = {"gmw/en-US": _RHOTIC, "gmw/en-GB-scotland": _RHOTIC, "gmw/en": _BROAD, "gmw/en-GB-x-rp": _BROAD}


def _accent(name: str) -> Mapping[str, Sequence[str]]:
    return _ACCENTS.get(name, _NON_RHOTIC)


_FESTIVAL = {"ax": "AH", "axr": "ER", "el": "AH", "em": "AH", "en": "AH", "nx": "N", "dx": "T", "hv": "HH"}
_FESTIVAL |= dict.fromkeys(("pau", "sil", "ssil", "brth", "h#"), SILENCE)


def from_festival(phone: str) -> str:
    """ARPAbet phone, or silence, of a phone as Flite and Festival write it. Raises ValueError when it is not known."""
    mapped = _FESTIVAL.get(phone, phone.upper())
    if mapped not in PHONES.index:
        raise ValueError(f"unknown Festival phone {phone}")
    return mapped


_HEARD = ["gmw/en-US"] * 5 + ["gmw/en"] * 3
_HEARD += ["gmw/en-GB-scotland", "gmw/en-GB-x-rp", "gmw/en-GB-x-gbcwmd", "gmw/en-029", "gmw/en-US-nyc"]
_VARIANTS = """
. . . m1 m2 m3 m4 m5 m6 m7 f1 f2 f3 f5 klatt klatt2 klatt3 klatt4 Andy Alex Annie Gene Lee Michael adam belinda benjamin
caleb david ed edward iven john linda max michel norbert pablo paul quincy rob robert sandro steph travis victor zac
aunty anika boris Denis Diogo Hugo Jacky Marco Mario
"""
_LEXICON_ACCENTS = ["gmw/en-US"] * 3 + ["gmw/en"] * 2 + ["gmw/en-GB-scotland", "gmw/en-029", "gmw/en-GB-x-gbcwmd"]
_REDUCED = """
a: AH, EY | the: DH AH, DH IY | to: T AH, T UW, T IH | and: AH N D, AE N D, AH N | of: AH V | an: AH N, AE N
for: F ER, F AO R, F AO, F AH | can: K AH N, K AE N | is: IH Z | you: Y UW, Y AH | are: AA R, ER, AH, AA
from: F R AH M
what: W AH T, W AA T | that: DH AE T, DH AH T | at: AE T, AH T | it: IH T | in: IH N | oh: OW | do: D UW, D AH
your: Y ER, Y AO R, Y UH R, Y AO | zero: Z IH R OW, Z IY R OW | was: W AH Z, W AA Z | i: AY | i'm: AY M
b: B IY | c: S IY | d: D IY | e: IY | f: EH F | g: JH IY | h: EY CH, HH EY CH | j: JH EY | k: K EY | l: EH L | m: EH M
n: EH N | o: OW | p: P IY | q: K Y UW | r: AA R, AA | s: EH S | t: T IY | u: Y UW | v: V IY
w: D AH B AH L Y UW, D AH B AH L Y AH | x: EH K S | y: W AY | z: Z IY, Z EH D
"""
_COMMANDS = """
yes | no | stop | wait | cancel | help | thanks | thank you | okay | please | repeat | again | louder
quieter | continue
hello | hi | goodbye | bye | good morning | good night | go on | stop please | please stop | yes please
no thanks | be quiet
stop it | stop now | wait please | cancel that | help me | say it again | repeat that | never mind | hold on | shut up
stop talking | quiet | enough | that's enough | pause | start | next | back | open | close | on | off | up
down | left | right
"""

ENGLISH = Language(
    code="en",
    name="English",
    phones=PHONES,
    accent=_accent,
    linking=frozenset({"R", "ER"}),
    training=Speakers(_HEARD, _VARIANTS.split(), flite=("awb", "rms", "kal16"), festival=("kal_diphone",), others=True),
    development=Speakers(_HEARD, ("m8", "Alicia", "Mike", "antonio"), flite=("kal",)),
    unseen=Speakers(
        [*_HEARD, *["gmw/en-GB-x-gbclan"] * 8],
        ("f4", "shelby", "grandma", "grandpa"),
        flite=("slt",),
        festival=("ked_diphone", "cmu_us_slt_arctic_hts"),
    ),
    lexicon_accents=_LEXICON_ACCENTS,
    reduced=pronunciations(_REDUCED),
    commands=tuple(command.strip() for command in _COMMANDS.replace("\n", "|").split("|") if command.strip()),
    hear_flite=True,
)
