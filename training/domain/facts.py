"""Intents about opposites, capitals and a few other everyday facts."""

from training.domain.text import Bilingual, Fact, Intent, intent, pairs, rows

_OPPOSITES = pairs("""
big | grande
small | pequeño
hot | caliente
cold | frío
tall | alto
short | bajo
fast | rápido
slow | lento
new | nuevo
old | viejo
good | bueno
bad | malo
happy | feliz
sad | triste
light | claro
dark | oscuro
day | día
night | noche
up | arriba
down | abajo
left | izquierda
right | derecha
open | abierto
closed | cerrado
full | lleno
empty | vacío
easy | fácil
difficult | difícil
strong | fuerte
weak | débil
rich | rico
poor | pobre
clean | limpio
dirty | sucio
wet | mojado
dry | seco
hard | duro
soft | blando
loud | ruidoso
quiet | silencioso
thin | delgado
thick | grueso
narrow | estrecho
wide | ancho
deep | profundo
shallow | poco profundo
early | temprano
late | tarde
near | cerca
far | lejos
inside | dentro
outside | fuera
first | primero
last | último
always | siempre
never | nunca
yes | sí
no | no
true | verdadero
false | falso
before | antes
after | después
more | más
less | menos
start | empezar
stop | parar
buy | comprar
sell | vender
win | ganar
lose | perder
love | amor
hate | odio
north | norte
south | sur
east | este
west | oeste
black | negro
white | blanco
young | joven
elderly | anciano
beautiful | hermoso
ugly | feo
sweet | dulce
bitter | amargo
warm | cálido
cool | fresco
push | empujar
pull | tirar
""")


def _opposites() -> list[Fact]:
    facts: list[Fact] = [{"a": Bilingual("heavy", "pesado"), "b": Bilingual("light", "ligero")}]
    for first, second in zip(_OPPOSITES[::2], _OPPOSITES[1::2], strict=True):
        facts += [{"a": first, "b": second}, {"a": second, "b": first}]
    return facts


_CAPITALS: list[Fact] = [
    {"country": Bilingual(country, pais), "city": Bilingual(city, ciudad)}
    for country, pais, city, ciudad in rows("""
France | Francia | Paris | París
Spain | España | Madrid | Madrid
Germany | Alemania | Berlin | Berlín
Italy | Italia | Rome | Roma
Portugal | Portugal | Lisbon | Lisboa
England | Inglaterra | London | Londres
Ireland | Irlanda | Dublin | Dublín
Austria | Austria | Vienna | Viena
Switzerland | Suiza | Bern | Berna
Belgium | Bélgica | Brussels | Bruselas
Greece | Grecia | Athens | Atenas
Poland | Polonia | Warsaw | Varsovia
Hungary | Hungría | Budapest | Budapest
Denmark | Dinamarca | Copenhagen | Copenhague
Norway | Noruega | Oslo | Oslo
Sweden | Suecia | Stockholm | Estocolmo
Finland | Finlandia | Helsinki | Helsinki
Russia | Rusia | Moscow | Moscú
Turkey | Turquía | Ankara | Ankara
Egypt | Egipto | Cairo | El Cairo
Kenya | Kenia | Nairobi | Nairobi
China | China | Beijing | Pekín
Japan | Japón | Tokyo | Tokio
India | India | New Delhi | Nueva Delhi
Canada | Canadá | Ottawa | Ottawa
Mexico | México | Mexico City | Ciudad de México
Cuba | Cuba | Havana | La Habana
Peru | Perú | Lima | Lima
Chile | Chile | Santiago | Santiago
Argentina | Argentina | Buenos Aires | Buenos Aires
Brazil | Brasil | Brasilia | Brasilia
Australia | Australia | Canberra | Canberra
""")
]

# A question, then its answer
_TRIVIA = pairs("""
what do bees make? | ¿qué hacen las abejas?
bees make honey. | las abejas hacen miel.
where does milk come from? | ¿de dónde viene la leche?
milk comes from cows. | la leche viene de las vacas.
where do eggs come from? | ¿de dónde vienen los huevos?
eggs come from chickens. | los huevos vienen de las gallinas.
what is frozen water called? | ¿cómo se llama el agua congelada?
frozen water is called ice. | el agua congelada se llama hielo.
what is ice made of? | ¿de qué está hecho el hielo?
ice is made of water. | el hielo está hecho de agua.
what is bread made of? | ¿de qué está hecho el pan?
bread is made of flour. | el pan está hecho de harina.
what is cheese made of? | ¿de qué está hecho el queso?
cheese is made of milk. | el queso está hecho de leche.
what is wine made of? | ¿de qué está hecho el vino?
wine is made of grapes. | el vino está hecho de uvas.
what do cows eat? | ¿qué comen las vacas?
cows eat grass. | las vacas comen hierba.
what do rabbits eat? | ¿qué comen los conejos?
rabbits eat carrots and grass. | los conejos comen zanahorias y hierba.
where do fish live? | ¿dónde viven los peces?
fish live in water. | los peces viven en el agua.
where do birds live? | ¿dónde viven los pájaros?
birds live in nests. | los pájaros viven en nidos.
what is the biggest animal? | ¿cuál es el animal más grande?
the blue whale is the biggest animal. | la ballena azul es el animal más grande.
what is the tallest animal? | ¿cuál es el animal más alto?
the giraffe is the tallest animal. | la jirafa es el animal más alto.
what is the largest ocean? | ¿cuál es el océano más grande?
the Pacific is the largest ocean. | el Pacífico es el océano más grande.
what planet do we live on? | ¿en qué planeta vivimos?
we live on the planet earth. | vivimos en el planeta tierra.
when does the sun rise? | ¿cuándo sale el sol?
the sun rises in the morning. | el sol sale por la mañana.
when does the sun set? | ¿cuándo se pone el sol?
the sun sets in the evening. | el sol se pone por la tarde.
where does the sun rise? | ¿por dónde sale el sol?
the sun rises in the east. | el sol sale por el este.
when can we see the stars? | ¿cuándo podemos ver las estrellas?
we can see the stars at night. | podemos ver las estrellas de noche.
what do we use to see? | ¿con qué vemos?
we see with our eyes. | vemos con los ojos.
what do we use to hear? | ¿con qué oímos?
we hear with our ears. | oímos con las orejas.
is the sun hot or cold? | ¿el sol es caliente o frío?
the sun is hot. | el sol es caliente.
is ice hot or cold? | ¿el hielo es caliente o frío?
ice is cold. | el hielo es frío.
is fire hot or cold? | ¿el fuego es caliente o frío?
fire is hot. | el fuego es caliente.
is snow hot or cold? | ¿la nieve es caliente o fría?
snow is cold. | la nieve es fría.
is a lemon sweet or sour? | ¿el limón es dulce o ácido?
a lemon is sour. | el limón es ácido.
is sugar sweet or sour? | ¿el azúcar es dulce o ácido?
sugar is sweet. | el azúcar es dulce.
can birds fly? | ¿los pájaros pueden volar?
yes, birds can fly. | sí, los pájaros pueden volar.
can fish swim? | ¿los peces pueden nadar?
yes, fish can swim. | sí, los peces pueden nadar.
can dogs fly? | ¿los perros pueden volar?
no, dogs cannot fly. | no, los perros no pueden volar.
what language do people speak in Spain? | ¿qué idioma se habla en España?
people speak Spanish in Spain. | en España se habla español.
what language do people speak in England? | ¿qué idioma se habla en Inglaterra?
people speak English in England. | en Inglaterra se habla inglés.
what language do people speak in France? | ¿qué idioma se habla en Francia?
people speak French in France. | en Francia se habla francés.
what language do people speak in Germany? | ¿qué idioma se habla en Alemania?
people speak German in Germany. | en Alemania se habla alemán.
what shape is a ball? | ¿qué forma tiene una pelota?
a ball is round. | una pelota es redonda.
what shape is a wheel? | ¿qué forma tiene una rueda?
a wheel is a circle. | una rueda es un círculo.
""")

INTENTS = (
    intent(
        "opposites",
        """
        (what is/what's) the opposite of {a}? | ¿cuál es el opuesto de {a}?
        what is the opposite of {a}? | ¿qué es lo contrario de {a}?
        which word is the opposite of {a}? | ¿qué palabra es lo contrario de {a}?
        the opposite of {a}^ | lo contrario de {a}^
        what is the opposite word of {a}? | ¿cuál es la palabra opuesta a {a}?
        {a} is the opposite of what? | ¿{a} es lo contrario de qué?
        """,
        "the opposite of {a} is {b}. | lo contrario de {a} es {b}.",
        _opposites(),
    ),
    intent(
        "capitals",
        """
        (what is/what's) the capital of {country}? | ¿cuál es la capital de {country}?
        what is the capital city of {country}? | ¿cuál es la ciudad capital de {country}?
        which city is the capital of {country}? | ¿qué ciudad es la capital de {country}?
        the capital of {country}^ | la capital de {country}^
        the capital city of {country}^ | la ciudad capital de {country}^
        what the capital of {country} is~ | cuál es la capital de {country}~
        name the capital of {country}. | nombra la capital de {country}.
        what is the name of the capital of {country}? | ¿cómo se llama la capital de {country}?
        """,
        "the capital of {country} is {city}. | la capital de {country} es {city}.",
        _CAPITALS,
    ),
    intent(
        "capitals",
        """
        (what/which) country is {city} the capital of? | ¿de qué país es capital {city}?
        {city} is the capital of (what/which) country? | ¿{city} es la capital de qué país?
        of which country is {city} the capital? | ¿de qué país es la capital {city}?
        (what/which) country has {city} as its capital? | ¿qué país tiene como capital {city}?
        (what/which) country {city} is the capital of~ | de qué país es capital {city}~
        """,
        "{city} is the capital of {country}. | {city} es la capital de {country}.",
        _CAPITALS,
    ),
    intent(
        "capitals",
        """
        where is {city}? | ¿dónde está {city}?
        in (what/which) country is {city}? | ¿en qué país está {city}?
        what country is {city} in? | ¿en qué país está {city}?
        where {city} is~ | dónde está {city}~
        """,
        "{city} is in {country}. | {city} está en {country}.",
        _CAPITALS,
    ),
    *(Intent("trivia", (question,), (answer,)) for question, answer in zip(_TRIVIA[::2], _TRIVIA[1::2], strict=True)),
)
