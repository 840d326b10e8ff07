"""The domain's words in sentences that the domain does not have: of programs, feelings, and of all that its facts name.

A sentence that is held out is often the only one of the domain with some word in it; the word is to be known all the
same. Owns these wordings; that no held-out sentence is drawn is data.py's.
"""

import functools
from random import Random

from training.domain import intents
from training.domain.text import Bilingual, Fact, ask, pairs
from training.translation.names import euphonic, name

# {a}, {b}: what a fact is about, with its article; {the}: the same, definite or with no article; {all}: several;
# {country}, {city}, {name}; {word}: any word that has an opposite; {sound}, {home}, {eats}: of animals.
_OF_FACTS = pairs("""
I see {a}. | veo {a}.
do you see {a}? | ¿ves {a}?
this is {a}. | esto es {a}.
is this {a}? | ¿esto es {a}?
that is not {a}. | eso no es {a}.
I would like {a}. | quisiera {a}.
have you got {a}? | ¿tienes {a}?
{name} has {a}. | {name} tiene {a}.
where is there {a}? | ¿dónde hay {a}?
where is {the}? | ¿dónde está {the}?
I like {the}. | me gusta {the}.
do you like {the}? | ¿te gusta {the}?
where are {all}? | ¿dónde están {all}?
I like {all}. | me gustan {all}.
{all} are here. | {all} están aquí.
there is {a} here. | aquí hay {a}.
is there {a} here? | ¿hay {a} aquí?
{a} or {b}? | ¿{a} o {b}?
{a} and {b}. | {a} y {b}.
I prefer {a} to {b}. | prefiero {a} a {b}.
what do you know about {a}? | ¿qué sabes sobre {a}?
tell me something about {a}. | cuéntame algo sobre {a}.
is {a} like {b}? | ¿es {a} como {b}?
draw {a} with {b}. | dibuja {a} con {b}.
what is the difference between {a} and {b}? | ¿cuál es la diferencia entre {a} y {b}?
why do you like {a}? | ¿por qué te gusta {a}?
I am from {country}. | soy de {country}.
she is from {country}. | ella es de {country}.
are you from {country}? | ¿eres de {country}?
I live in {country}. | vivo en {country}.
I live in {city}. | vivo en {city}.
{name} lives in {city}, in {country}. | {name} vive en {city}, en {country}.
we travel to {country}. | viajamos a {country}.
I have never been in {country}. | nunca he estado en {country}.
{country} is far away. | {country} está lejos.
how far is {city}? | ¿a qué distancia está {city}?
the train from {city} to {country}. | el tren de {city} a {country}.
is {city} a big city? | ¿es {city} una ciudad grande?
what do people eat in {country}? | ¿qué se come en {country}?
I like {city} more than {country}. | {city} me gusta más que {country}.
the word {word}. | la palabra {word}.
what does {word} mean? | ¿qué significa {word}?
how do you write {word}? | ¿cómo se escribe {word}?
how do you say {word} in Spanish? | ¿cómo se dice {word} en español?
I said {word}, not {other}. | dije {word}, no {other}.
{word} and {other}. | {word} y {other}.
is it {word} or {other}? | ¿es {word} o {other}?
I do not know the word {word}. | no conozco la palabra {word}.
read the word {word} aloud. | lee la palabra {word} en voz alta.
who says {sound}? | ¿quién dice {sound}?
say {sound}. | di {sound}.
{name} says {sound}. | {name} dice {sound}.
I sleep {home}. | duermo {home}.
it is not {home}. | no está {home}.
is {name} {home}? | ¿está {name} {home}?
we eat {eats}. | comemos {eats}.
do you eat {eats}? | ¿comes {eats}?
{name} eats {eats}. | {name} come {eats}.
""")
_SET = pairs("""
turn on the (night/dark/quiet/hands free) mode. | activa el modo (noche/oscuro/silencioso/manos libres).
turn off the (night/dark/quiet/hands free) mode. | desactiva el modo (noche/oscuro/silencioso/manos libres).
the (night/dark/quiet/first/second) mode is good. | el modo (noche/oscuro/silencioso/primero/segundo) es bueno.
which mode is this? | ¿qué modo es este?
is this the (night/dark/right) mode? | ¿es este el modo (noche/oscuro/correcto)?
there are two modes. | hay dos modos.
are there other (modes/themes/voices/keys)? | ¿hay otros (modos/temas/tonos/botones)?
I like the (dark/light/new/old) theme. | me gusta el tema (oscuro/claro/nuevo/antiguo).
the (dark/light/new/old) theme is better. | el tema (oscuro/claro/nuevo/antiguo) es mejor.
give me a (dark/light/new) theme. | dame un tema (oscuro/claro/nuevo).
have you a (dark window/new voice/dark house)? | ¿tienes una (ventana oscura/voz nueva/casa oscura)?
the window is (dark/light/small/closed). | la ventana es (oscura/clara/pequeña/cerrada).
make the (text/button/panel) (darker/bigger/smaller). | haz el (texto/botón/panel) más (oscuro/grande/pequeño).
can I make the (text/button/panel) (dark/big/small)? | ¿puedo poner el (texto/botón/panel) (oscuro/grande/pequeño)?
I want to put the (text/button) on the (left/right). | quiero poner el (texto/botón) a la (izquierda/derecha).
I get (two/three/many/only) answers. | recibo (dos/tres/muchas/solo) respuestas.
do I get an answer? | ¿recibo una respuesta?
when do I get my (book/answer/letter)? | ¿cuándo recibo mi (libro/respuesta/carta)?
a (written answer/spoken answer/written line). | una (respuesta escrita/respuesta hablada/línea escrita).
(written answers/spoken answers/spoken words). | (respuestas escritas/respuestas habladas/palabras habladas).
I like (written/spoken) answers. | me gustan las respuestas (escritas/habladas).
I only want (written/spoken) answers. | solo quiero respuestas (escritas/habladas).
only (written/spoken) words, please. | solo palabras (escritas/habladas), por favor.
do you give (written/spoken) answers? | ¿das respuestas (escritas/habladas)?
I save the (file/picture/answer). | guardo (el archivo/la imagen/la respuesta).
how do I save (the file/a picture/an answer)? | ¿cómo guardo (el archivo/una imagen/una respuesta)?
save it in a (file/folder/list). | guárdalo en (un archivo/una carpeta/una lista).
does it save my (work/files/words)? | ¿guarda (mi trabajo/mis archivos/mis palabras)?
I clean the (table/window/list). | limpio la (mesa/ventana/lista).
how do I clear the (list/window)? | ¿cómo limpio la (lista/ventana)?
clear the (list/table/window). | limpia la (lista/mesa/ventana).
the (text/number/name) field. | el campo de (texto/número/nombre).
write in the text field. | escribe en el campo de texto.
the button beside the (field/window/list). | el botón junto al (campo/panel/texto).
sit beside the (window/table/door). | siéntate junto a la (ventana/mesa/puerta).
switch the (light/sound/microphone) on or off. | activa o desactiva (la luz/el sonido/el micrófono).
I can turn (the sound/the voice) on or off. | puedo activar o desactivar (el sonido/la voz).
you can switch it (on/off). | puedes (activarlo/desactivarlo).
how do I switch the sound (on/off)? | ¿cómo (activo/desactivo) el sonido?
I turn on the (light/lamp/music). | enciendo la (luz/lámpara/música).
I turn off the (light/lamp/music). | apago la (luz/lámpara/música).
how do I turn on the (light/computer)? | ¿cómo enciendo (la luz/el ordenador)?
press the (key/button). | pulsa (la tecla/el botón).
without pressing (the key/anything). | sin pulsar (la tecla/nada).
I have to press (two/three) keys. | tengo que pulsar (dos/tres) teclas.
which keys do I press? | ¿qué teclas pulso?
which key (opens/closes/copies) it? | ¿qué tecla lo (abre/cierra/copia)?
which (button/word) stops (it/me/the music)? | ¿qué (botón/palabra) (lo/me/la) para?
the key stops (it/me/you). | la tecla (lo/me/te) para.
I hold the (key/button/door). | mantengo (la tecla/el botón/la puerta).
which button do I hold? | ¿qué botón mantengo?
hold the (key/button) and talk. | mantén (la tecla/el botón) y habla.
I (copy/export/delete) the text. | (copio/exporto/borro) el texto.
how do I (copy/export/delete) a file? | ¿cómo (copio/exporto/borro) un archivo?
can I (copy/export/print) it? | ¿puedo (copiarlo/exportarlo/imprimirlo)?
I want to (copy/export/print) the list. | quiero (copiar/exportar/imprimir) la lista.
I hide the (window/key/book). | oculto (la ventana/la llave/el libro).
hide the (window/list/text). | oculta (la ventana/la lista/el texto).
what does the (panel/window/list) show? | ¿qué muestra (el panel/la ventana/la lista)?
what does the (bottom/left/small) panel show? | ¿qué muestra el panel (de abajo/de la izquierda/pequeño)?
the panel shows the (memory/speed/resources). | el panel muestra (la memoria/la velocidad/los recursos).
the computer has few resources. | el ordenador tiene pocos recursos.
I show you (the book/a photo/my house). | te muestro (el libro/una foto/mi casa).
can I show you (the book/a photo/my house)? | ¿puedo mostrarte (el libro/una foto/mi casa)?
I want to show you something. | quiero mostrarte algo.
I add a (word/line/file). | añado (una palabra/una línea/un archivo).
how do I add a (word/line/file)? | ¿cómo añado (una palabra/una línea/un archivo)?
I download a (file/book/picture). | descargo (un archivo/un libro/una imagen).
where do I download it? | ¿dónde lo descargo?
how do I download (the file/the book)? | ¿cómo descargo (el archivo/el libro)?
I drop the (book/ball). | suelto (el libro/la pelota).
I check the (list/answer/number). | compruebo (la lista/la respuesta/el número).
how do I check the (sound/disk/memory)? | ¿cómo compruebo (el sonido/el disco/la memoria)?
I (test/open/choose) the voice. | (pruebo/abro/elijo) la voz.
how do I (test/open/choose) the file? | ¿cómo (pruebo/abro/elijo) el archivo?
I (measure/look for/find) the room. | (mido/busco/encuentro) la habitación.
I cancel the (meeting/ticket/answer). | cancelo (la reunión/el billete/la respuesta).
how do I cancel the (meeting/ticket)? | ¿cómo cancelo (la reunión/el billete)?
cancel it, please. | cancélalo, por favor.
do you interrupt (me/him/us)? | ¿(me/le/nos) interrumpes?
you interrupt me when I (speak/read/think). | me interrumpes cuando (hablo/leo/pienso).
do not interrupt me. | no me interrumpas.
he makes a pause. | él hace una pausa.
I pause when I (speak/read). | hago una pausa cuando (hablo/leo).
how long does the (pause/film/trip) last? | ¿cuánto dura (la pausa/la película/el viaje)?
it can last (an hour/two days/long). | puede durar (una hora/dos días/mucho).
I send (a letter/a photo/nothing) over the internet. | envío (una carta/una foto/nada) por internet.
do you send (anything/something/it) over the network? | ¿envías (algo/algo/eso) por la red?
is anything (sent/read/written) here? | ¿se (envía/lee/escribe) algo aquí?
nothing is (sent/read/written/lost). | no se (envía/lee/escribe/pierde) nada.
my letter is sent (today/tomorrow). | mi carta se envía (hoy/mañana).
is it sent by (train/plane/phone)? | ¿se envía por (tren/avión/teléfono)?
without a (network/connection/computer). | sin (red/conexión/ordenador).
there is no (network/connection/internet) here. | aquí no hay (red/conexión/internet).
I do not have a (network/connection). | no tengo (red/conexión).
the (network/connection) is slow. | la (red/conexión) es lenta.
what happens without (water/light/you)? | ¿qué pasa sin (agua/luz/ti)?
what happens if I (stop/sleep/come)? | ¿qué pasa si (paro/duermo/vengo)?
what happened (today/yesterday)? | ¿qué pasó (hoy/ayer)?
the computer is connected. | el ordenador está conectado.
am I connected? | ¿estoy conectado?
I am connected to the (network/computer). | estoy conectado (a la red/al ordenador).
do I need to be (here/there/at home)? | ¿necesito estar (aquí/allí/en casa)?
I need to be (quiet/alone/ready). | necesito estar (tranquilo/solo/listo).
do I need (a ticket/a key/a photo/money)? | ¿necesito (un billete/una llave/una foto/dinero)?
do I need (glasses/a card/a computer)? | ¿necesito (gafas/una tarjeta/un ordenador)?
do you need (a card/a key/more time)? | ¿necesitas (una tarjeta/una llave/más tiempo)?
the graphics card is (new/old/big). | la tarjeta gráfica es (nueva/vieja/grande).
my computer has a graphics card. | mi ordenador tiene una tarjeta gráfica.
do you collect (stamps/words/letters)? | ¿recoges (sellos/palabras/cartas)?
I collect the data. | recojo los datos.
he collects data about the (weather/sun/city). | él recoge datos sobre (el tiempo/el sol/la ciudad).
the data are (safe/secret/here). | los datos están (seguros/guardados/aquí).
a question about (me/you/us). | una pregunta sobre (mí/ti/nosotros).
do you know anything about (me/us/him)? | ¿sabes algo sobre (mí/nosotros/él)?
I have (a secret/secrets). | tengo (un secreto/secretos).
is it (a secret/possible/impossible/real)? | ¿es (un secreto/posible/imposible/real)?
the letter is (secret/private/long). | la carta es (secreta/privada/larga).
are the letters (secret/private/long)? | ¿son (secretas/privadas/largas) las cartas?
are they (spying on us/looking for us)? | ¿nos están (espiando/buscando)?
other people (come/read/know it). | otras personas (vienen/leen/lo saben).
can other (people/children) see it? | ¿pueden verlo (otras personas/otros niños)?
who (built/made/wrote/created) (it/this)? | ¿quién (construyó/hizo/escribió/creó) (eso/esto)?
who built the (house/bridge/ship)? | ¿quién construyó (la casa/el puente/el barco)?
my father built (it/a house/a boat). | mi padre construyó (eso/una casa/un barco).
they (built/made/wrote) the house. | ellos (construyeron/hicieron/escribieron) la casa.
who (developed/programmed) (it/this)? | ¿quién (desarrolló/programó) (eso/esto)?
she (developed/programmed) a game. | ella (desarrolló/programó) un juego.
the house is well built. | la casa está bien construida.
he is the maker of the (game/book). | él es el creador del (juego/libro).
the people who (write/live/work) here. | las personas que (escriben/viven/trabajan) aquí.
I do not want to (wait/come/be alone). | no quiero (esperar/venir/estar solo).
can you be (quiet/faster/serious)? | ¿puedes ser (silencioso/más rápido/serio)?
I want to be (rich/a teacher/older). | quiero ser (rico/maestro/mayor).
how should I (call/help/answer) him? | ¿cómo debo (llamarlo/ayudarlo/responderle)?
what should I (ask/give/tell) you? | ¿qué debo (preguntarte/darte/decirte)?
I do not know how I should call you. | no sé cómo debo llamarte.
I want to (call/write to/hear/help) you. | quiero (llamarte/escribirte/oírte/ayudarte).
can you (hear/help/see/call) me? | ¿puedes (oírme/ayudarme/verme/llamarme)?
I call you (later/tomorrow). | te llamo (más tarde/mañana).
what if you cannot (see/find/help) me? | ¿y si no puedes (verme/encontrarme/ayudarme)?
what if (he/she) does not come? | ¿y si (él/ella) no viene?
I want you to (answer/count/speak/stop). | quiero que (respondas/cuentes/hables/pares).
I hope that you (answer/stop/come). | espero que (respondas/pares/vengas).
what do I do so that you (answer/speak/stop)? | ¿qué hago para que (respondas/hables/pares)?
you speak (loudly/quietly/slowly/clearly). | hablas (alto/bajo/despacio/claro).
speak more (loudly/quietly/slowly), please. | habla más (alto/bajo/despacio), por favor.
can he speak more (loudly/quietly/slowly)? | ¿puede hablar más (alto/bajo/despacio)?
while you (sleep/work/read). | mientras (duermes/trabajas/lees).
I read while you (sleep/work/speak). | leo mientras (duermes/trabajas/hablas).
can I (read/eat/write) while you (sleep/work/speak)? | ¿puedo (leer/comer/escribir) mientras (duermes/trabajas/hablas)?
why are you so (late/tired/small)? | ¿por qué (llegas tan tarde/estás tan cansado/eres tan pequeño)?
it is so (easy/little/good). | es tan (fácil/poco/bueno).
it is enough. | es suficiente.
do we have enough (time/money/water)? | ¿tenemos suficiente (tiempo/dinero/agua)?
how much (time/money/memory) is there? | ¿(cuánto tiempo/cuánto dinero/cuánta memoria) hay?
the (big/small/red) package. | el paquete (grande/pequeño/rojo).
what is in the package? | ¿qué hay en el paquete?
the starter (pack/model/voice). | (el paquete/el modelo/la voz) inicial.
is this the starter (pack/model/voice)? | ¿es (este el paquete/este el modelo/esta la voz) inicial?
what does a starter (pack/model/voice) do? | ¿qué hace (un paquete/un modelo/una voz) inicial?
I need (scissors/honey/a teacher). | necesito (tijeras/miel/un maestro).
where are the (scissors/insects/teachers)? | ¿dónde están (las tijeras/los insectos/los maestros)?
the (teacher/insect/cheetah) is here. | el (maestro/insecto/guepardo) está aquí.
we see Mount (Everest/Fuji). | vemos el monte (Everest/Fuji).
it was made by the people who (live/work) here. | lo hicieron las personas que (viven/trabajan) aquí.
I was made by (my mother/good people). | me (hizo mi madre/hicieron buenas personas).
the chair was made by (my father/two people). | la silla la (hizo mi padre/hicieron dos personas).
the speed at which I (work/walk/eat). | la velocidad con que (trabajo/camino/como).
I cannot change how fast I (work/walk/eat). | no puedo cambiar la velocidad con que (trabajo/camino/como).
it measures how fast the (cars/dogs/trains) are. | mide lo rápidos que son los (coches/perros/trenes).
we see how (fast/small/old) the dogs are. | vemos lo (rápidos/pequeños/viejos) que son los perros.
you can copy the (text/list/question). | puedes copiar (el texto/la lista/la pregunta).
you can write the text and press the key. | puedes escribir el texto y pulsar la tecla.
they come with (a book/the computer). | vienen con (un libro/el ordenador).
run the (plan/talk/ask) command. | usa el comando (plan/talk/ask).
a pause ends (the song/the question). | una pausa termina (la canción/la pregunta).
(the song/the question) ends here, and I end it. | (la canción/la pregunta) termina aquí y yo la termino.
I know (Spanish/English) and (French/German). | sé (español/inglés) y (francés/alemán).
the translation is (good/wrong/long). | la traducción es (buena/incorrecta/larga).
I read the translation of the book. | leo la traducción del libro.
how does the (radio/clock/game) work? | ¿cómo funciona (la radio/el reloj/el juego)?
how do the (keys/games/clocks) work? | ¿cómo funcionan (las teclas/los juegos/los relojes)?
will it work (today/tomorrow/here)? | ¿funcionará (hoy/mañana/aquí)?
do they work without (water/light)? | ¿funcionan sin (agua/luz)?
the default (value/color/language). | el (valor/color/idioma) inicial.
which (files/types/formats) are there? | ¿qué (archivos/tipos/formatos) hay?
this type of (file/picture/text). | este tipo de (archivo/imagen/texto).
the (commands/models/files) are installed. | los (comandos/modelos/archivos) están instalados.
my (old/earlier) (answers/letters). | mis (respuestas/cartas) (antiguas/anteriores).
where are the old (houses/photos)? | ¿dónde están las (casas/fotos) antiguas?
the last (word/letter/answer). | la última (palabra/letra/respuesta).
at the end of the (day/book/year). | al final del (día/libro/año).
at this moment. | en este momento.
at the moment I (read/eat/work). | en este momento (leo/como/trabajo).
one moment, please. | un momento, por favor.
I am (happy/sad/tired/alone) today. | hoy estoy (contento/triste/cansado/solo).
she is (happy/sad/tired/alone). | ella está (contenta/triste/cansada/sola).
are you (happy/sad/tired)? | ¿estás (contento/triste/cansado)?
my (brother/friend/son) is happy. | mi (hermano/amigo/hijo) está contento.
I am not (happy/ready/sure/well). | no estoy (contento/listo/seguro/bien).
he is not well. | él no está bien.
we are not well today. | hoy no estamos bien.
how is (your sister/he/the job) doing? | ¿cómo le va (a tu hermana/a él/al trabajo)?
how are (you/they) doing at (school/work)? | ¿cómo (te/les) va en (la escuela/el trabajo)?
how do you feel (today/now/at home)? | ¿cómo te sientes (hoy/ahora/en casa)?
do you feel (good/bad/sad)? | ¿te sientes (bien/mal/triste)?
thank you very much for (the book/coming/everything). | muchas gracias por (el libro/venir/todo).
thanks a lot for (the book/coming/everything). | muchas gracias por (el libro/venir/todo).
many (people/houses/flowers). | muchas (personas/casas/flores).
a good (job/book/day/moment). | un buen (trabajo/libro/día/momento).
a good job, my friend. | un buen trabajo, amigo.
you do a good job. | haces un buen trabajo.
it does not matter (to me/today). | no (me importa/importa hoy).
does it matter (to you/to me)? | ¿(te/me) importa?
good morning to (all/everybody/the children). | buenos días a (todos/todos/los niños).
a greeting to you. | un saludo a ti.
I give it to you. | te lo doy a ti.
I come from the (station/school). | vengo de la (estación/escuela).
where do they come from? | ¿de dónde vienen?
do you come from (work/school)? | ¿vienes (del trabajo/de la escuela)?
I (think of/look for/know) a number. | (pienso en/busco/sé) un número.
I mean (you/this/the other one). | quiero decir (tú/esto/el otro).
I meant (you/this/the other one). | quería decir (tú/esto/el otro).
the (cat/dog/child) is (asleep/wet/dry). | el (gato/perro/niño) está (dormido/mojado/seco).
is the (book/bread/coat) (wet/dry/thick)? | ¿está (el libro/el pan/el abrigo) (mojado/seco/grueso)?
a (thick book/thin coat/rough paper/bitter bread). | un (libro grueso/abrigo delgado/papel áspero/pan amargo).
the (strong/weak/brave/young) man. | el hombre (fuerte/débil/valiente/joven).
he is (strong/weak/brave/young/rich/poor). | él es (fuerte/débil/valiente/joven/rico/pobre).
she is my (enemy/teacher/friend). | ella es mi (enemiga/maestra/amiga).
he is my (enemy/teacher/friend). | él es mi (enemigo/maestro/amigo).
a teacher works in the school. | un maestro trabaja en la escuela.
the glass is (full/empty). | el vaso está (lleno/vacío).
the (lake/sea) is deep. | el (lago/mar) es profundo.
the (door/shop) is (open/closed). | la (puerta/tienda) está (abierta/cerrada).
push or pull the door? | ¿empujo o tiro de la puerta?
I (push/pull) the door. | (empujo/tiro de) la puerta.
the answer is (true/false/right/wrong). | la respuesta es (verdadera/falsa/correcta/incorrecta).
is that (true/false)? | ¿eso es (verdadero/falso)?
is it (free/expensive/cheap)? | ¿es (gratis/caro/barato)?
the (film/museum/bread) is free. | (la película/el museo/el pan) es gratis.
it gets (cold/dark/late). | se hace (frío/oscuro/tarde).
it becomes (ice/water/stone). | se convierte en (hielo/agua/piedra).
the water freezes (today/at night). | el agua se congela (hoy/de noche).
is it (inside/outside)? | ¿está (dentro/fuera)?
I am (inside/outside). | estoy (dentro/fuera).
the (fastest/biggest/smallest/tallest) animal. | el animal más (rápido/grande/pequeño/alto).
what is the (fastest/biggest/smallest/tallest) animal here? | ¿cuál es el animal más (rápido/grande/pequeño/alto) aquí?
which is the (biggest/smallest) (animal/bird)? | ¿cuál es el (animal/pájaro) más (grande/pequeño)?
animals on (land/a farm). | animales en (tierra/una granja).
on land and in the water. | en tierra y en el agua.
the cheetah (runs/sleeps/eats). | el guepardo (corre/duerme/come).
the horse is in the stable. | el caballo está en el establo.
the sun sets late. | el sol se pone tarde.
when does the sun set (here/today/in winter)? | ¿cuándo se pone el sol (aquí/hoy/en invierno)?
we (walk/see/hear) with (this/care). | (caminamos/vemos/oímos) con (esto/cuidado).
my name is not {name}, it is {who}. | no me llamo {name}, me llamo {who}.
I am not {name}, I am {who}. | no soy {name}, soy {who}.
no, not {name}, {who}. | no, {name} no, {who}.
his name is not {name}. | no se llama {name}.
I am not called {name}. | no me llamo {name}.
I do not live in {city}. | no vivo en {city}.
I do not live in {city}, I live in {town}. | no vivo en {city}, vivo en {town}.
""")
TEMPLATES = _OF_FACTS + _SET
_SHARE_OF_FACTS = 0.3


@functools.cache
def _things(*articles: str) -> tuple[Bilingual, ...]:
    """What the domain's facts name with one of these Spanish articles."""
    values = (fact[slot] for intent in intents() for fact in intent.facts for slot in _NAMING if slot in fact)
    return tuple(dict.fromkeys(value for value in values if value.es.split()[0] in articles))


_NAMING = ("thing", "animal", "whole", "young", "animals")


@functools.cache
def _facts(topic: str, slot: str) -> tuple[Fact, ...]:
    return tuple(
        fact for intent in intents() if intent.topic == topic for fact in intent.facts if slot in fact and fact[slot].en
    )


def sentence(rng: Random) -> Bilingual:
    """A random one of these sentences in both languages."""
    place, other = rng.choice(_facts("capitals", "city")), rng.choice(_facts("capitals", "city"))
    words, lives = rng.choice(_facts("opposites", "a")), rng.choice(_facts("homes", "home"))
    called, who = name(rng), name(rng)
    fact = {
        "a": rng.choice(_things("un", "una")),
        "b": rng.choice(_things("un", "una")),
        "the": rng.choice(_things("el", "la")),
        "all": rng.choice(_things("los", "las")),
        "country": place["country"],
        "city": place["city"],
        "town": other["city"],
        "word": words["a"],
        "other": words["b"],
        "sound": rng.choice(_facts("animals", "sound"))["sound"],
        "home": lives["home"],
        "eats": lives["food"],
        "name": Bilingual(called, called),
        "who": Bilingual(who, who),
    }
    return euphonic(ask(rng.choice(_OF_FACTS if rng.random() < _SHARE_OF_FACTS else _SET), fact, rng))
