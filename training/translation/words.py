"""Words of the broad grammar: verbs, adjectives, cities and times in English and Spanish.

It owns their forms; how sentences are made of them is training/translation/grammar.py's.
"""

from dataclasses import dataclass

from training.domain.text import pairs, rows

_PRESENT = {
    "ar": ("o", "as", "a", "amos", "an"),
    "er": ("o", "es", "e", "emos", "en"),
    "ir": ("o", "es", "e", "imos", "en"),
}
_PAST = {
    "ar": ("é", "aste", "ó", "amos", "aron"),
    "er": ("í", "iste", "ió", "imos", "ieron"),
    "ir": ("í", "iste", "ió", "imos", "ieron"),
}


@dataclass(frozen=True)
class Verb:
    """A verb; Spanish forms are for yo, tú, él, nosotros, ellos."""

    base: str
    third: str
    past: str
    gerund: str
    infinitive: str
    present: tuple[str, ...]
    preterite: tuple[str, ...]
    participle: str
    takes: str
    """The kind of noun that it takes as its object: "thing", "food", "person", "text" or "" for none."""


def with_s(base: str) -> str:
    """The English word with its s: a verb's third person, a noun's plural."""
    if base.endswith(("s", "sh", "ch", "x", "o")):
        return base + "es"
    return base[:-1] + "ies" if base[-1] == "y" and base[-2] not in "aeiou" else base + "s"


def _gerund(base: str) -> str:
    if base in {"run", "swim", "sit", "cut", "stop", "plan", "put", "forget", "begin", "win"}:
        return base + base[-1] + "ing"
    return base[:-1] + "ing" if base[-1] == "e" and base[-2] != "e" else base + "ing"


def _participle(infinitive: str) -> str:
    return infinitive[:-2] + ("ando" if infinitive.endswith("ar") else "iendo")


def _verb(cells: list[str]) -> Verb:
    base, past, infinitive, present, preterite, participle, takes = cells
    stem, group = infinitive[:-2], infinitive[-2:]
    return Verb(
        base,
        "has" if base == "have" else with_s(base),
        past,
        _gerund(base),
        infinitive,
        tuple(present.split()) or tuple(stem + ending for ending in _PRESENT[group]),
        tuple(preterite.split()) or tuple(stem + ending for ending in _PAST[group]),
        participle or _participle(infinitive),
        takes,
    )


# base | past | infinitive | irregular present | irregular past | irregular gerund | object
VERBS = [
    _verb(cells)
    for cells in rows("""
eat | ate | comer | | | | food
drink | drank | beber | | | | drink
cook | cooked | cocinar | | | | food
buy | bought | comprar | | | | thing
sell | sold | vender | | | | thing
need | needed | necesitar | | | | thing
want | wanted | querer | quiero quieres quiere queremos quieren | quise quisiste quiso quisimos quisieron | | thing
have | had | tener | tengo tienes tiene tenemos tienen | tuve tuviste tuvo tuvimos tuvieron | | thing
take | took | tomar | | | | thing
carry | carried | llevar | | | | thing
find | found | encontrar | encuentro encuentras encuentra encontramos encuentran | | | thing
lose | lost | perder | pierdo pierdes pierde perdemos pierden | | | thing
see | saw | ver | veo ves ve vemos ven | vi viste vio vimos vieron | viendo | thing
look for | looked for | buscar | | busqué buscaste buscó buscamos buscaron | | thing
clean | cleaned | limpiar | | | | thing
wash | washed | lavar | | | | thing
paint | painted | pintar | | | | thing
use | used | usar | | | | thing
open | opened | abrir | | | | opening
close | closed | cerrar | cierro cierras cierra cerramos cierran | | | opening
read | read | leer | | leí leíste leyó leímos leyeron | leyendo | text
write | wrote | escribir | | | | text
send | sent | enviar | envío envías envía enviamos envían | | | text
finish | finished | terminar | | | | text
know | knew | conocer | conozco conoces conoce conocemos conocen | | | person
help | helped | ayudar | | | | person
call | called | llamar | | | | person
visit | visited | visitar | | | | person
love | loved | amar | | | | person
meet | met | conocer | conozco conoces conoce conocemos conocen | | | person
invite | invited | invitar | | | | person
hear | heard | oír | oigo oyes oye oímos oyen | oí oíste oyó oímos oyeron | oyendo | person
learn | learned | aprender | | | | subject
study | studied | estudiar | | | | subject
teach | taught | enseñar | | | | subject
understand | understood | entender | entiendo entiendes entiende entendemos entienden | | | subject
work | worked | trabajar | | | |
live | lived | vivir | | | |
sleep | slept | dormir | duermo duermes duerme dormimos duermen | dormí dormiste durmió dormimos durmieron | durmiendo |
walk | walked | caminar | | | |
run | ran | correr | | | |
swim | swam | nadar | | | |
sing | sang | cantar | | | |
dance | danced | bailar | | | |
play | played | jugar | juego juegas juega jugamos juegan | jugué jugaste jugó jugamos jugaron | |
wait | waited | esperar | | | |
arrive | arrived | llegar | | llegué llegaste llegó llegamos llegaron | |
rest | rested | descansar | | | |
travel | traveled | viajar | | | |
talk | talked | hablar | | | |
laugh | laughed | reír | río ríes ríe reímos ríen | reí reíste rio reímos rieron | riendo |
cry | cried | llorar | | | |
eat | ate | comer | | | |
""")
]


SUBJECTS = pairs("""
English | inglés
Spanish | español
French | francés
German | alemán
music | música
history | historia
mathematics | matemáticas
""")

# English, masculine, feminine, masculine plural, feminine plural
ADJECTIVES = rows("""
big | grande | grande | grandes | grandes
small | pequeño | pequeña | pequeños | pequeñas
new | nuevo | nueva | nuevos | nuevas
old | viejo | vieja | viejos | viejas
red | rojo | roja | rojos | rojas
blue | azul | azul | azules | azules
green | verde | verde | verdes | verdes
white | blanco | blanca | blancos | blancas
black | negro | negra | negros | negras
yellow | amarillo | amarilla | amarillos | amarillas
brown | marrón | marrón | marrones | marrones
gray | gris | gris | grises | grises
purple | morado | morada | morados | moradas
orange | naranja | naranja | naranjas | naranjas
pink | rosa | rosa | rosas | rosas
beautiful | hermoso | hermosa | hermosos | hermosas
ugly | feo | fea | feos | feas
clean | limpio | limpia | limpios | limpias
dirty | sucio | sucia | sucios | sucias
cheap | barato | barata | baratos | baratas
expensive | caro | cara | caros | caras
heavy | pesado | pesada | pesados | pesadas
fast | rápido | rápida | rápidos | rápidas
slow | lento | lenta | lentos | lentas
strange | extraño | extraña | extraños | extrañas
round | redondo | redonda | redondos | redondas
long | largo | larga | largos | largas
short | corto | corta | cortos | cortas
important | importante | importante | importantes | importantes
different | diferente | diferente | diferentes | diferentes
simple | sencillo | sencilla | sencillos | sencillas
famous | famoso | famosa | famosos | famosas
""")
COMPARATIVES = {
    "bigger": "big",
    "smaller": "small",
    "newer": "new",
    "older": "old",
    "more beautiful": "beautiful",
    "uglier": "ugly",
    "cleaner": "clean",
    "dirtier": "dirty",
    "cheaper": "cheap",
    "more expensive": "expensive",
    "heavier": "heavy",
    "faster": "fast",
    "slower": "slow",
    "stranger": "strange",
    "longer": "long",
    "shorter": "short",
    "more important": "important",
    "simpler": "simple",
    "more famous": "famous",
}
"""Comparatives and the adjectives that they are made from."""
# States of people and things, with estar
STATES = rows("""
tired | cansado | cansada | cansados | cansadas
happy | feliz | feliz | felices | felices
sad | triste | triste | tristes | tristes
sick | enfermo | enferma | enfermos | enfermas
ready | listo | lista | listos | listas
alone | solo | sola | solos | solas
busy | ocupado | ocupada | ocupados | ocupadas
angry | enfadado | enfadada | enfadados | enfadadas
lost | perdido | perdida | perdidos | perdidas
awake | despierto | despierta | despiertos | despiertas
""")
TIMES = pairs("""
today | hoy
now | ahora
tonight | esta noche
this morning | esta mañana
this afternoon | esta tarde
every day | todos los días
every week | todas las semanas
every morning | todas las mañanas
every night | todas las noches
on Monday | el lunes
on Tuesday | el martes
on Wednesday | el miércoles
on Thursday | el jueves
on Friday | el viernes
on Saturday | el sábado
on Sunday | el domingo
in summer | en verano
in winter | en invierno
in January | en enero
in May | en mayo
in August | en agosto
in December | en diciembre
after dinner | después de la cena
before breakfast | antes del desayuno
""")
PAST_TIMES = pairs("""
yesterday | ayer
last night | anoche
last week | la semana pasada
last year | el año pasado
last month | el mes pasado
two days ago | hace dos días
on Monday | el lunes
in May | en mayo
""")
FUTURE_TIMES = pairs("""
tomorrow | mañana
next week | la semana que viene
next year | el año que viene
soon | pronto
on Friday | el viernes
later | más tarde
""")
CITIES = pairs("""
Paris | París
Madrid | Madrid
Berlin | Berlín
Rome | Roma
London | Londres
Lisbon | Lisboa
Vienna | Viena
Athens | Atenas
Tokyo | Tokio
Moscow | Moscú
Cairo | El Cairo
Havana | La Habana
Lima | Lima
Oslo | Oslo
Chicago | Chicago
Barcelona | Barcelona
Seville | Sevilla
New York | Nueva York
Boston | Boston
Mexico City | Ciudad de México
Canada | Canadá
Spain | España
France | Francia
Germany | Alemania
Italy | Italia
Japan | Japón
China | China
Brazil | Brasil
Peru | Perú
Argentina | Argentina
Colombia | Colombia
Cuba | Cuba
Portugal | Portugal
Russia | Rusia
Poland | Polonia
Turkey | Turquía
Sweden | Suecia
Norway | Noruega
Ireland | Irlanda
Scotland | Escocia
England | Inglaterra
Switzerland | Suiza
Austria | Austria
Morocco | Marruecos
Valencia | Valencia
Granada | Granada
Malaga | Málaga
Bilbao | Bilbao
Zaragoza | Zaragoza
Buenos Aires | Buenos Aires
Bogota | Bogotá
Santiago | Santiago
Caracas | Caracas
Quito | Quito
Montevideo | Montevideo
Washington | Washington
Los Angeles | Los Ángeles
San Francisco | San Francisco
Miami | Miami
Toronto | Toronto
Sydney | Sídney
Dublin | Dublín
Edinburgh | Edimburgo
Manchester | Mánchester
Amsterdam | Ámsterdam
Brussels | Bruselas
Milan | Milán
Venice | Venecia
Florence | Florencia
Naples | Nápoles
Munich | Múnich
Hamburg | Hamburgo
Zurich | Zúrich
Geneva | Ginebra
Prague | Praga
Warsaw | Varsovia
Budapest | Budapest
Copenhagen | Copenhague
Stockholm | Estocolmo
Helsinki | Helsinki
Istanbul | Estambul
Jerusalem | Jerusalén
Beijing | Pekín
Seoul | Seúl
Delhi | Delhi
Chile | Chile
Mexico | México
Egypt | Egipto
India | India
Greece | Grecia
""")
