"""Intents about how animals live: their young, their homes, their food, and what they can and cannot do."""

from training.domain.text import Bilingual, Fact, intent, rows

# English, Spanish with article, young in English and Spanish
_YOUNG = rows("""
dog | un perro | puppy | cachorro
cat | un gato | kitten | gatito
cow | una vaca | calf | ternero
horse | un caballo | foal | potro
pig | un cerdo | piglet | cochinillo
sheep | una oveja | lamb | cordero
goat | una cabra | kid | cabrito
duck | un pato | duckling | patito
chicken | una gallina | chick | pollito
lion | un león | cub | cachorro
bear | un oso | cub | osezno
frog | una rana | tadpole | renacuajo
""")
# English and Spanish plural with article, home, food
_LIVES = rows("""
bees | las abejas | in a hive | en una colmena | nectar | néctar
birds | los pájaros | in a nest | en un nido | seeds and worms | semillas y gusanos
fish | los peces | in water | en el agua | small animals and plants | animales pequeños y plantas
cows | las vacas | on a farm | en una granja | grass | hierba
horses | los caballos | in a stable | en un establo | grass and hay | hierba y heno
pigs | los cerdos | on a farm | en una granja | almost everything | casi de todo
sheep | las ovejas | on a farm | en una granja | grass | hierba
ants | las hormigas | in an anthill | en un hormiguero | sugar and small insects | azúcar e insectos pequeños
spiders | las arañas | in a web | en una telaraña | insects | insectos
lions | los leones | in Africa | en África | meat | carne
tigers | los tigres | in Asia | en Asia | meat | carne
wolves | los lobos | in the forest | en el bosque | meat | carne
bears | los osos | in the forest | en el bosque | fish and berries | pescado y bayas
monkeys | los monos | in trees | en los árboles | fruit | fruta
rabbits | los conejos | in a burrow | en una madriguera | carrots and grass | zanahorias y hierba
mice | los ratones | in a hole | en un agujero | grain and cheese | grano y queso
penguins | los pingüinos | in the cold south | en el sur frío | fish | pescado
frogs | las ranas | in ponds | en los estanques | insects | insectos
elephants | los elefantes | in Africa and Asia | en África y Asia | leaves and grass | hojas y hierba
giraffes | las jirafas | in Africa | en África | leaves | hojas
camels | los camellos | in the desert | en el desierto | dry plants | plantas secas
dogs | los perros | with people | con las personas | meat | carne
cats | los gatos | with people | con las personas | mice and fish | ratones y pescado
pandas | los pandas | in China | en China | bamboo | bambú
""")
# Plural in English and Spanish, what of fly, swim, climb and jump they can do, and what not
_ABLE = rows("""
birds | los pájaros | fly |
ducks | los patos | fly, swim |
fish | los peces | swim | fly, climb
bees | las abejas | fly | swim
flies | las moscas | fly |
owls | los búhos | fly |
penguins | los pingüinos | swim | fly, climb
dogs | los perros | swim, jump | fly
cats | los gatos | climb, jump | fly
monkeys | los monos | climb, jump | fly
frogs | las ranas | swim, jump | fly
horses | los caballos | swim, jump | fly, climb
elephants | los elefantes | swim | fly, jump
cows | las vacas | swim | fly, climb
pigs | los cerdos | swim | fly, climb
whales | las ballenas | swim | fly, climb
butterflies | las mariposas | fly | swim
bats | los murciélagos | fly |
kangaroos | los canguros | jump | fly
turtles | las tortugas | swim | fly, jump
snakes | las serpientes | climb | fly, jump
eagles | las águilas | fly |
""")
_DOING = {"fly": "volar", "swim": "nadar", "climb": "trepar", "jump": "saltar"}


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


_YOUNG_FACTS: list[Fact] = [
    {"animal": Bilingual(f"a {animal}", de), "young": Bilingual(_article(young), f"un {joven}")}
    for animal, de, young, joven in _YOUNG
]
LIFE_FACTS: list[Fact] = [
    {"animals": Bilingual(en, es), "home": Bilingual(home, casa), "food": Bilingual(food, comida)}
    for en, es, home, casa, food, comida in _LIVES
]


def _able(column: int) -> list[Fact]:
    return [
        {"animals": Bilingual(row[0], row[1]), "do": Bilingual(verb, _DOING[verb])}
        for row in _ABLE
        for verb in row[column].split(", ")
        if verb
    ]


_CAN = """
can {animals} {do}? | ¿{animals} pueden {do}?
are {animals} able to {do}? | ¿{animals} son capaces de {do}?
do {animals} know how to {do}? | ¿{animals} saben {do}?
whether {animals} can {do}~ | si {animals} pueden {do}~
is it true that {animals} can {do}? | ¿es verdad que {animals} pueden {do}?
"""

INTENTS = (
    intent(
        "young",
        """
        what is a baby of {animal} called? | ¿cómo se llama la cría de {animal}?
        what do you call the young of {animal}? | ¿cómo se llama la cría de {animal}?
        what is the young of {animal} called? | ¿cómo se llama la cría de {animal}?
        what is the baby of {animal}? | ¿cuál es la cría de {animal}?
        how do you call a young animal of {animal}? | ¿cómo se llama la cría de {animal}?
        what the young of {animal} is called~ | cómo se llama la cría de {animal}~
        the name for the young of {animal}^ | el nombre de la cría de {animal}^
        """,
        "the young of {animal} is called {young}. | la cría de {animal} se llama {young}.",
        _YOUNG_FACTS,
        brief="{young}. | {young}.",
    ),
    intent(
        "homes",
        """
        where do {animals} live? | ¿dónde viven {animals}?
        where can you find {animals}? | ¿dónde se encuentran {animals}?
        where is the home of {animals}? | ¿dónde está la casa de {animals}?
        in which place do {animals} live? | ¿en qué lugar viven {animals}?
        where {animals} live~ | dónde viven {animals}~
        where do {animals} have their home? | ¿dónde tienen su casa {animals}?
        the home of {animals}^ | la casa de {animals}^
        """,
        "{animals} live {home}. | {animals} viven {home}.",
        LIFE_FACTS,
        brief="{home}. | {home}.",
    ),
    intent(
        "food",
        """
        what do {animals} eat? | ¿qué comen {animals}?
        what do {animals} like to eat? | ¿qué les gusta comer a {animals}?
        what is the food of {animals}? | ¿cuál es la comida de {animals}?
        what kind of food do {animals} eat? | ¿qué tipo de comida comen {animals}?
        what {animals} eat~ | qué comen {animals}~
        what do {animals} feed on? | ¿de qué se alimentan {animals}?
        the food of {animals}^ | la comida de {animals}^
        """,
        "{animals} eat {food}. | {animals} comen {food}.",
        LIFE_FACTS,
        brief="{food}. | {food}.",
    ),
    intent("abilities", _CAN, "yes, {animals} can {do}. | sí, {animals} pueden {do}.", _able(2), brief="yes. | sí."),
    intent(
        "abilities", _CAN, "no, {animals} cannot {do}. | no, {animals} no pueden {do}.", _able(3), brief="no. | no."
    ),
)
