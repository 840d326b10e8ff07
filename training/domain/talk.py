"""Intents of small talk: greetings, farewells, thanks and short replies."""

from training.domain.text import intent

INTENTS = (
    intent(
        "greetings",
        """
        hello. | hola.
        hello! | ¡hola!
        hi. | hola.
        hi there. | hola.
        hey. | hola.
        hello there. | hola.
        hello Parley. | hola, Parley.
        hi Parley. | hola, Parley.
        hey Parley. | oye, Parley.
        hello, how is it going? | hola, ¿qué tal?
        nice to meet you. | encantado de conocerte.
        hello, can you hear me? | hola, ¿puedes oírme?
        can you hear me? | ¿puedes oírme?
        are you there? | ¿estás ahí?
        """,
        "hello, how can I help you? | hola, ¿en qué puedo ayudarte?",
        dressed=False,
        brief="hello! | ¡hola!",
    ),
    intent(
        "greetings",
        """
        good morning. | buenos días.
        good morning, Parley. | buenos días, Parley.
        good morning to you. | buenos días a ti.
        """,
        "good morning, how can I help you? | buenos días, ¿en qué puedo ayudarte?",
        dressed=False,
        brief="good morning! | ¡buenos días!",
    ),
    intent(
        "greetings",
        """
        good (afternoon/evening). | buenas tardes.
        good (afternoon/evening), Parley. | buenas tardes, Parley.
        """,
        "hello, how can I help you? | hola, ¿en qué puedo ayudarte?",
        dressed=False,
        brief="hello! | ¡hola!",
    ),
    intent(
        "greetings",
        """
        goodbye. | adiós.
        bye. | adiós.
        bye bye. | adiós.
        goodbye, Parley. | adiós, Parley.
        see you later. | hasta luego.
        see you tomorrow. | hasta mañana.
        see you soon. | hasta pronto.
        I have to go now. | ahora tengo que irme.
        I am leaving. | me voy.
        that is all for today. | eso es todo por hoy.
        have a nice day. | que tengas un buen día.
        """,
        "goodbye, have a nice day. | adiós, que tengas un buen día.",
        dressed=False,
        brief="goodbye! | ¡adiós!",
    ),
    intent(
        "greetings",
        """
        good night. | buenas noches.
        good night, Parley. | buenas noches, Parley.
        sleep well. | que duermas bien.
        """,
        "good night, sleep well. | buenas noches, que duermas bien.",
        dressed=False,
        brief="good night! | ¡buenas noches!",
    ),
    intent(
        "greetings",
        """
        thank you. | gracias.
        thanks. | gracias.
        thank you very much. | muchas gracias.
        thanks a lot. | muchas gracias.
        thanks, Parley. | gracias, Parley.
        thank you for your help. | gracias por tu ayuda.
        that was helpful. | eso fue útil.
        great, thank you. | genial, gracias.
        well done. | bien hecho.
        good job. | buen trabajo.
        """,
        "you are welcome. | de nada.",
        dressed=False,
        brief="you are welcome. | de nada.",
    ),
    intent(
        "greetings",
        """
        how are you? | ¿cómo estás?
        how are you today? | ¿cómo estás hoy?
        how are you doing? | ¿cómo te va?
        how do you feel? | ¿cómo te sientes?
        are you okay? | ¿estás bien?
        how is it going? | ¿qué tal?
        are you well? | ¿estás bien?
        what's up? | ¿qué tal?
        """,
        "I am well, thank you. | estoy bien, gracias.",
        brief="I am well. | estoy bien.",
    ),
    intent(
        "greetings",
        """
        sorry. | perdón.
        I am sorry. | lo siento.
        never mind. | no importa.
        it does not matter. | no importa.
        forget it. | olvídalo.
        """,
        "no problem. | no hay problema.",
        dressed=False,
        brief="no problem. | no hay problema.",
    ),
    intent(
        "greetings",
        """
        yes. | sí.
        okay. | vale.
        good. | bien.
        great. | genial.
        fine. | bien.
        that is right. | es correcto.
        """,
        "okay, what else can I do for you? | vale, ¿qué más puedo hacer por ti?",
        dressed=False,
        brief="okay. | vale.",
    ),
    intent(
        "greetings",
        """
        no. | no.
        no thanks. | no, gracias.
        no, thank you. | no, gracias.
        nothing. | nada.
        """,
        "okay, just ask when you need me. | vale, pregunta cuando me necesites.",
        dressed=False,
        brief="okay. | vale.",
    ),
    intent(
        "greetings",
        """
        stop. | para.
        be quiet. | silencio.
        stop talking. | deja de hablar.
        please stop. | para, por favor.
        wait. | espera.
        silence. | silencio.
        enough. | basta.
        okay, stop. | vale, para.
        """,
        "okay, I will stop. | vale, paro.",
        dressed=False,
        brief="okay. | vale.",
    ),
    intent(
        "greetings",
        """
        I am happy. | estoy contento.
        I am fine. | estoy bien.
        I am fine, thank you. | estoy bien, gracias.
        I am well. | estoy bien.
        I feel good today. | hoy me siento bien.
        I had a good day. | he tenido un buen día.
        """,
        "I am glad to hear that. | me alegra oírlo.",
        dressed=False,
        brief="good. | bien.",
    ),
    intent(
        "greetings",
        """
        I am sad. | estoy triste.
        I am tired. | estoy cansado.
        I feel bad today. | hoy me siento mal.
        I am not well. | no estoy bien.
        I had a bad day. | he tenido un mal día.
        I am bored. | estoy aburrido.
        """,
        "I am sorry to hear that. | siento oír eso.",
        dressed=False,
        brief="I am sorry. | lo siento.",
    ),
)
