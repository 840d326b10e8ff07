"""Intents about the use of Parley's window: talking, typing, pictures, languages, sound, history, settings, keys."""

from training.domain.text import listed_intents

# Wordings, one a line; then "= answer", then "- brief answer". What is said here must be true of the program.
_HELP = """
how do I use you? | ¿cómo te uso?
how does this work? | ¿cómo funciona esto?
how do I ask a question? | ¿cómo hago una pregunta?
how can I talk to you? | ¿cómo puedo hablar contigo?
how do I talk to you? | ¿cómo hablo contigo?
how do I use the microphone? | ¿cómo uso el micrófono?
how do I start speaking? | ¿cómo empiezo a hablar?
where is the microphone button? | ¿dónde está el botón del micrófono?
what do I press to speak? | ¿qué pulso para hablar?
which key do I hold to talk? | ¿qué tecla mantengo para hablar?
how does push to talk work? | ¿cómo funciona pulsar para hablar?
what is push to talk? | ¿qué es pulsar para hablar?
what does the microphone button do? | ¿qué hace el botón del micrófono?
how I can talk to you~ | cómo puedo hablar contigo~
= hold the microphone button or the talk key, speak, and let it go.
| mantén pulsado el botón del micrófono o la tecla de hablar, habla y suéltalo.
- hold the microphone button and speak. | mantén pulsado el botón del micrófono y habla.
how do I talk without pressing a button? | ¿cómo hablo sin pulsar un botón?
can you listen all the time? | ¿puedes escuchar todo el tiempo?
what is hands free? | ¿qué es manos libres?
what does hands free mean? | ¿qué significa manos libres?
how do I turn on hands free? | ¿cómo activo manos libres?
how do I turn off hands free? | ¿cómo desactivo manos libres?
can I use you hands free? | ¿puedo usarte con manos libres?
how do I use you without my hands? | ¿cómo te uso sin las manos?
where is the hands free switch? | ¿dónde está el interruptor de manos libres?
how I turn on hands free~ | cómo activo manos libres~
= switch hands free on or off beside the text field, or press control H.
| activa o desactiva manos libres junto al campo de texto, o pulsa control H.
- press control H. | pulsa control H.
how do you know when my question ends? | ¿cómo sabes cuándo termina mi pregunta?
when do you start to answer? | ¿cuándo empiezas a responder?
you cut me off. | me cortas.
you interrupt me when I pause. | me interrumpes cuando hago una pausa.
can you wait longer before you answer? | ¿puedes esperar más antes de responder?
how do I change the pause that ends a question? | ¿cómo cambio la pausa que termina una pregunta?
how long may I pause? | ¿cuánto puede durar mi pausa?
= a pause ends your question, and you can change its length in the settings.
| una pausa termina tu pregunta, y puedes cambiar su duración en los ajustes.
- a pause ends it. | una pausa la termina.
which key is the talk key? | ¿cuál es la tecla de hablar?
can I choose another talk key? | ¿puedo elegir otra tecla de hablar?
how do I change the talk key? | ¿cómo cambio la tecla de hablar?
where do I set the key to hold? | ¿dónde pongo la tecla que mantengo?
can I speak with another key? | ¿puedo hablar con otra tecla?
= the talk key is F nine, and you can choose another one in the settings.
| la tecla de hablar es F nueve, y puedes elegir otra en los ajustes.
- F nine. | F nueve.
can I type? | ¿puedo escribir?
can I write to you? | ¿puedo escribirte?
do I have to speak? | ¿tengo que hablar?
can I type my question? | ¿puedo escribir mi pregunta?
how do I type a question? | ¿cómo escribo una pregunta?
where do I type? | ¿dónde escribo?
how do I send my question? | ¿cómo envío mi pregunta?
what if I do not want to speak? | ¿y si no quiero hablar?
where I can type~ | dónde puedo escribir~
= you can type your question and press enter. | puedes escribir tu pregunta y pulsar intro.
- type and press enter. | escribe y pulsa intro.
how do I begin a new line? | ¿cómo empiezo una línea nueva?
how do I write two lines? | ¿cómo escribo dos líneas?
can I type more than one line? | ¿puedo escribir más de una línea?
= press shift and enter for a new line. | pulsa mayúsculas e intro para una línea nueva.
- press shift and enter. | pulsa mayúsculas e intro.
how do I show you a picture? | ¿cómo te muestro una imagen?
how can I show you a picture? | ¿cómo puedo mostrarte una imagen?
can you look at pictures? | ¿puedes mirar imágenes?
can you see pictures? | ¿puedes ver imágenes?
how do I add a picture? | ¿cómo añado una imagen?
how do I send a (picture/photo)? | ¿cómo envío una (imagen/foto)?
where do I put a picture? | ¿dónde pongo una imagen?
how do I drop a picture? | ¿cómo suelto una imagen?
can I paste a picture? | ¿puedo pegar una imagen?
how do I paste an image? | ¿cómo pego una imagen?
can I ask about a photo? | ¿puedo preguntar por una foto?
how do I open an image? | ¿cómo abro una imagen?
how I can show you a picture~ | cómo puedo mostrarte una imagen~
= drop a picture on the window or paste it, and ask about it.
| suelta una imagen en la ventana o pégala, y pregunta por ella.
- drop it on the window. | suéltala en la ventana.
which picture files can you open? | ¿qué archivos de imagen puedes abrir?
what kinds of pictures can you read? | ¿qué tipos de imágenes puedes leer?
which image formats do you know? | ¿qué formatos de imagen conoces?
what types of image files work? | ¿qué tipos de archivos de imagen funcionan?
= I can open all common picture files. | puedo abrir todos los archivos de imagen comunes.
how do I stop you? | ¿cómo te paro?
how can I stop you? | ¿cómo puedo pararte?
how do I interrupt you? | ¿cómo te interrumpo?
can I interrupt you? | ¿puedo interrumpirte?
how do I make you stop talking? | ¿cómo hago que dejes de hablar?
which key stops you? | ¿qué tecla te para?
how do I make you quiet? | ¿cómo hago que te calles?
how do I cancel an answer? | ¿cómo cancelo una respuesta?
what do I say to make you stop? | ¿qué digo para que pares?
can I speak while you speak? | ¿puedo hablar mientras hablas?
how do I end an answer? | ¿cómo termino una respuesta?
how I can stop you~ | cómo puedo pararte~
= say stop or press the escape key. | di para o pulsa la tecla escape.
- say stop. | di para.
do you understand Spanish? | ¿entiendes español?
what languages do you speak? | ¿qué idiomas hablas?
which languages do you know? | ¿qué idiomas sabes?
do you speak Spanish? | ¿hablas español?
do you speak English? | ¿hablas inglés?
can you speak Spanish? | ¿puedes hablar español?
how many languages do you speak? | ¿cuántos idiomas hablas?
can I talk to you in Spanish? | ¿puedo hablarte en español?
what languages you speak~ | qué idiomas hablas~
= I know English and Spanish. | sé inglés y español.
- English and Spanish. | inglés y español.
how do I change the language? | ¿cómo cambio el idioma?
how can I change the language? | ¿cómo puedo cambiar el idioma?
where do I choose the language? | ¿dónde elijo el idioma?
how do I choose my language? | ¿cómo elijo mi idioma?
can I choose another language? | ¿puedo elegir otro idioma?
how do I switch to Spanish? | ¿cómo cambio a español?
how do I switch to English? | ¿cómo cambio a inglés?
how do I make you answer in Spanish? | ¿cómo hago que respondas en español?
where I can change the language~ | dónde puedo cambiar el idioma~
= you can choose both languages at the top of the window.
| puedes elegir los dos idiomas en la parte de arriba de la ventana.
- at the top of the window. | arriba en la ventana.
can you translate? | ¿puedes traducir?
how do you translate? | ¿cómo traduces?
how does the translation work? | ¿cómo funciona la traducción?
can you answer in another language? | ¿puedes responder en otro idioma?
do you translate my questions? | ¿traduces mis preguntas?
what do you translate? | ¿qué traduces?
= I translate questions and answers when you choose another language.
| traduzco las preguntas y las respuestas cuando eliges otro idioma.
- I translate questions and answers. | traduzco preguntas y respuestas.
how do I change the voice? | ¿cómo cambio la voz?
can I change your voice? | ¿puedo cambiar tu voz?
how I can change your voice~ | cómo puedo cambiar tu voz~
can I choose another voice? | ¿puedo elegir otra voz?
which voices do you have? | ¿qué voces tienes?
do you have another voice? | ¿tienes otra voz?
how many voices do you have? | ¿cuántas voces tienes?
= I have one voice for each language. | tengo una voz para cada idioma.
can you speak (louder/more loudly)? | ¿puedes hablar más alto?
speak louder. | habla más alto.
where do I change the volume? | ¿dónde cambio el volumen?
you are too quiet. | hablas muy bajo.
you are too loud. | hablas muy alto.
how do I make you louder? | ¿cómo hago que hables más alto?
can you speak more quietly? | ¿puedes hablar más bajo?
= please change the volume of your computer. | por favor, cambia el volumen de tu ordenador.
can you speak more slowly? | ¿puedes hablar más despacio?
can you speak faster? | ¿puedes hablar más rápido?
please speak slowly. | por favor, habla despacio.
you speak too fast. | hablas demasiado rápido.
you speak too slowly. | hablas demasiado despacio.
how do I change your speed? | ¿cómo cambio tu velocidad?
= I cannot change how fast I speak. | no puedo cambiar la velocidad con que hablo.
can you read the answers aloud? | ¿puedes leer las respuestas en voz alta?
how do I turn off the voice? | ¿cómo apago la voz?
how do I turn on the voice? | ¿cómo enciendo la voz?
can you answer without speaking? | ¿puedes responder sin hablar?
why do you not speak? | ¿por qué no hablas?
I do not want you to speak. | no quiero que hables.
how do I get only written answers? | ¿cómo recibo solo respuestas escritas?
= you can turn spoken answers on or off in the settings.
| puedes activar o desactivar las respuestas habladas en los ajustes.
- in the settings. | en los ajustes.
can you repeat that? | ¿puedes repetir eso?
how do I hear an answer again? | ¿cómo oigo otra vez una respuesta?
say that again. | di eso otra vez.
I did not hear you. | no te oí.
what did you say? | ¿qué dijiste?
= please read my answer above, or ask again. | por favor, lee mi respuesta arriba, o pregunta otra vez.
- read it above. | léelo arriba.
why do you not hear me? | ¿por qué no me oyes?
you do not hear me. | no me oyes.
you do not understand me. | no me entiendes.
the microphone does not work. | el micrófono no funciona.
my microphone is not working. | mi micrófono no funciona.
what can I do if you do not hear me? | ¿qué puedo hacer si no me oyes?
what if you cannot hear me? | ¿y si no puedes oírme?
how do I test the microphone? | ¿cómo pruebo el micrófono?
why don't you listen? | ¿por qué no escuchas?
= choose your microphone in the settings and test it there. | elige tu micrófono en los ajustes y pruébalo allí.
- test it in the settings. | pruébalo en los ajustes.
I hear nothing. | no oigo nada.
I cannot hear you. | no puedo oírte.
why do I hear nothing? | ¿por qué no oigo nada?
the speaker does not work. | el altavoz no funciona.
how do I test the speaker? | ¿cómo pruebo el altavoz?
there is no sound. | no hay sonido.
what if there is no sound? | ¿y si no hay sonido?
= choose your speaker in the settings and play the test sound.
| elige tu altavoz en los ajustes y reproduce el sonido de prueba.
- test the speaker in the settings. | prueba el altavoz en los ajustes.
how do I choose the microphone? | ¿cómo elijo el micrófono?
how do I choose the speaker? | ¿cómo elijo el altavoz?
where do I choose the microphone? | ¿dónde elijo el micrófono?
where do I choose the speaker? | ¿dónde elijo el altavoz?
can I use another microphone? | ¿puedo usar otro micrófono?
can I use another speaker? | ¿puedo usar otro altavoz?
which microphone do you use? | ¿qué micrófono usas?
how do I use headphones? | ¿cómo uso auriculares?
= you can choose the microphone and the speaker in the settings.
| puedes elegir el micrófono y el altavoz en los ajustes.
- in the settings. | en los ajustes.
what is echo cancellation? | ¿qué es la cancelación de eco?
what does echo cancellation do? | ¿qué hace la cancelación de eco?
why do you hear yourself? | ¿por qué te oyes a ti mismo?
do I need echo cancellation? | ¿necesito la cancelación de eco?
where do I turn off echo cancellation? | ¿dónde apago la cancelación de eco?
how do I turn on echo cancellation? | ¿cómo activo la cancelación de eco?
= echo cancellation takes my own voice out of the microphone, and you find it in the settings.
| la cancelación de eco quita mi voz del micrófono, y la encuentras en los ajustes.
- it takes my voice out of the microphone. | quita mi voz del micrófono.
where is the memory panel? | ¿dónde está el panel de memoria?
how much memory do you use? | ¿cuánta memoria usas?
where can I see the memory? | ¿dónde puedo ver la memoria?
how do I open the memory panel? | ¿cómo abro el panel de memoria?
show me the memory. | muéstrame la memoria.
how full is the memory? | ¿cuánta memoria está ocupada?
where the memory panel is~ | dónde está el panel de memoria~
what is the panel on the right? | ¿qué es el panel de la derecha?
what does the resource panel show? | ¿qué muestra el panel de recursos?
how do I hide the resource panel? | ¿cómo oculto el panel de recursos?
how fast are you? | ¿qué velocidad tienes?
= the panel on the right shows memory, models and speed, and control R opens it.
| el panel de la derecha muestra memoria, modelos y velocidad, y control R lo abre.
- in the panel on the right. | en el panel de la derecha.
do you remember what I say? | ¿recuerdas lo que digo?
where are my old conversations? | ¿dónde están mis conversaciones antiguas?
how do I see earlier conversations? | ¿cómo veo conversaciones anteriores?
do you keep our conversations? | ¿guardas nuestras conversaciones?
where is my history? | ¿dónde está mi historial?
how do I open the history? | ¿cómo abro el historial?
where do you keep what I say? | ¿dónde guardas lo que digo?
= your conversations are kept on this computer, in the list on the left.
| tus conversaciones se guardan en este ordenador, en la lista de la izquierda.
- in the list on the left. | en la lista de la izquierda.
how do I begin a new conversation? | ¿cómo empiezo una conversación nueva?
how do I start a new conversation? | ¿cómo inicio una conversación nueva?
can we start again? | ¿podemos empezar de nuevo?
start a new conversation. | empieza una conversación nueva.
where is the button for a new conversation? | ¿dónde está el botón para una conversación nueva?
= press control N for a new conversation. | pulsa control N para una conversación nueva.
- press control N. | pulsa control N.
how do I search my conversations? | ¿cómo busco en mis conversaciones?
can I search the history? | ¿puedo buscar en el historial?
how do I find an old answer? | ¿cómo encuentro una respuesta antigua?
where is the search? | ¿dónde está la búsqueda?
how do I find an earlier conversation? | ¿cómo encuentro una conversación anterior?
= press control F and type what you look for. | pulsa control F y escribe lo que buscas.
- press control F. | pulsa control F.
how do I delete my history? | ¿cómo borro mi historial?
how can I delete the history? | ¿cómo puedo borrar el historial?
delete my history. | borra mi historial.
where can I delete my conversations? | ¿dónde puedo borrar mis conversaciones?
can I delete what I said? | ¿puedo borrar lo que dije?
how do I clear the history? | ¿cómo limpio el historial?
how do I remove a conversation? | ¿cómo elimino una conversación?
how do I delete a conversation? | ¿cómo borro una conversación?
can you forget what I said? | ¿puedes olvidar lo que dije?
how I can delete my history~ | cómo puedo borrar mi historial~
= choose a conversation in the list on the left and press delete.
| elige una conversación en la lista de la izquierda y pulsa suprimir.
- choose it in the list and press delete. | elígela en la lista y pulsa suprimir.
can I delete one answer? | ¿puedo borrar una respuesta?
how do I copy an answer? | ¿cómo copio una respuesta?
can I copy your answer? | ¿puedo copiar tu respuesta?
how do I delete a question? | ¿cómo borro una pregunta?
how do I copy my question? | ¿cómo copio mi pregunta?
= click on it with the right button to copy or delete it.
| haz clic en ella con el botón derecho para copiarla o borrarla.
- click on it with the right button. | haz clic con el botón derecho.
can I export a conversation? | ¿puedo exportar una conversación?
how do I save a conversation in a file? | ¿cómo guardo una conversación en un archivo?
can I print our conversation? | ¿puedo imprimir nuestra conversación?
how do I export my history? | ¿cómo exporto mi historial?
= I cannot export conversations, but you can copy the answers.
| no puedo exportar conversaciones, pero puedes copiar las respuestas.
- you can copy the answers. | puedes copiar las respuestas.
where are the settings? | ¿dónde están los ajustes?
how do I open the settings? | ¿cómo abro los ajustes?
show me the settings. | muéstrame los ajustes.
where can I change something? | ¿dónde puedo cambiar algo?
what can I set? | ¿qué puedo ajustar?
how do I find the settings? | ¿cómo encuentro los ajustes?
where the settings are~ | dónde están los ajustes~
= the settings button is at the top right of the window. | el botón de ajustes está arriba a la derecha de la ventana.
- at the top right. | arriba a la derecha.
how do I get the default settings back? | ¿cómo recupero los ajustes iniciales?
can I reset the settings? | ¿puedo restablecer los ajustes?
how do I undo my changes in the settings? | ¿cómo deshago mis cambios en los ajustes?
= press defaults on the settings page. | pulsa valores iniciales en la página de ajustes.
how do I get dark colors? | ¿cómo consigo colores oscuros?
do you have a dark theme? | ¿tienes un tema oscuro?
how do I change the theme? | ¿cómo cambio el tema?
how do I change the colors of the window? | ¿cómo cambio los colores de la ventana?
can I make the window dark? | ¿puedo poner la ventana oscura?
can I make the window light? | ¿puedo poner la ventana clara?
the window is too bright. | la ventana es demasiado clara.
is there a night mode? | ¿hay un modo noche?
= you can choose light or dark colors in the settings. | puedes elegir colores claros u oscuros en los ajustes.
- in the settings. | en los ajustes.
which keys are there? | ¿qué teclas hay?
what are the keyboard shortcuts? | ¿cuáles son los atajos de teclado?
which shortcuts do you have? | ¿qué atajos tienes?
can I use you with the keyboard? | ¿puedo usarte con el teclado?
do I need a mouse? | ¿necesito un ratón?
does everything work by keyboard? | ¿funciona todo con el teclado?
= everything works by keyboard, and each button shows its key when you point at it.
| todo funciona con el teclado, y cada botón muestra su tecla cuando lo señalas.
- everything works by keyboard. | todo funciona con el teclado.
can blind people use you? | ¿pueden usarte las personas ciegas?
do you work with a screen reader? | ¿funcionas con un lector de pantalla?
= yes, everything has a name for screen readers. | sí, todo tiene un nombre para los lectores de pantalla.
- yes. | sí.
how do I close you? | ¿cómo te cierro?
how do I quit? | ¿cómo salgo?
how do I close the window? | ¿cómo cierro la ventana?
how do I turn you off? | ¿cómo te apago?
= close the window or press control Q. | cierra la ventana o pulsa control Q.
- press control Q. | pulsa control Q.
"""


INTENTS = listed_intents("help", _HELP)
