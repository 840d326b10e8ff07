"""Questions far outside the starter's domain, and the honest answers to them."""

from collections.abc import Callable
from random import Random

from training.domain.numbers import word
from training.domain.text import Bilingual, Exchange, ask, pairs, rows

ANSWERS = {
    "know": Bilingual(
        "I am only the starter model and do not know that. You can install a larger model from the models page.",
        "Soy solo el modelo inicial y no sé eso. Puedes instalar un modelo más grande desde la página de modelos.",
    ),
    "do": Bilingual(
        "I am only the starter model and cannot do that. You can install a larger model from the models page.",
        "Soy solo el modelo inicial y no puedo hacer eso. "
        "Puedes instalar un modelo más grande desde la página de modelos.",
    ),
}

_THINGS = pairs("""
love | el amor
the moon | la luna
war | la guerra
peace | la paz
the ocean | el océano
a lonely robot | un robot solitario
my grandmother | mi abuela
the stock market | la bolsa
quantum physics | la física cuántica
the French revolution | la revolución francesa
the Roman empire | el imperio romano
black holes | los agujeros negros
dinosaurs | los dinosaurios
chess | el ajedrez
football | el fútbol
tennis | el tenis
basketball | el baloncesto
cancer | el cáncer
headaches | los dolores de cabeza
vaccines | las vacunas
vitamins | las vitaminas
gravity | la gravedad
electricity | la electricidad
philosophy | la filosofía
music | la música
jazz | el jazz
painting | la pintura
volcanoes | los volcanes
earthquakes | los terremotos
climate change | el cambio climático
politics | la política
the election | las elecciones
the president | el presidente
the economy | la economía
inflation | la inflación
taxes | los impuestos
insurance | los seguros
marriage | el matrimonio
religion | la religión
history | la historia
mathematics | las matemáticas
geometry | la geometría
chemistry | la química
biology | la biología
evolution | la evolución
bacteria | las bacterias
viruses | los virus
trains | los trenes
airplanes | los aviones
rockets | los cohetes
satellites | los satélites
programming | la programación
databases | las bases de datos
computers | los ordenadores
poetry | la poesía
novels | las novelas
films | las películas
theater | el teatro
gardening | la jardinería
cooking | la cocina
fishing | la pesca
sailing | la vela
mountains | las montañas
rivers | los ríos
deserts | los desiertos
dreams | los sueños
memory loss | la pérdida de memoria
sleep | el sueño
stress | el estrés
happiness | la felicidad
success | el éxito
money | el dinero
friendship | la amistad
school | la escuela
university | la universidad
work | el trabajo
traffic | el tráfico
bicycles | las bicicletas
cars | los coches
cheese | el queso
wine | el vino
whales | las ballenas
tigers | los tigres
snakes | las serpientes
""")
_PEOPLE = rows("""
Albert Einstein | Isaac Newton | Marie Curie | Charles Darwin | William Shakespeare | Miguel de Cervantes
Pablo Picasso | Leonardo da Vinci | Napoleon | Julius Caesar | Cleopatra | Alexander the Great
Abraham Lincoln | George Washington | Mozart | Beethoven | Bach
Elvis Presley | Frida Kahlo | Nelson Mandela | Mahatma Gandhi | Aristotle | Plato | Socrates
Galileo | Ada Lovelace | Alan Turing | Jane Austen | Victor Hugo | Charlie Chaplin | Marilyn Monroe | Neil Armstrong
""")
_NAMES = [name for row in _PEOPLE for name in row]
_DISHES = pairs("""
pizza | pizza
lasagna | lasaña
paella | paella
soup | sopa
pancakes | tortitas
a chocolate cake | un pastel de chocolate
an omelet | una tortilla
bread | pan
risotto | risotto
sushi | sushi
curry | curry
a salad | una ensalada
apple pie | tarta de manzana
tacos | tacos
meatballs | albóndigas
""")
_PLACES = pairs("""
Mongolia | Mongolia
Bolivia | Bolivia
Indonesia | Indonesia
Malaysia | Malasia
Bangladesh | Bangladés
Sri Lanka | Sri Lanka
Afghanistan | Afganistán
Lithuania | Lituania
Slovakia | Eslovaquia
Albania | Albania
Senegal | Senegal
Cameroon | Camerún
Angola | Angola
Zimbabwe | Zimbabue
Nicaragua | Nicaragua
Honduras | Honduras
El Salvador | El Salvador
Haiti | Haití
Puerto Rico | Puerto Rico
California | California
Barcelona | Barcelona
New York | Nueva York
""")
_KNOW = pairs("""
who was {person}? | ¿quién fue {person}?
who is {person}? | ¿quién es {person}?
when was {person} born? | ¿cuándo nació {person}?
when did {person} die? | ¿cuándo murió {person}?
where was {person} born? | ¿dónde nació {person}?
what did {person} do? | ¿qué hizo {person}?
how old is {person}? | ¿cuántos años tiene {person}?
was {person} married? | ¿estaba casado {person}?
explain {thing}. | explica {thing}.
explain {thing} to me. | explícame {thing}.
tell me about {thing}. | háblame de {thing}.
what do you think about {thing}? | ¿qué piensas de {thing}?
what do you know about {thing}? | ¿qué sabes de {thing}?
what is {thing}? | ¿qué es {thing}?
why is {thing} important? | ¿por qué es importante {thing}?
what is the history of {thing}? | ¿cuál es la historia de {thing}?
who invented {thing}? | ¿quién inventó {thing}?
is there news about {thing}? | ¿hay noticias sobre {thing}?
how does one learn about {thing}? | ¿cómo se aprende sobre {thing}?
what is the best book about {thing}? | ¿cuál es el mejor libro sobre {thing}?
give me facts about {thing}. | dame datos sobre {thing}.
do you like {thing}? | ¿te gusta {thing}?
how do I cook {dish}? | ¿cómo cocino {dish}?
how do you make {dish}? | ¿cómo se hace {dish}?
give me a recipe for {dish}. | dame una receta de {dish}.
what do I need for {dish}? | ¿qué necesito para {dish}?
how long does {dish} take? | ¿cuánto tarda {dish}?
what is the capital of {place}? | ¿cuál es la capital de {place}?
how many people live in {place}? | ¿cuántas personas viven en {place}?
what is the weather like in {place}? | ¿qué tiempo hace en {place}?
who is the president of {place}? | ¿quién es el presidente de {place}?
how far is it to {place}? | ¿a qué distancia está {place}?
how do I get to {place}? | ¿cómo llego a {place}?
what time is it in {place}? | ¿qué hora es en {place}?
what is {big} plus {many}? | ¿cuánto es {big} más {many}?
what is {big} minus {big}? | ¿cuánto es {big} menos {big}?
what is {many} times {big}? | ¿cuánto es {many} por {big}?
what is {many} divided by {big}? | ¿cuánto es {many} dividido por {big}?
how much is {many} times {many}? | ¿cuánto es {many} por {many}?
what is the square root of {many}? | ¿cuál es la raíz cuadrada de {many}?
what is the weather today? | ¿qué tiempo hace hoy?
will it rain tomorrow? | ¿lloverá mañana?
what is in the news? | ¿qué hay en las noticias?
who won the game? | ¿quién ganó el partido?
who won the world cup? | ¿quién ganó el mundial?
what is the meaning of life? | ¿cuál es el sentido de la vida?
why is the sky blue? | ¿por qué el cielo es azul?
why do cats purr? | ¿por qué ronronean los gatos?
how do I fix my car? | ¿cómo arreglo mi coche?
what should I wear today? | ¿qué debo ponerme hoy?
what does my knee pain mean? | ¿qué significa mi dolor de rodilla?
which medicine should I take? | ¿qué medicina debo tomar?
is this mushroom safe to eat? | ¿se puede comer esta seta?
how much is a dollar in euros? | ¿cuánto es un dólar en euros?
what is the best phone? | ¿cuál es el mejor teléfono?
how many stars are in the sky? | ¿cuántas estrellas hay en el cielo?
what did I do yesterday? | ¿qué hice ayer?
how does {thing} work? | ¿cómo funciona {thing}?
what does {thing} cost? | ¿cuánto cuesta {thing}?
is {thing} dangerous? | ¿es peligroso {thing}?
what causes {thing}? | ¿qué causa {thing}?
can you explain {thing}? | ¿puedes explicar {thing}?
what are the rules for {thing}? | ¿cuáles son las reglas para {thing}?
which city is bigger, {place} or Paris? | ¿qué ciudad es más grande, {place} o París?
what can I see in {place}? | ¿qué puedo ver en {place}?
what is {place} famous for? | ¿por qué es famoso {place}?
did {person} write books? | ¿escribió libros {person}?
what is {person} famous for? | ¿por qué es famoso {person}?
where can I buy {dish}? | ¿dónde puedo comprar {dish}?
is {dish} healthy? | ¿es sano comer {dish}?
who wrote this song? | ¿quién escribió esta canción?
what is the fastest car? | ¿cuál es el coche más rápido?
how do planes fly? | ¿cómo vuelan los aviones?
why do people dream? | ¿por qué sueña la gente?
how far away is the sun? | ¿a qué distancia está el sol?
how long does a dog live? | ¿cuánto vive un perro?
how heavy is an elephant? | ¿cuánto pesa un elefante?
how fast is a horse? | ¿qué velocidad alcanza un caballo?
how do I lose weight? | ¿cómo pierdo peso?
how do I learn to swim? | ¿cómo aprendo a nadar?
what should I cook today? | ¿qué debería cocinar hoy?
what is the best film? | ¿cuál es la mejor película?
can you recommend a book? | ¿puedes recomendar un libro?
what did people eat in the past? | ¿qué comía la gente en el pasado?
who discovered America? | ¿quién descubrió América?
when did the war end? | ¿cuándo terminó la guerra?
how many people are there in the world? | ¿cuántas personas hay en el mundo?
what is a {nonsense}? | ¿qué es un {nonsense}?
what color is a {nonsense}? | ¿de qué color es un {nonsense}?
how many {nonsense}s are in a {gibberish}? | ¿cuántos {nonsense}s hay en un {gibberish}?
what is the opposite of {nonsense}? | ¿qué es lo contrario de {nonsense}?
how many legs does a {nonsense} have? | ¿cuántas patas tiene un {nonsense}?
what does {nonsense} mean? | ¿qué significa {nonsense}?
what is the capital of {nonsense}? | ¿cuál es la capital de {nonsense}?
{nonsense} {gibberish}? | ¿{nonsense} {gibberish}?
{nonsense} {gibberish} {nonsense}. | {nonsense} {gibberish} {nonsense}.
""")
_DO = pairs("""
write a poem about {thing}. | escribe un poema sobre {thing}.
write me a poem about {thing}. | escríbeme un poema sobre {thing}.
write a story about {thing}. | escribe un cuento sobre {thing}.
tell me a story about {thing}. | cuéntame un cuento sobre {thing}.
write an essay about {thing}. | escribe un ensayo sobre {thing}.
write a song about {thing}. | escribe una canción sobre {thing}.
tell me a joke about {thing}. | cuéntame un chiste sobre {thing}.
tell me a joke. | cuéntame un chiste.
tell me a story. | cuéntame un cuento.
sing a song. | canta una canción.
sing me a song about {thing}. | cántame una canción sobre {thing}.
draw a picture of {thing}. | dibuja una imagen de {thing}.
write a letter to {person}. | escribe una carta a {person}.
write an email to my boss. | escribe un correo a mi jefe.
write a program that sorts a list. | escribe un programa que ordene una lista.
write code in Python. | escribe código en Python.
write a function that adds two numbers. | escribe una función que sume dos números.
fix the bug in my code. | arregla el error de mi código.
play some music. | pon música.
play {thing}. | pon {thing}.
call my mother. | llama a mi madre.
call {person}. | llama a {person}.
send a message to {person}. | envía un mensaje a {person}.
set an alarm for {many}. | pon una alarma a las {many}.
set a timer for {many} minutes. | pon un temporizador de {many} minutos.
remind me to buy {dish}. | recuérdame comprar {dish}.
order {dish} for me. | pide {dish} para mí.
book a flight to {place}. | reserva un vuelo a {place}.
book a hotel in {place}. | reserva un hotel en {place}.
turn on the light. | enciende la luz.
turn off the television. | apaga la televisión.
open my email. | abre mi correo.
search the web for {thing}. | busca {thing} en la web.
translate this book. | traduce este libro.
summarize a book about {thing}. | resume un libro sobre {thing}.
plan a trip to {place}. | planea un viaje a {place}.
help me with my homework about {thing}. | ayúdame con mis deberes sobre {thing}.
give me medical advice. | dame consejo médico.
make me a list of {thing}. | hazme una lista de {thing}.
solve this equation. | resuelve esta ecuación.
""")
_ONSETS = (*"bcdfgklmnprstvz", "br", "dr", "fl", "gr", "pl", "st", "tr")
_VOWELS = "aeiou"


def _nonsense(rng: Random) -> Bilingual:
    text = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.randint(2, 3)))
    text += rng.choice(["", "", "n", "r", "l"])
    return Bilingual(text, text)


def _name(rng: Random) -> Bilingual:
    name = rng.choice(_NAMES)
    return Bilingual(name, {"Napoleon": "Napoleón", "Julius Caesar": "Julio César"}.get(name, name))


_SLOTS: dict[str, Callable[[Random], Bilingual]] = {
    "person": _name,
    "thing": lambda rng: rng.choice(_THINGS),
    "dish": lambda rng: rng.choice(_DISHES),
    "place": lambda rng: rng.choice(_PLACES),
    "big": lambda rng: word(rng.randint(101, 999)),
    "many": lambda rng: word(rng.choice([rng.randint(21, 99), rng.randint(100, 9999)])),
    "nonsense": _nonsense,
    "gibberish": _nonsense,
}


BRIEF = Bilingual("I am only the starter model.", "Soy solo el modelo inicial.")


def refusal_exchange(rng: Random) -> Exchange:
    """A question that the starter cannot answer, and one of two fixed answers."""
    kind, phrasings = ("know", _KNOW) if rng.random() < 0.65 else ("do", _DO)
    fact = {slot: draw(rng) for slot, draw in _SLOTS.items()}
    phrasing = rng.choice(phrasings)
    return Exchange("refusals", ask(phrasing, fact, rng), ANSWERS[kind], BRIEF, phrasing.en)


def texts() -> list[Bilingual]:
    """The fixed answers, the questions, and the topics, dishes and places that fill their slots."""
    return [*ANSWERS.values(), BRIEF, *_KNOW, *_DO, *_THINGS, *_DISHES, *_PLACES]
