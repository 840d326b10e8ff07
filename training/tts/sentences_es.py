"""Broad Spanish sentences for the voice: a small grammar over everyday words, written for Parley.

Owns the words and the sentence patterns. It must not know how they are spoken.
"""

from collections.abc import Iterator
from random import Random

from training.domain.numbers import spanish
from training.tts.sentences import phrases, words

MASCULINE = words(
    """
abuelo agujero aire amigo animal anillo árbol arroz autobús avión año banco barco bebé bolsillo bosque brazo burro
caballo café cajón calor camino campo carro cepillo cielo cine coche cocodrilo consejo corazón cuaderno cuchillo
cuento cuerpo desayuno dibujo diente dinero dueño edificio ejercicio elefante espejo estudiante examen farol fuego
garaje gato guante gusano helado hermano hielo hijo hotel huevo humo idioma invierno jabón jamón jardín jefe juego
jugo kilo lago lápiz lenguaje libro limón lobo lugar maestro mapa mar martillo mensaje mercado mes minuto mono
mueble mundo museo niño número ojo olvido oro otoño oxígeno pájaro pan pañuelo parque perro pescado pez piano pie
plato precio problema pueblo puente queso ratón recuerdo reloj río ruido sábado sol sombrero sueño taxi techo
teléfono tiempo tigre trabajo tren trigo uniforme vaso vecino verano vestido viaje viento vino violín yogur zapato
zorro
"""
)
FEMININE = words(
    """
abeja abuela agenda alegría alfombra amiga araña arena ayuda bandera barba bicicleta boca bolsa botella cabeza caja
calle cama camisa canción cara carta casa cena cereza chaqueta chica ciudad cocina cola computadora cuchara cueva
decisión ducha edad escalera escuela espalda estación estrella falda familia farmacia fecha fiesta flor foca foto
fruta galleta gallina gente gorra guerra guitarra hierba hija hoja hora iglesia imagen isla jaula jirafa joya
lámpara lana leche lección lengua librería linterna llave lluvia luna luz madera madre manga mano manzana mañana
máquina mariposa mermelada mesa miel moneda montaña muñeca música naranja nariz niebla nieve noche nube oficina ola
oveja página palabra paloma pared película piedra piel piña playa plaza pregunta primavera puerta reina respuesta
rodilla ropa rosa rueda sal sangre semana señora silla sombra sonrisa sopa tarde taza tía tienda tierra tijera
tormenta tortuga tristeza uña uva vaca vela ventana verdad vida voz yegua zanahoria zona
"""
)
ADJECTIVES = words(
    """
abiert- alt- amarill- amarg- anch- antigu- baj- barat- blanc- bonit- buen- calient- car- cansad- cerrad- clar- cort-
divertid- dulc- dur- enferm- enorm- fácil feliz feroz fri- fuert- gord- gran- gris hermos- húmed- inteligent- jov-
larg- lent- limpi- list- llen- loc- mal- marrón mejor mojad- negr- nuev- oscur- peligros- pequeñ- perezos- pobr-
profund- quiet- rápid- rar- redond- ric- roj- rot- sabi- sec- seri- simpátic- solitari- suav- suci- tímid- tont-
tranquil- trist- útil vací- valient- verd- viej- viv-
"""
)
_COMMON = words("calient dulc enorm fuert gran inteligent pobr suav trist valient verd jov")
"""Stems whose ending does not tell the gender."""
PASTS = words(
    """
abrió alcanzó arregló ayudó bebió borró buscó cantó cerró cocinó comió compró conoció construyó contó cortó cruzó
cubrió cuidó dejó describió destruyó dibujó eligió empujó encontró enseñó entendió envió escogió escondió escribió
escuchó esperó estudió explicó fotografió ganó guardó guió hizo imaginó invitó jugó lanzó lavó leyó levantó limpió
llamó llenó llevó midió miró mostró movió necesitó olvidó oyó pagó perdió pidió pintó preparó prestó probó prometió
protegió puso quiso recibió reconoció recordó regaló repitió rompió saludó siguió soñó sujetó tocó tomó trajo usó
vendió vio visitó
"""
)
VERBS = words(
    """
abrir arreglar ayudar beber buscar cambiar cantar cerrar cocinar comer comprar conocer construir contar cortar
cruzar cuidar dejar describir dibujar elegir empezar encontrar enseñar entender enviar escribir escuchar esperar
estudiar explicar ganar guardar imaginar invitar jugar lavar leer levantar limpiar llamar llenar llevar medir mirar
mostrar mover necesitar oír olvidar pagar pedir pintar preparar probar proteger recibir recordar regalar repetir
romper saludar seguir tocar tomar traer usar vender ver visitar
"""
)
ADVERBS = phrases(
    """
ahora|ahora mismo|a lo lejos|al final|anoche|antes del almuerzo|ayer|casi siempre|cerca del río|con cuidado|con gusto
con las dos manos|de nuevo|de prisa|de vez en cuando|después|detrás de la casa|en el jardín|en la estación|en silencio
en voz baja|esta mañana|hoy|juntos|lejos de aquí|mañana por la tarde|muy bien|nunca más|otra vez|por la noche|pronto
quizás|rápidamente|sin querer|sin ruido|tal vez|todavía|todos los días|una vez más
"""
)
NAMES = words(
    """
Adela Agustín Alberto Alejandra Alicia Ana Andrés Ángel Antonio Beatriz Camila Carlos Carmen Cecilia Clara Cristina
Daniel David Diego Dolores Elena Emilio Enrique Ernesto Esteban Eva Felipe Fernando Francisco Gabriela Gloria
Guillermo Gustavo Hugo Ignacio Inés Irene Isabel Jaime Javier Jesús Joaquín Jorge José Juana Julia Laura Leonor
Lorenzo Lucía Luis Manuel Marcos María Marta Mateo Mercedes Miguel Mónica Nicolás Olga Óscar Pablo Paula Pedro Pilar
Rafael Ramón Raquel Ricardo Roberto Rocío Rosa Santiago Sara Sergio Silvia Sofía Susana Teresa Tomás Valentina
Verónica Vicente Víctor Ximena Yolanda
"""
)
PLACES = words(
    """
África Alemania América Argentina Asia Atenas Australia Barcelona Berlín Bogotá Bolivia Brasil Bruselas Caracas
Chile China Colombia Cuba Dinamarca Ecuador Egipto España Europa Finlandia Francia Grecia Guatemala Honduras Hungría
India Inglaterra Irlanda Italia Japón Lima Lisboa Londres Madrid México Nicaragua Noruega Oslo Panamá Paraguay París
Perú Polonia Portugal Quito Roma Rusia Sevilla Suecia Suiza Tokio Turquía Uruguay Valencia Varsovia Venezuela Viena
"""
)
DAYS = words("lunes martes miércoles jueves viernes sábado domingo")
MONTHS = words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
EXCLAMATIONS = phrases(
    """
Hola|Buenos días|Buenas noches|Adiós|Gracias|Muchas gracias|Muy bien|Sí|No|Claro que sí|Lo siento|Por favor|Bienvenido
Alto|Mira|Escucha|Cuidado|Vamos|Date prisa|No importa|Qué lástima|Qué alegría|Buena suerte|Tienes razón|Es verdad
No estoy seguro|De acuerdo|Felicidades|Ojalá
"""
)
OPENINGS = phrases(
    """
después de eso|aunque era tarde|al principio|por la lluvia|por cierto|aun así|por ejemplo|de hecho|en mi opinión
en otras palabras|en cambio|por supuesto|por otro lado|había una vez|un día|sin embargo|tarde o temprano|la verdad
por desgracia|cuando salió el sol|hace muchos años
"""
)


def sentences(rng: Random) -> Iterator[str]:
    """Sentences without end, with their punctuation."""
    patterns = (_statement, _question, _numbers, _listing, _exclamation, _joined, _bare)
    while True:
        text = rng.choices(patterns, (30, 28, 12, 9, 9, 10, 6))[0](rng)
        first = next(index for index, char in enumerate(text) if char.isalpha())
        yield text[:first] + text[first].upper() + text[first + 1 :]


def _thing(rng: Random) -> str:
    feminine = rng.random() < 0.5
    noun = rng.choice(FEMININE if feminine else MASCULINE)
    # Feminine nouns with a stressed a at the front take "el": there is none among the words.
    article = rng.choice(("la", "una", "mi", "tu", "su", "esta", "nuestra") if feminine else ("el", "un", "mi", "este"))
    return f"{article} {noun} {_adjective(rng, feminine)}" if rng.random() < 0.5 else f"{article} {noun}"


def _adjective(rng: Random, feminine: bool) -> str:
    word = rng.choice(ADJECTIVES)
    if not word.endswith("-"):
        return word
    stem = word[:-1]
    if stem in _COMMON:
        return "joven" if stem == "jov" else "grande" if stem == "gran" else stem + "e"
    return stem + ("a" if feminine else "o")


def _who(rng: Random) -> str:
    return rng.choice(NAMES) if rng.random() < 0.4 else rng.choice(("él", "ella", "nadie", "alguien", _thing(rng)))


def _clause(rng: Random) -> str:
    text = f"{_who(rng)} {rng.choice(PASTS)} {_thing(rng)}"
    return f"{text} {rng.choice(ADVERBS)}" if rng.random() < 0.5 else text


def _statement(rng: Random) -> str:
    draw = rng.random()
    if draw < 0.25:
        return f"{rng.choice(OPENINGS)}, {_clause(rng)}."
    if draw < 0.45:
        return f"{_thing(rng)} {rng.choice(('es', 'está', 'parece', 'no es'))} {_adjective(rng, True)}."
    return f"{_clause(rng)}."


def _question(rng: Random) -> str:
    thing, verb, name = _thing(rng), rng.choice(VERBS), rng.choice(NAMES)
    return rng.choice(
        (
            f"¿puedes {verb} {thing}, por favor?",
            f"¿quieres {verb} {thing} {rng.choice(ADVERBS)}?",
            f"¿dónde está {thing}?",
            f"¿por qué {rng.choice(PASTS)} {thing}?",
            f"¿cuándo va {name} a {verb} {thing}?",
            f"¿cómo puedo {verb} {thing}?",
            f"¿quién {rng.choice(PASTS)} {thing}?",
            f"¿es {thing} de {rng.choice(PLACES)}?",
            f"{name}, ¿conoces {rng.choice(PLACES)}?",
            f"¿hay {thing} en {rng.choice(PLACES)} o en {rng.choice(PLACES)}?",
        )
    )


def _numbers(rng: Random) -> str:
    top = rng.choice((20, 20, 100, 1000, 1_000_000))
    first, second = rng.randrange(top), rng.randrange(top)
    return rng.choice(
        (
            f"{spanish(first)} más {spanish(second)} son {spanish(first + second)}.",
            f"{spanish(first)}, {spanish(second)}, {spanish(rng.randrange(top))}.",
            f"¿cuánto es {spanish(first)} menos {spanish(second)}?",
            f"el número es {spanish(first)}.",
            f"hoy es {rng.choice(DAYS)}, {spanish(rng.randrange(2, 32))} de {rng.choice(MONTHS)}.",
            f"son las {spanish(rng.randrange(2, 13))} y {rng.choice(('media', 'cuarto', 'diez', 'veinte'))}.",
            f"después del {rng.choice(DAYS)} viene el {rng.choice(DAYS)}, y después de {rng.choice(MONTHS)}, "
            f"{rng.choice(MONTHS)}.",
        )
    )


def _listing(rng: Random) -> str:
    items = [rng.choice(rng.choice((MASCULINE, FEMININE, PLACES, NAMES))) for _ in range(rng.randrange(3, 6))]
    return f"{rng.choice(('veo', 'hay', 'tenemos', 'son'))} {', '.join(items[:-1])} y {items[-1]}."


def _exclamation(rng: Random) -> str:
    draw = rng.random()
    if draw < 0.5:
        return f"¡{rng.choice(EXCLAMATIONS)}!"
    if draw < 0.8:
        return f"¡qué {rng.choice(FEMININE)} tan {_adjective(rng, True)}!"
    return f"{rng.choice(EXCLAMATIONS)}, {rng.choice(NAMES)}{rng.choice('.!')}"


def _joined(rng: Random) -> str:
    return f"{_clause(rng)}{rng.choice((', y', ', pero', ' porque', ':', ';'))} {_clause(rng)}."


def _bare(rng: Random) -> str:
    items = [rng.choice(rng.choice((MASCULINE, FEMININE, PLACES, NAMES))) for _ in range(rng.randrange(1, 4))]
    return " ".join(items) + rng.choice(("", ".", "?", "!"))
