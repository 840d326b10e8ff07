"""The wordings of questions about pictures; see text.py for how a line is written.

Owns phrasings only. Which of them fits a picture, and the answer, is decided in pictures.py.
"""

from training.domain.text import Bilingual, pairs

SIDES = (
    Bilingual("to the left of", "a la izquierda de"),
    Bilingual("to the right of", "a la derecha de"),
    Bilingual("above", "encima de"),
    Bilingual("below", "debajo de"),
)
"""Each beside its opposite."""

OPEN = pairs("""
what is in (this/the) picture? | ¿qué hay en (esta/la) imagen?
what is in this (image/photo)? | ¿qué hay en esta imagen?
what's in this picture? | ¿qué hay en esta imagen?
what do you see? | ¿qué ves?
what can you see? | ¿qué puedes ver?
what do you see in (this/the) picture? | ¿qué ves en (esta/la) imagen?
what can you see in (this/the) picture? | ¿qué puedes ver en (esta/la) imagen?
what is this? | ¿qué es esto?
what is that? | ¿qué es eso?
what does (this/the) picture show? | ¿qué muestra (esta/la) imagen?
what is shown here? | ¿qué se muestra aquí?
what is on the picture? | ¿qué hay en la imagen?
what am I looking at? | ¿qué estoy mirando?
describe (this/the) picture. | describe (esta/la) imagen.
describe what you see. | describe lo que ves.
look at this picture. | mira esta imagen.
tell me what you see. | dime lo que ves.
explain the picture. | explica la imagen.
what is in this picture~ | qué hay en esta imagen~
what you see~ | qué ves~
what you see in this picture~ | qué ves en esta imagen~
""")
SHAPE = pairs("""
(what/which) shape is (this/it/that)? | ¿qué forma es esta?
(what/which) shape is in the picture? | ¿qué forma hay en la imagen?
(what/which) shapes are (in the picture/there)? | ¿qué formas hay en la imagen?
(what/which) shape do you see? | ¿qué forma ves?
(what/which) shapes do you see? | ¿qué formas ves?
what kind of shape is (this/it)? | ¿qué tipo de forma es esta?
what shape you see~ | qué forma ves~
name the shapes. | nombra las formas.
""")
SHAPE_OF = pairs("""
(what/which) shape is {color}? | ¿qué forma es {color}?
what is {color}? | ¿qué es {color}?
what shape is the {color} one? | ¿qué forma es la {color}?
what shape does the {color} (one/thing) have? | ¿qué forma tiene la {color}?
what is the {color} (one/thing/shape)? | ¿qué es la forma {color}?
what is the {color} shape called? | ¿cómo se llama la forma {color}?
""")
COLOR = pairs("""
what color {be} {the}? | ¿de qué color {be} {the}?
what color {be} {the} in the picture? | ¿de qué color {be} {the} de la imagen?
which color {be} {the}? | ¿qué color tiene {the}?
tell me the color of {the}. | dime el color de {the}.
what color {the} {be}~ | de qué color {be} {the}~
the color of {the}^ | el color de {the}^
""")
COLORS_SEEN = pairs("""
what color is (this/it/that)? | ¿de qué color es esto?
(which/what) color do you see? | ¿qué color ves?
(which/what) colors do you see? | ¿qué colores ves?
(which/what) colors are (in the picture/there)? | ¿qué colores hay en la imagen?
name the colors. | nombra los colores.
the color^ | el color^
the main colors^ | los colores principales^
""")
COUNT = pairs("""
how many {many} are there? | ¿{how} {many} hay?
how many {many} are in (this/the) picture? | ¿{how} {many} hay en (esta/la) imagen?
how many {many} are there in (this/the) picture? | ¿{how} {many} hay en (esta/la) imagen?
how many {many} do you see? | ¿{how} {many} ves?
how many {many} can you see? | ¿{how} {many} puedes ver?
count {the_many}. | cuenta {the_many}.
how many {many} there are~ | {how} {many} hay~
the number of {many}^ | el número de {many}^
""")
COUNT_ALL = pairs("""
how many shapes are there? | ¿cuántas formas hay?
how many shapes do you see? | ¿cuántas formas ves?
how many shapes are in the picture? | ¿cuántas formas hay en la imagen?
how many are there? | ¿cuántas hay?
how many things are in the picture? | ¿cuántas cosas hay en la imagen?
how many shapes are there in all? | ¿cuántas formas hay en total?
count the shapes. | cuenta las formas.
count everything. | cuenta todo.
""")
IS_THERE = pairs("""
is there {a} in the picture? | ¿hay {a} en la imagen?
is there {a}? | ¿hay {a}?
is there {a} in it? | ¿hay {a} en ella?
do you see {a}? | ¿ves {a}?
can you see {a}? | ¿puedes ver {a}?
are there any {many}? | ¿hay {many}?
do you see any {many}? | ¿ves {many}?
does the picture show {a}? | ¿muestra la imagen {a}?
""")
IS_COLOR = pairs("""
is {the} {tone}? | ¿es {tone} {the}?
do you think {the} is {tone}? | ¿crees que {the} es {tone}?
is {the} in the picture {tone}? | ¿es {tone} {the} de la imagen?
""")
WHERE = pairs("""
where is {the}? | ¿dónde está {the}?
where is {the} in the picture? | ¿dónde está {the} en la imagen?
where do you see {the}? | ¿dónde ves {the}?
where can I find {the}? | ¿dónde puedo encontrar {the}?
where {the} is~ | dónde está {the}~
in which (corner/part/place) is {the}? | ¿en qué parte está {the}?
the position of {the}^ | la posición de {the}^
""")
SIDE_OF = pairs("""
is {the} {side} {other}? | ¿está {the} {side} {other}?
do you see {the} {side} {other}? | ¿ves {the} {side} {other}?
""")
NEXT_TO = pairs("""
what is {side} {the}? | ¿qué hay {side} {the}?
what do you see {side} {the}? | ¿qué ves {side} {the}?
which shape is {side} {the}? | ¿qué forma está {side} {the}?
what shape is {side} {the}? | ¿qué forma está {side} {the}?
what is {side} {the}~ | qué hay {side} {the}~
""")
BIGGEST = pairs("""
(what/which) is the biggest? | ¿cuál es la más grande?
(what/which) is the (biggest/largest) shape? | ¿cuál es la forma más grande?
which shape is the (biggest/largest)? | ¿qué forma es la más grande?
which one is the largest? | ¿cuál es la más grande?
what is the biggest thing in the picture? | ¿qué es lo más grande de la imagen?
the largest shape^ | la forma más grande^
""")
SMALLEST = pairs("""
(what/which) is the smallest? | ¿cuál es la más pequeña?
(what/which) is the smallest shape? | ¿cuál es la forma más pequeña?
which shape is the smallest? | ¿qué forma es la más pequeña?
which one is the smallest? | ¿cuál es la más pequeña?
what is the smallest thing in the picture? | ¿qué es lo más pequeño de la imagen?
the smallest shape^ | la forma más pequeña^
""")
HOW_BIG = pairs("""
how big is {the}? | ¿cómo de grande es {the}?
how large is {the}? | ¿cómo de grande es {the}?
what size is {the}? | ¿de qué tamaño es {the}?
is {the} (small or large/big or small)? | ¿qué tamaño tiene {the}?
the size of {the}^ | el tamaño de {the}^
""")
GROUND = pairs("""
what color is the background? | ¿de qué color es el fondo?
what is the color of the background? | ¿cuál es el color del fondo?
which color is behind (it/everything)? | ¿qué color hay detrás?
what is the background color? | ¿cuál es el color de fondo?
what color is the background of the picture? | ¿de qué color es el fondo de la imagen?
what is in the background? | ¿qué hay en el fondo?
the color of the background^ | el color del fondo^
""")
READ = pairs("""
what does it say? | ¿qué dice?
what does (this/the) (picture/text) say? | ¿qué dice (esta/la) imagen?
what is written (in the picture/here/there)? | ¿qué está escrito aquí?
read the (text/word/number) in the picture. | lee el texto de la imagen.
can you read (this/the text/it)? | ¿puedes leer esto?
read it (to me/out). | léelo.
read (this/that). | lee esto.
what number (is this/do you see/is in the picture)? | ¿qué número es este?
what word (is this/do you see/is in the picture)? | ¿qué palabra es esta?
is there (any/some) text in the picture? | ¿hay texto en la imagen?
the text in the picture^ | el texto de la imagen^
""")
PHOTO = pairs("""
is this a (real/) photo? | ¿es esto una foto?
is this a (photograph/photo or a drawing)? | ¿es esto una fotografía?
is it a photo? | ¿es una foto?
did somebody take this with a camera? | ¿alguien hizo esto con una cámara?
""")
BEYOND = pairs("""
who is in the picture? | ¿quién está en la imagen?
who drew this? | ¿quién dibujó esto?
who is this? | ¿quién es este?
who made this picture? | ¿quién hizo esta imagen?
where was this picture taken? | ¿dónde se hizo esta imagen?
when was this picture taken? | ¿cuándo se hizo esta imagen?
what is the person doing? | ¿qué hace la persona?
how old is this person? | ¿cuántos años tiene esta persona?
what is the person wearing? | ¿qué lleva puesto la persona?
what animal is this? | ¿qué animal es este?
what kind of (dog/cat/bird/animal) is this? | ¿qué tipo de animal es este?
is there (a dog/a cat/a person/a tree/a car/a house) in the picture? | ¿hay un animal en la imagen?
do you see (a man/a woman/a face/any people)? | ¿ves a alguien?
what plant is this? | ¿qué planta es esta?
what flower is this? | ¿qué flor es esta?
what is the weather in the picture? | ¿qué tiempo hace en la imagen?
is this picture beautiful? | ¿es hermosa esta imagen?
how big is the picture? | ¿cómo de grande es la imagen?
what does this picture mean? | ¿qué significa esta imagen?
why is it there? | ¿por qué está ahí?
what car is this? | ¿qué coche es este?
what building is that? | ¿qué edificio es ese?
which city is this? | ¿qué ciudad es esta?
is this food healthy? | ¿es sana esta comida?
what food is this? | ¿qué comida es esta?
is the person happy? | ¿está feliz la persona?
how much does this cost? | ¿cuánto cuesta esto?
what time of day is it in the picture? | ¿qué hora del día es en la imagen?
how far away is it? | ¿a qué distancia está?
draw another picture. | dibuja otra imagen.
draw a (red/blue/bigger) one for me. | dibuja otra para mí.
tell me a story about this picture. | cuéntame una historia sobre esta imagen.
what happens next? | ¿qué pasa después?
what material is it made of? | ¿de qué material está hecho?
""")
