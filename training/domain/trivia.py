"""Single everyday facts: questions in a few wordings, the answer, and the brief answer."""

from training.domain.text import listed_intents

# Wordings of a question, one a line; then "= answer", then "- brief answer"
_TRIVIA = """
what do bees make? | ¿qué hacen las abejas?
what does a bee make? | ¿qué hace una abeja?
which animal makes honey? | ¿qué animal hace miel?
= bees make honey. | las abejas hacen miel.
where does milk come from? | ¿de dónde viene la leche?
which animal gives milk? | ¿qué animal da leche?
what gives us milk? | ¿qué nos da leche?
= milk comes from cows. | la leche viene de las vacas.
where do eggs come from? | ¿de dónde vienen los huevos?
which animal lays eggs for us? | ¿qué animal pone huevos para nosotros?
= eggs come from chickens. | los huevos vienen de las gallinas.
where does wool come from? | ¿de dónde viene la lana?
which animal gives wool? | ¿qué animal da lana?
= wool comes from sheep. | la lana viene de las ovejas.
what is frozen water called? | ¿cómo se llama el agua congelada?
what does water become when it freezes? | ¿en qué se convierte el agua cuando se congela?
= frozen water is called ice. | el agua congelada se llama hielo.
- ice. | hielo.
what is ice made of? | ¿de qué está hecho el hielo?
what is snow made of? | ¿de qué está hecha la nieve?
= it is made of water. | está hecho de agua.
- water. | agua.
what is bread made of? | ¿de qué está hecho el pan?
what do you make bread from? | ¿con qué se hace el pan?
= bread is made of flour. | el pan está hecho de harina.
- flour. | harina.
what is cheese made of? | ¿de qué está hecho el queso?
what do you make cheese from? | ¿con qué se hace el queso?
= cheese is made of milk. | el queso está hecho de leche.
- milk. | leche.
what is wine made of? | ¿de qué está hecho el vino?
what do you make wine from? | ¿con qué se hace el vino?
= wine is made of grapes. | el vino está hecho de uvas.
- grapes. | uvas.
what is paper made of? | ¿de qué está hecho el papel?
what do you make paper from? | ¿con qué se hace el papel?
= paper is made of wood. | el papel está hecho de madera.
- wood. | madera.
what is a window made of? | ¿de qué está hecha una ventana?
= a window is made of glass. | una ventana está hecha de vidrio.
- glass. | vidrio.
what is the biggest animal? | ¿cuál es el animal más grande?
which animal is the biggest? | ¿qué animal es el más grande?
what is the largest animal in the world? | ¿cuál es el animal más grande del mundo?
= the blue whale is the biggest animal. | la ballena azul es el animal más grande.
- the blue whale. | la ballena azul.
what is the tallest animal? | ¿cuál es el animal más alto?
which animal is the tallest? | ¿qué animal es el más alto?
which animal has a very long neck? | ¿qué animal tiene el cuello muy largo?
= the giraffe is the tallest animal. | la jirafa es el animal más alto.
- the giraffe. | la jirafa.
what is the fastest animal on land? | ¿cuál es el animal más rápido en tierra?
which animal runs the fastest? | ¿qué animal corre más rápido?
= the cheetah is the fastest animal on land. | el guepardo es el animal más rápido en tierra.
- the cheetah. | el guepardo.
which animal is called the king of animals? | ¿a qué animal llaman el rey de los animales?
who is the king of animals? | ¿quién es el rey de los animales?
= the lion is called the king of animals. | al león lo llaman el rey de los animales.
- the lion. | el león.
what is the largest ocean? | ¿cuál es el océano más grande?
which ocean is the largest? | ¿qué océano es el más grande?
= the Pacific is the largest ocean. | el Pacífico es el océano más grande.
- the Pacific. | el Pacífico.
what is the highest mountain? | ¿cuál es la montaña más alta?
which mountain is the highest? | ¿qué montaña es la más alta?
what is the highest mountain in the world? | ¿cuál es la montaña más alta del mundo?
= Mount Everest is the highest mountain. | el monte Everest es la montaña más alta.
- Mount Everest. | el monte Everest.
what is the largest planet? | ¿cuál es el planeta más grande?
which planet is the largest? | ¿qué planeta es el más grande?
= Jupiter is the largest planet. | Júpiter es el planeta más grande.
- Jupiter. | Júpiter.
what is the red planet? | ¿cuál es el planeta rojo?
which planet is called the red planet? | ¿a qué planeta llaman el planeta rojo?
= Mars is the red planet. | Marte es el planeta rojo.
- Mars. | Marte.
what planet do we live on? | ¿en qué planeta vivimos?
which planet is our home? | ¿qué planeta es nuestra casa?
what is the name of our planet? | ¿cómo se llama nuestro planeta?
= we live on the planet earth. | vivimos en el planeta tierra.
- the earth. | la tierra.
what does the earth go around? | ¿alrededor de qué gira la tierra?
= the earth goes around the sun. | la tierra gira alrededor del sol.
- the sun. | el sol.
what goes around the earth? | ¿qué gira alrededor de la tierra?
= the moon goes around the earth. | la luna gira alrededor de la tierra.
- the moon. | la luna.
is the sun a star? | ¿el sol es una estrella?
is the sun a planet? | ¿el sol es un planeta?
what is the sun? | ¿qué es el sol?
= the sun is a star. | el sol es una estrella.
- a star. | una estrella.
when does the sun rise? | ¿cuándo sale el sol?
when does the sun come up? | ¿cuándo sale el sol?
= the sun rises in the morning. | el sol sale por la mañana.
- in the morning. | por la mañana.
when does the sun set? | ¿cuándo se pone el sol?
when does the sun go down? | ¿cuándo se pone el sol?
= the sun sets in the evening. | el sol se pone por la tarde.
- in the evening. | por la tarde.
where does the sun rise? | ¿por dónde sale el sol?
where does the sun come up? | ¿por dónde sale el sol?
= the sun rises in the east. | el sol sale por el este.
- in the east. | por el este.
where does the sun set? | ¿por dónde se pone el sol?
where does the sun go down? | ¿por dónde se pone el sol?
= the sun sets in the west. | el sol se pone por el oeste.
- in the west. | por el oeste.
when can we see the stars? | ¿cuándo podemos ver las estrellas?
when do we see the moon? | ¿cuándo vemos la luna?
= we see it at night. | se ve de noche.
- at night. | de noche.
what do we use to see? | ¿con qué vemos?
what do we see with? | ¿con qué vemos?
= we see with our eyes. | vemos con los ojos.
- our eyes. | los ojos.
what do we use to hear? | ¿con qué oímos?
what do we hear with? | ¿con qué oímos?
= we hear with our ears. | oímos con las orejas.
- our ears. | las orejas.
what do we use to smell? | ¿con qué olemos?
what do we smell with? | ¿con qué olemos?
= we smell with our nose. | olemos con la nariz.
- our nose. | la nariz.
what do we use to taste? | ¿con qué notamos el sabor?
what do we taste with? | ¿con qué notamos el sabor?
= we taste with our tongue. | notamos el sabor con la lengua.
- our tongue. | la lengua.
what do we use to walk? | ¿con qué caminamos?
what do we walk with? | ¿con qué caminamos?
= we walk with our legs. | caminamos con las piernas.
- our legs. | las piernas.
what do you use to write? | ¿con qué se escribe?
what do you write with? | ¿con qué se escribe?
= you write with a pen. | se escribe con un bolígrafo.
- a pen. | un bolígrafo.
what do you use to cut paper? | ¿con qué se corta el papel?
= you cut paper with scissors. | el papel se corta con tijeras.
- scissors. | tijeras.
what opens a door? | ¿qué abre una puerta?
what do you open a door with? | ¿con qué se abre una puerta?
= a key opens a door. | una llave abre una puerta.
- a key. | una llave.
where do you buy bread? | ¿dónde se compra el pan?
= you buy bread in a bakery. | el pan se compra en una panadería.
- in a bakery. | en una panadería.
where do children learn? | ¿dónde aprenden los niños?
= children learn at school. | los niños aprenden en la escuela.
- at school. | en la escuela.
who teaches children? | ¿quién enseña a los niños?
= a teacher teaches children. | un maestro enseña a los niños.
- a teacher. | un maestro.
who helps sick people? | ¿quién ayuda a los enfermos?
= a doctor helps sick people. | un médico ayuda a los enfermos.
- a doctor. | un médico.
is the sun hot or cold? | ¿el sol es caliente o frío?
= the sun is hot. | el sol es caliente.
- hot. | caliente.
is ice hot or cold? | ¿el hielo es caliente o frío?
= ice is cold. | el hielo es frío.
- cold. | frío.
is fire hot or cold? | ¿el fuego es caliente o frío?
= fire is hot. | el fuego es caliente.
- hot. | caliente.
is snow hot or cold? | ¿la nieve es caliente o fría?
= snow is cold. | la nieve es fría.
- cold. | fría.
is a lemon sweet or sour? | ¿el limón es dulce o ácido?
= a lemon is sour. | el limón es ácido.
- sour. | ácido.
is sugar sweet or sour? | ¿el azúcar es dulce o ácido?
= sugar is sweet. | el azúcar es dulce.
- sweet. | dulce.
what language do people speak in Spain? | ¿qué idioma se habla en España?
which language is spoken in Spain? | ¿qué lengua se habla en España?
= people speak Spanish in Spain. | en España se habla español.
- Spanish. | español.
what language do people speak in Mexico? | ¿qué idioma se habla en México?
which language is spoken in Mexico? | ¿qué lengua se habla en México?
= people speak Spanish in Mexico. | en México se habla español.
- Spanish. | español.
what language do people speak in England? | ¿qué idioma se habla en Inglaterra?
which language is spoken in England? | ¿qué lengua se habla en Inglaterra?
= people speak English in England. | en Inglaterra se habla inglés.
- English. | inglés.
what language do people speak in France? | ¿qué idioma se habla en Francia?
which language is spoken in France? | ¿qué lengua se habla en Francia?
= people speak French in France. | en Francia se habla francés.
- French. | francés.
what language do people speak in Germany? | ¿qué idioma se habla en Alemania?
which language is spoken in Germany? | ¿qué lengua se habla en Alemania?
= people speak German in Germany. | en Alemania se habla alemán.
- German. | alemán.
what language do people speak in Italy? | ¿qué idioma se habla en Italia?
which language is spoken in Italy? | ¿qué lengua se habla en Italia?
= people speak Italian in Italy. | en Italia se habla italiano.
- Italian. | italiano.
what language do people speak in Brazil? | ¿qué idioma se habla en Brasil?
which language is spoken in Brazil? | ¿qué lengua se habla en Brasil?
= people speak Portuguese in Brazil. | en Brasil se habla portugués.
- Portuguese. | portugués.
what shape is a ball? | ¿qué forma tiene una pelota?
is a ball round? | ¿una pelota es redonda?
= a ball is round. | una pelota es redonda.
- round. | redonda.
what shape is a wheel? | ¿qué forma tiene una rueda?
= a wheel is a circle. | una rueda es un círculo.
- a circle. | un círculo.
what is the first letter of the alphabet? | ¿cuál es la primera letra del alfabeto?
which letter comes first in the alphabet? | ¿qué letra va primero en el alfabeto?
= the first letter of the alphabet is a. | la primera letra del alfabeto es la a.
- a. | a.
what is the last letter of the alphabet? | ¿cuál es la última letra del alfabeto?
which letter comes last in the alphabet? | ¿qué letra va al final del alfabeto?
= the last letter of the alphabet is z. | la última letra del alfabeto es la zeta.
- z. | zeta.
"""


INTENTS = listed_intents("trivia", _TRIVIA)
