"""Spanish: 25 phones, the accents of Spain and of Latin America, and strangers' voices that speak it.

Few free synthesizers know Spanish. So Italian, Czech and Finnish diphone voices of Festival are handed Spanish phones
with espeak-ng's durations. espeak-ng's timbre "f2", the teacher of the starter voice, is left for the test: the
recognizer shall be able to judge that voice as a stranger.
"""

from collections.abc import Mapping, Sequence

from training.asr.language import Diphones, Language, Speakers, pronunciations
from training.asr.phones import PhoneSet, table

PHONES = PhoneSet("A B CH D E F G I J K L M N NY O P R RR S T TH U W X Y")
"""J and W are the glides of "bien" and "bueno", Y the consonant of "yo" and "calle", TH that of "cinco" in Spain, R the
tap of "pero", RR the trill of "perro". Stress makes no phones: it is heard too seldom."""
_MAPPING = table(
    "a=A,b B=B,tS S=CH,d D=D,e E=E,f=F,g Q=G,i=I,j=J,k=K,l=L,m=M,n N=N,n^=NY,o O=O,p=P,** r=R,R2 R=RR,s z=S,t=T,T=TH,"
    "u U=U,w=W,x h=X,J^ l^ dZ=Y,v=B,ts=T S,aI=A J,eI=E J,oI=O J,aU=A W,eU=E W,@- @=E"
)


def _accent(name: str) -> Mapping[str, Sequence[str]]:
    return _MAPPING


_PLAIN = "A=a,B=b,D=d,E=e,F=f,G=g,I=i,J Y=j,K=k,L=l,M=m,N=n,O=o,P=p,R RR=r,S=s,T=t,U=u"
_ITALIAN = table(f"{_PLAIN},CH=tS,NY=J,W=w")
_CZECH = table(f"{_PLAIN},CH=c~,NY=n~,W=u,X=ch")
_FINNISH = table(f"{_PLAIN},CH=t S,NY=n j,W=w,X=h,TH=T")
_ITALIAN_STAND_INS = {"j": "i", "w": "u"}
_CZECH_STAND_INS = {"i": "j", "s": "z", "n": "n*"}
_FINNISH_STAND_INS = {"w": "u", "j": "i", "n": "N", "o": "o:", "e": "e:"}
LP = Diphones("lp_diphone", "italian/lp_diphone/group/lp_diphone.group", 190.0, _ITALIAN, _ITALIAN_STAND_INS)
PC = Diphones("pc_diphone", "italian/pc_diphone/group/pc_diphone.group", 120.0, _ITALIAN, _ITALIAN_STAND_INS)
DITA = Diphones("czech_dita", "czech/czech_dita/group/dita.group", 200.0, _CZECH, _CZECH_STAND_INS)
KRB = Diphones("czech_krb", "czech/czech_krb/group/krb.group", 230.0, _CZECH, _CZECH_STAND_INS)
MACHAC = Diphones("czech_machac", "czech/czech_machac/group/machac.group", 110.0, _CZECH, _CZECH_STAND_INS)
PH = Diphones("czech_ph", "czech/czech_ph/group/ph.group", 115.0, _CZECH, _CZECH_STAND_INS)
MV = Diphones("hy_fi_mv_diphone", "finnish/hy_fi_mv_diphone/group/mvlpc.group", 105.0, _FINNISH, _FINNISH_STAND_INS)
LJ = Diphones("suo_fi_lj_diphone", "finnish/suo_fi_lj_diphone/group/ljlpc.group", 190.0, _FINNISH, _FINNISH_STAND_INS)

_ACCENTS = ("roa/es", "roa/es-419")
_VARIANTS = """
. . . m1 m2 m3 m4 m5 m6 m7 f1 f3 f5 klatt klatt2 klatt3 klatt4 Andy Alex Annie Gene Lee Michael adam belinda benjamin
caleb david ed edward iven john linda max michel norbert pablo paul quincy rob robert sandro steph travis victor zac
aunty anika boris Denis Diogo Hugo Jacky Marco Mario
"""
_REDUCED = """
y: I, J | e: E | o: O | u: U | a: A | para: P A R A, P A | hoy: O J | b: B E | c: TH E, S E | d: D E
f: E F E | g: X E
h: A CH E | i: I | j: X O T A | k: K A | l: E L E | m: E M E | n: E N E | ñ: E NY E | p: P E | q: K U
r: E R E, E RR E
s: E S E | t: T E | v: U B E, B E | w: U B E D O B L E | x: E K I S | z: TH E T A, S E T A
"""
_COMMANDS = """
sí | no | para | alto | basta | espera | cancela | ayuda | gracias | muchas gracias | vale | por favor
repite | otra vez
más alto | más bajo | continúa | hola | adiós | buenos días | buenas noches | sigue | para por favor | por favor para
sí por favor | no gracias | silencio | para ya | espera por favor | cancela eso | ayúdame | repite eso | dilo otra vez
no importa | un momento | cállate | ya basta | detente | pausa | empieza | siguiente | atrás | abre | cierra
arriba | abajo
izquierda | derecha | de acuerdo | claro
"""

SPANISH = Language(
    code="es",
    name="Spanish",
    phones=PHONES,
    accent=_accent,
    linking=frozenset(),
    training=Speakers(_ACCENTS, _VARIANTS.split(), diphones=(LP, KRB, PH, MV)),
    development=Speakers(_ACCENTS, ("m8", "Alicia", "Mike", "antonio"), diphones=(MACHAC,)),
    unseen=Speakers(_ACCENTS, ("f2", "f4", "shelby", "grandma", "grandpa"), diphones=(PC, DITA, LJ)),
    lexicon_accents=_ACCENTS,
    reduced=pronunciations(_REDUCED),
    commands=tuple(command.strip() for command in _COMMANDS.replace("\n", "|").split("|") if command.strip()),
)
