"""Intents about animals and about the parts that animals and things have."""

from training.domain.numbers import counted
from training.domain.text import Bilingual, Fact, intent, rows

# English, Spanish, Spanish gender, legs, English sound, Spanish sound
ANIMALS = rows("""
dog | perro | m | 4 | woof | guau
cat | gato | m | 4 | meow | miau
cow | vaca | f | 4 | moo | mu
horse | caballo | m | 4 | neigh | hiii
pig | cerdo | m | 4 | oink | oinc
sheep | oveja | f | 4 | baa | bee
goat | cabra | f | 4 | maa | mee
duck | pato | m | 2 | quack | cuac
chicken | gallina | f | 2 | cluck | cocorocó
rooster | gallo | m | 2 | cock a doodle doo | quiquiriquí
bird | pájaro | m | 2 | tweet | pío
owl | búho | m | 2 | hoot | uh
lion | león | m | 4 | roar | grrr
tiger | tigre | m | 4 | roar | grrr
wolf | lobo | m | 4 | howl | auuu
frog | rana | f | 4 | croak | croac
bee | abeja | f | 6 | buzz | bzzz
mouse | ratón | m | 4 | squeak | iii
donkey | burro | m | 4 | hee haw | hiaa
elephant | elefante | m | 4 | |
bear | oso | m | 4 | |
spider | araña | f | 8 | |
ant | hormiga | f | 6 | |
fly | mosca | f | 6 | |
rabbit | conejo | m | 4 | |
fish | pez | m | 0 | |
snake | serpiente | f | 0 | |
penguin | pingüino | m | 2 | |
monkey | mono | m | 2 | |
fox | zorro | m | 4 | |
turtle | tortuga | f | 4 | |
octopus | pulpo | m | 8 | |
""")
_ANIMAL_FACTS: list[Fact] = [
    {
        "animal": Bilingual(f"a {en}", f"{'una' if gender == 'f' else 'un'} {es}"),
        "the": Bilingual(f"the {en}", f"{'la' if gender == 'f' else 'el'} {es}"),
        "part": Bilingual("arms", "brazos") if en == "octopus" else Bilingual("legs", "patas"),
        "how": Bilingual("how many", "cuántos" if en == "octopus" else "cuántas"),
        "n": counted(int(legs)) if int(legs) else Bilingual("no", "cero"),
        "sound": Bilingual(sound, sonido),
    }
    for en, es, gender, legs, sound, sonido in ANIMALS
]

# part, Spanish part, gender, English whole, Spanish whole, count
_PARTS = rows("""
sides | lados | m | a triangle | un triángulo | 3
sides | lados | m | a square | un cuadrado | 4
sides | lados | m | a rectangle | un rectángulo | 4
sides | lados | m | a pentagon | un pentágono | 5
sides | lados | m | a hexagon | un hexágono | 6
sides | lados | m | an octagon | un octágono | 8
corners | esquinas | f | a triangle | un triángulo | 3
corners | esquinas | f | a square | un cuadrado | 4
corners | esquinas | f | a circle | un círculo | 0
sides | lados | m | a circle | un círculo | 0
points | puntas | f | a star | una estrella | 5
faces | caras | f | a cube | un cubo | 6
wheels | ruedas | f | a car | un coche | 4
wheels | ruedas | f | a bicycle | una bicicleta | 2
wheels | ruedas | f | a bike | una bici | 2
wheels | ruedas | f | a tricycle | un triciclo | 3
wheels | ruedas | f | a motorcycle | una moto | 2
legs | patas | f | a chair | una silla | 4
legs | patas | f | a table | una mesa | 4
legs | piernas | f | a person | una persona | 2
arms | brazos | m | a person | una persona | 2
eyes | ojos | m | a person | una persona | 2
ears | orejas | f | a person | una persona | 2
hands | manos | f | a person | una persona | 2
noses | narices | f | a person | una persona | 1
fingers | dedos | m | a hand | una mano | 5
fingers | dedos | m | two hands | dos manos | 10
toes | dedos | m | a foot | un pie | 5
colors | colores | m | a rainbow | un arcoíris | 7
colors | colores | m | the rainbow | el arcoíris | 7
letters | letras | f | the English alphabet | el alfabeto inglés | 26
planets | planetas | m | the solar system | el sistema solar | 8
strings | cuerdas | f | a guitar | una guitarra | 6
strings | cuerdas | f | a violin | un violín | 4
wings | alas | f | a bird | un pájaro | 2
wings | alas | f | a butterfly | una mariposa | 4
cents | centavos | m | a dollar | un dólar | 100
states | estados | m | the United States | Estados Unidos | 50
""")
_PART_FACTS: list[Fact] = [
    {
        "part": Bilingual(en, es),
        "whole": Bilingual(of, de),
        "n": Bilingual("no", "cero") if n == "0" else counted(int(n), gender == "f"),
        "parts": Bilingual(en.removesuffix("s"), "nariz") if n == "1" else Bilingual(en, es),
        "how": Bilingual("how many", "cuántas" if gender == "f" else "cuántos"),
        "have": Bilingual("do", "tienen") if of.startswith("two") else Bilingual("does", "tiene"),
        "has": Bilingual("have", "tienen") if of.startswith("two") else Bilingual("has", "tiene"),
    }
    for en, es, gender, of, de, n in _PARTS
]

INTENTS = (
    intent(
        "animals",
        """
        how many {part} does {animal} have? | ¿{how} {part} tiene {animal}?
        how many {part} does {the} have? | ¿{how} {part} tiene {the}?
        how many {part} has {animal} got? | ¿{how} {part} tiene {animal}?
        how many {part} {animal} has~ | {how} {part} tiene {animal}~
        what is the number of {part} of {animal}? | ¿cuál es el número de {part} de {animal}?
        can you say how many {part} {animal} has? | ¿puedes decir {how} {part} tiene {animal}?
        does {animal} have {part}, and how many? | ¿tiene {part} {animal}, y {how}?
        how many {part} are there on {animal}? | ¿{how} {part} hay en {animal}?
        {animal} has how many {part}? | ¿{animal} tiene {how} {part}?
        """,
        "{animal} has {n} {part}. | {animal} tiene {n} {part}.",
        _ANIMAL_FACTS,
        brief="{n}. | {n}.",
    ),
    intent(
        "animals",
        """
        what does {animal} say? | ¿qué dice {animal}?
        what does {the} say? | ¿qué dice {the}?
        what sound does {animal} make? | ¿qué sonido hace {animal}?
        what noise does {animal} make? | ¿qué ruido hace {animal}?
        what is the sound of {animal}? | ¿cuál es el sonido de {animal}?
        which sound does {animal} make? | ¿qué sonido hace {animal}?
        what sound comes from {animal}? | ¿qué sonido hace {animal}?
        how does {the} go? | ¿cómo hace {the}?
        make the sound of {animal}. | haz el sonido de {animal}.
        how does {animal} sound? | ¿cómo suena {animal}?
        what sound {animal} makes~ | qué sonido hace {animal}~
        the sound of {animal}^ | el sonido de {animal}^
        """,
        "{animal} says {sound}. | {animal} dice {sound}.",
        [fact for fact in _ANIMAL_FACTS if fact["sound"].en],
        brief="{sound}. | {sound}.",
    ),
    intent(
        "parts",
        """
        how many {part} {have} {whole} have? | ¿{how} {part} {has} {whole}?
        how many {part} are (there/) on {whole}? | ¿{how} {part} hay en {whole}?
        how many {part} are there in {whole}? | ¿{how} {part} hay en {whole}?
        how many {part} {whole} {has}~ | {how} {part} {has} {whole}~
        the number of {part} of {whole}^ | el número de {part} de {whole}^
        {whole} {has} how many {part}? | ¿{whole} {has} {how} {part}?
        """,
        "{whole} {has} {n} {parts}. | {whole} {has} {n} {parts}.",
        _PART_FACTS,
        brief="{n}. | {n}.",
    ),
)
