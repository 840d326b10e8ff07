"""Nouns of the broad grammar in English and Spanish, by what they can be in a sentence, with gender and plural."""

from dataclasses import dataclass

from training.domain.text import rows
from training.translation.words import with_s


@dataclass(frozen=True)
class Noun:
    """A noun with its plural in both languages."""

    en: str
    ens: str
    es: str
    ess: str
    feminine: bool

    @property
    def el(self) -> str:
        # A stressed first a takes the masculine article: el agua, el águila.
        return "el" if not self.feminine or self.es in {"agua", "águila"} else "la"

    @property
    def un(self) -> str:
        return "un" if not self.feminine or self.es in {"agua", "águila"} else "una"

    @property
    def at(self) -> str:
        """The preposition of a place: in the house, at the station."""
        return _AT.get(self.en, "in")

    @property
    def los(self) -> str:
        return "las" if self.feminine else "los"


_AT = {"beach": "at", "station": "at", "market": "at", "mountain": "on", "river": "at"}


def _nouns(table: str) -> list[Noun]:
    nouns = []
    for en, es, gender, *irregular in rows(table):
        ess = es + ("s" if es[-1] in "aeiouéáó" else "es")
        if es.endswith("z"):
            ess = es[:-1] + "ces"
        elif es.endswith("ón"):
            ess = es[:-2] + "ones"
        elif es.endswith("én"):
            ess = es[:-2] + "enes"
        elif es.endswith("és"):
            ess = es[:-2] + "eses"
        ens = irregular[0] if irregular else with_s(en)
        nouns.append(Noun(en, ens, es, ess, gender == "f"))
    return nouns


NOUNS: dict[str, list[Noun]] = {
    "thing": _nouns("""
book | libro | m
chair | silla | f
table | mesa | f
lamp | lámpara | f
car | coche | m
bicycle | bicicleta | f
phone | teléfono | m
computer | ordenador | m
key | llave | f
bag | bolsa | f
box | caja | f
watch | reloj | m
hat | sombrero | m
shirt | camisa | f
coat | abrigo | m
shoe | zapato | m
ball | pelota | f
bottle | botella | f
cup | taza | f
plate | plato | m
spoon | cuchara | f
knife | cuchillo | m | knives
bed | cama | f
pencil | lápiz | m
photo | foto | f
picture | imagen | f
flower | flor | f
ticket | billete | m
clock | reloj | m
guitar | guitarra | f
piano | piano | m
camera | cámara | f
map | mapa | m
letter | carta | f
gift | regalo | m
model | modelo | m
button | botón | m
screen | pantalla | f
card | tarjeta | f
suitcase | maleta | f
mirror | espejo | m
blanket | manta | f
knot | nudo | m
wheel | rueda | f
tree | árbol | m
stone | piedra | f
"""),
    "food": _nouns("""
apple | manzana | f
orange | naranja | f
banana | plátano | m
lemon | limón | m
tomato | tomate | m
carrot | zanahoria | f
potato | patata | f
egg | huevo | m
sandwich | bocadillo | m
cake | pastel | m
soup | sopa | f
salad | ensalada | f
pear | pera | f
cookie | galleta | f
onion | cebolla | f
fish | pescado | m | fish
strawberry | fresa | f
cherry | cereza | f
"""),
    "drink": _nouns("""
coffee | café | m
tea | té | m
juice | zumo | m
glass of water | vaso de agua | m | glasses of water
glass of milk | vaso de leche | m | glasses of milk
beer | cerveza | f
lemonade | limonada | f
"""),
    "opening": _nouns("""
door | puerta | f
window | ventana | f
box | caja | f
book | libro | m
file | archivo | m
drawer | cajón | m
gate | verja | f
suitcase | maleta | f
"""),
    "text": _nouns("""
book | libro | m
letter | carta | f
message | mensaje | m
story | cuento | m
poem | poema | m
newspaper | periódico | m
report | informe | m
email | correo | m
list | lista | f
question | pregunta | f
answer | respuesta | f
sentence | frase | f
song | canción | f
"""),
    "person": _nouns("""
teacher | profesor | m
doctor | médico | m
friend | amigo | m
neighbor | vecino | m
brother | hermano | m
sister | hermana | f
mother | madre | f
father | padre | m
son | hijo | m
daughter | hija | f
uncle | tío | m
aunt | tía | f
grandmother | abuela | f
grandfather | abuelo | m
boy | niño | m
girl | niña | f
man | hombre | m | men
woman | mujer | f | women
student | estudiante | m
cook | cocinero | m
farmer | granjero | m
driver | conductor | m
king | rey | m
queen | reina | f
writer | escritor | m
nurse | enfermera | f
child | niño | m | children
"""),
    "animal": _nouns("""
dog | perro | m
cat | gato | m
horse | caballo | m
cow | vaca | f
bird | pájaro | m
rabbit | conejo | m
duck | pato | m
sheep | oveja | f | sheep
bear | oso | m
wolf | lobo | m | wolves
fox | zorro | m
frog | rana | f
snake | serpiente | f
mouse | ratón | m | mice
lion | león | m
elephant | elefante | m
bee | abeja | f
spider | araña | f
chicken | gallina | f
goat | cabra | f
"""),
    "place": _nouns("""
house | casa | f
garden | jardín | m
kitchen | cocina | f
school | escuela | f
street | calle | f
city | ciudad | f
park | parque | m
room | habitación | f
office | oficina | f
hospital | hospital | m
library | biblioteca | f
market | mercado | m
station | estación | f
beach | playa | f
forest | bosque | m
river | río | m
village | pueblo | m
store | tienda | f
church | iglesia | f
restaurant | restaurante | m
museum | museo | m
bank | banco | m
hotel | hotel | m
mountain | montaña | f
"""),
}
