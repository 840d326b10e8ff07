"""Intents about the colors of everyday things and about mixing colors."""

from training.domain.text import Bilingual, Fact, intent, rows

# English color to Spanish: masculine, feminine, masculine plural, feminine plural
COLORS = {
    en: forms
    for en, *forms in rows("""
red | rojo | roja | rojos | rojas
green | verde | verde | verdes | verdes
blue | azul | azul | azules | azules
yellow | amarillo | amarilla | amarillos | amarillas
orange | naranja | naranja | naranjas | naranjas
purple | morado | morada | morados | moradas
black | negro | negra | negros | negras
white | blanco | blanca | blancos | blancas
brown | marrón | marrón | marrones | marrones
gray | gris | gris | grises | grises
pink | rosa | rosa | rosas | rosas
""")
}
_GENDERS = ("m", "f", "mp", "fp")

COLORED = rows("""
the sky | el cielo | m | blue
the sea | el mar | m | blue
the ocean | el océano | m | blue
grass | la hierba | f | green
the grass | la hierba | f | green
a leaf | una hoja | f | green
leaves | las hojas | fp | green
a tree | un árbol | m | green
a frog | una rana | f | green
a cucumber | un pepino | m | green
a pea | un guisante | m | green
peas | los guisantes | mp | green
lettuce | la lechuga | f | green
spinach | la espinaca | f | green
broccoli | el brócoli | m | green
a crocodile | un cocodrilo | m | green
a lime | una lima | f | green
snow | la nieve | f | white
the snow | la nieve | f | white
milk | la leche | f | white
salt | la sal | f | white
sugar | el azúcar | m | white
rice | el arroz | m | white
a cloud | una nube | f | white
clouds | las nubes | fp | white
cotton | el algodón | m | white
paper | el papel | m | white
a swan | un cisne | m | white
a tooth | un diente | m | white
chalk | la tiza | f | white
flour | la harina | f | white
a polar bear | un oso polar | m | white
an egg | un huevo | m | white
a banana | un plátano | m | yellow
bananas | los plátanos | mp | yellow
a ripe banana | un plátano maduro | m | yellow
a lemon | un limón | m | yellow
lemons | los limones | mp | yellow
the sun | el sol | m | yellow
butter | la mantequilla | f | yellow
corn | el maíz | m | yellow
a sunflower | un girasol | m | yellow
a canary | un canario | m | yellow
gold | el oro | m | yellow
cheese | el queso | m | yellow
a pineapple | una piña | f | yellow
blood | la sangre | f | red
a tomato | un tomate | m | red
tomatoes | los tomates | mp | red
a strawberry | una fresa | f | red
strawberries | las fresas | fp | red
a cherry | una cereza | f | red
cherries | las cerezas | fp | red
an apple | una manzana | f | red
a rose | una rosa | f | red
a fire truck | un camión de bomberos | m | red
fire | el fuego | m | red
a stop sign | una señal de alto | f | red
a ladybug | una mariquita | f | red
coal | el carbón | m | black
the night | la noche | f | black
night | la noche | f | black
the night sky | el cielo de noche | m | black
a raven | un cuervo | m | black
a tire | una rueda | f | black
ink | la tinta | f | black
a carrot | una zanahoria | f | orange
carrots | las zanahorias | fp | orange
a pumpkin | una calabaza | f | orange
an orange | una naranja | f | orange
oranges | las naranjas | fp | orange
a mandarin | una mandarina | f | orange
a goldfish | un pez dorado | m | orange
a grape | una uva | f | purple
grapes | las uvas | fp | purple
a plum | una ciruela | f | purple
an eggplant | una berenjena | f | purple
lavender | la lavanda | f | purple
a violet | una violeta | f | purple
chocolate | el chocolate | m | brown
wood | la madera | f | brown
coffee | el café | m | brown
the earth | la tierra | f | brown
a bear | un oso | m | brown
a potato | una patata | f | brown
bread | el pan | m | brown
a monkey | un mono | m | brown
an elephant | un elefante | m | gray
elephants | los elefantes | mp | gray
a mouse | un ratón | m | gray
ash | la ceniza | f | gray
a stone | una piedra | f | gray
a rain cloud | una nube de lluvia | f | gray
a shark | un tiburón | m | gray
a pig | un cerdo | m | pink
pigs | los cerdos | mp | pink
a flamingo | un flamenco | m | pink
a blueberry | un arándano | m | blue
blueberries | los arándanos | mp | blue
a whale | una ballena | f | blue
""")


def _colored() -> list[Fact]:
    facts: list[Fact] = []
    for en, es, gender, color in COLORED:
        plural = gender.endswith("p")
        facts.append(
            {
                "thing": Bilingual(en, es),
                "color": Bilingual(color, COLORS[color][_GENDERS.index(gender)]),
                "be": Bilingual("are", "son") if plural else Bilingual("is", "es"),
            }
        )
    return facts


def _miscolored() -> list[Fact]:
    facts: list[Fact] = []
    colors = list(COLORS)
    for number, (fact, row) in enumerate(zip(_colored(), COLORED, strict=True)):
        for step in (1, 4, 7):
            wrong = colors[(number + step) % len(colors)]
            if wrong != row[3]:
                facts.append({**fact, "wrong": Bilingual(wrong, COLORS[wrong][_GENDERS.index(row[2])])})
    return facts


_MIXED: list[Fact] = [
    {"a": Bilingual(a, COLORS[a][0]), "b": Bilingual(b, COLORS[b][0]), "c": Bilingual(c, COLORS[c][0])}
    for first, second, c in rows("""
red | yellow | orange
blue | yellow | green
red | blue | purple
black | white | gray
red | white | pink
red | green | brown
""")
    for a, b in ((first, second), (second, first))
]

INTENTS = (
    intent(
        "colors",
        """
        what color {be} {thing}? | ¿de qué color {be} {thing}?
        what color {be} {thing}, please? | ¿de qué color {be} {thing}, por favor?
        which color {be} {thing}? | ¿de qué color {be} {thing}?
        (what is/what's) the color of {thing}? | ¿cuál es el color de {thing}?
        what color {thing} {be}~ | de qué color {be} {thing}~
        which color {thing} {be}~ | de qué color {be} {thing}~
        the color of {thing}^ | el color de {thing}^
        {thing} {be} what color? | ¿{thing} {be} de qué color?
        what color would you say {thing} {be}? | ¿de qué color dirías que {be} {thing}?
        """,
        "{thing} {be} {color}. | {thing} {be} {color}.",
        _colored(),
        brief="{color}. | {color}.",
    ),
    intent(
        "colors",
        "{be} {thing} {color}? | ¿{be} {color} {thing}?",
        "yes, {thing} {be} {color}. | sí, {thing} {be} {color}.",
        _colored(),
        brief="yes. | sí.",
    ),
    intent(
        "colors",
        "{be} {thing} {wrong}? | ¿{be} {wrong} {thing}?",
        "no, {thing} {be} {color}. | no, {thing} {be} {color}.",
        _miscolored(),
        brief="no, {color}. | no, {color}.",
    ),
    intent(
        "mixing",
        """
        what color do you get (when/if) you mix {a} and {b}? | ¿qué color sale si mezclas {a} y {b}?
        what do you get (when/if) you mix {a} and {b}? | ¿qué sale si mezclas {a} y {b}?
        what color do {a} and {b} make? | ¿qué color hacen {a} y {b}?
        what do {a} and {b} make? | ¿qué hacen {a} y {b}?
        what is {a} mixed with {b}? | ¿qué es {a} mezclado con {b}?
        mix {a} and {b}. | mezcla {a} y {b}.
        what happens if I mix {a} with {b}? | ¿qué pasa si mezclo {a} con {b}?
        what color {a} and {b} make~ | qué color hacen {a} y {b}~
        """,
        "{a} and {b} make {c}. | {a} y {b} hacen {c}.",
        _MIXED,
        brief="{c}. | {c}.",
    ),
)
