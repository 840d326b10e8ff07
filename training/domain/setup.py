"""Intents about what stands behind Parley's window: models, the command line, installing, files."""

from training.domain.text import listed_intents

_SETUP = """
how do I install a larger model? | ¿cómo instalo un modelo más grande?
how do I get a (bigger/larger/better) model? | ¿cómo consigo un modelo (más grande/más grande/mejor)?
how do I install models? | ¿cómo instalo modelos?
how do I get more models? | ¿cómo consigo más modelos?
where are the models? | ¿dónde están los modelos?
how can I make you smarter? | ¿cómo puedo hacerte más listo?
can you become smarter? | ¿puedes ser más listo?
how I can install a larger model~ | cómo puedo instalar un modelo más grande~
where do I download models? | ¿dónde descargo modelos?
can I use another model? | ¿puedo usar otro modelo?
how do I change the model? | ¿cómo cambio el modelo?
how do I add another language? | ¿cómo añado otro idioma?
where is the models page? | ¿dónde está la página de modelos?
what is the models page? | ¿qué es la página de modelos?
= you can install a larger model from the models page.
| puedes instalar un modelo más grande desde la página de modelos.
- from the models page. | desde la página de modelos.
which models do you have? | ¿qué modelos tienes?
what models are there? | ¿qué modelos hay?
which models are installed? | ¿qué modelos están instalados?
how many models do you use? | ¿cuántos modelos usas?
what does a model do? | ¿qué hace un modelo?
how are you built? | ¿cómo estás construido?
what are you made of? | ¿de qué estás hecho?
= five kinds of models listen, translate, think, look and speak.
| cinco tipos de modelos escuchan, traducen, piensan, miran y hablan.
what is a starter model? | ¿qué es un modelo inicial?
what are the starter models? | ¿qué son los modelos iniciales?
what does starter model mean? | ¿qué significa modelo inicial?
what is the starter pack? | ¿qué es el paquete inicial?
= the starter models are small and come with Parley. | los modelos iniciales son pequeños y vienen con Parley.
will a larger model fit? | ¿cabrá un modelo más grande?
which models fit on my computer? | ¿qué modelos caben en mi ordenador?
do I have enough memory? | ¿tengo suficiente memoria?
what does the plan command do? | ¿qué hace el comando plan?
what is the plan command? | ¿qué es el comando plan?
how do I know which model fits? | ¿cómo sé qué modelo cabe?
= the plan command tells which models fit on your computer. | el comando plan dice qué modelos caben en tu ordenador.
- the plan command tells. | el comando plan lo dice.
what does the bench command do? | ¿qué hace el comando bench?
what is the bench command? | ¿qué es el comando bench?
how do I measure your speed? | ¿cómo mido tu velocidad?
can you measure how fast you are? | ¿puedes medir lo rápido que eres?
= the bench command measures how fast the models are. | el comando bench mide lo rápidos que son los modelos.
- the bench command measures it. | el comando bench lo mide.
what does the doctor do? | ¿qué hace el doctor?
what is the doctor command? | ¿qué es el comando doctor?
how do I check my computer? | ¿cómo reviso mi ordenador?
something does not work. | algo no funciona.
what do I do if something is broken? | ¿qué hago si algo está roto?
what if something goes wrong? | ¿y si algo va mal?
how do I check that everything works? | ¿cómo compruebo que todo funciona?
= the doctor command checks sound, models, memory and disk. | el comando doctor revisa sonido, modelos, memoria y disco.
- run the doctor command. | usa el comando doctor.
how do I install Parley? | ¿cómo instalo Parley?
how do I set you up? | ¿cómo te configuro?
how do I install you? | ¿cómo te instalo?
what do I need to install Parley? | ¿qué necesito para instalar Parley?
how do I start Parley? | ¿cómo inicio Parley?
how do I start the program? | ¿cómo inicio el programa?
= the run command sets everything up and opens the window. | el comando run lo prepara todo y abre la ventana.
- use the run command. | usa el comando run.
can I use you without the window? | ¿puedo usarte sin la ventana?
is there a command line? | ¿hay una línea de comandos?
which commands are there? | ¿qué comandos hay?
what can I do on the command line? | ¿qué puedo hacer en la línea de comandos?
= on the command line you can ask, talk, transcribe, translate and speak.
| en la línea de comandos puedes preguntar, hablar, transcribir, traducir y leer en voz alta.
- ask, talk, transcribe, translate and speak. | preguntar, hablar, transcribir, traducir y leer en voz alta.
do I need a graphics card? | ¿necesito una tarjeta gráfica?
can you run without a graphics card? | ¿puedes funcionar sin una tarjeta gráfica?
which computer do I need? | ¿qué ordenador necesito?
do you need a fast computer? | ¿necesitas un ordenador rápido?
= I also run without a graphics card. | también funciono sin una tarjeta gráfica.
- no. | no.
where are my files? | ¿dónde están mis archivos?
where is the data folder? | ¿dónde está la carpeta de datos?
where do you keep my data? | ¿dónde guardas mis datos?
where are my pictures kept? | ¿dónde se guardan mis imágenes?
= the settings page shows the folder with your data. | la página de ajustes muestra la carpeta con tus datos.
- see the settings page. | mira la página de ajustes.
how do I remove Parley? | ¿cómo elimino Parley?
how do I uninstall you? | ¿cómo te desinstalo?
how do I get rid of Parley? | ¿cómo me deshago de Parley?
= delete the folder of Parley and the folder with your data. | borra la carpeta de Parley y la carpeta con tus datos.
- delete both folders. | borra las dos carpetas.
"""

INTENTS = listed_intents("setup", _SETUP)
