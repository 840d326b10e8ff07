"""A report as one self-contained page: no script, nothing from outside, light and dark as the reader's system is.

Made from the report's JSON values alone. Owns the page's order and words; shapes are app.bench.charts', colors are in
resources/report.css.
"""

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from app.bench.charts import Bar, Line, Part, bars, curve, whole
from app.bench.verdict import size

_KINDS = {
    "soak": "Soak",
    "rehearsal": "Rehearsal",
    "latency": "Latency",
}
_ROLES = {
    "asr": "Recognizer",
    "translation": "Translator",
    "llm": "Language model",
    "vlm": "Picture model",
    "tts": "Voice",
}
_STEPS = {
    "asr_final": ("Words known", "asr"),
    "translate_in": ("Question translated", "translation"),
    "first_token": ("First token", "llm"),
    "first_clause": ("First clause", "vlm"),
    "first_audio": ("First sound", "tts"),
}
"""Of a spoken turn until it is heard: what it is called, and the class of its color."""

Row = Mapping[str, Any]


def page(report: Row) -> str:
    """The whole document."""
    style = (resources.files("resources") / "report.css").read_text(encoding="utf-8")
    title = f"Parley: {report['verdict']['headline']}"
    parts = [_header(report), _words(report), *_errors(report)]
    if "devices" in report:
        parts += [_memory(report), _models(report), _sharing(report)]
    parts += _turn(report)
    if "limits" in report:
        parts += [_limits(report), _cards(report)]
    if "questions" in report:
        parts.append(_questions(report))
    parts.append(_footer(report))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escape(title)}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n" + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"
    )


def _header(report: Row) -> str:
    machine = report["machine"]
    cards = ", ".join(gpu["name"] for gpu in machine["gpus"]) or "no graphics card"
    where = f"{cards} · {machine['cores']} cores · {size(machine['ram_total'])} of main memory"
    mood = "good" if report["verdict"]["good"] else "bad"
    tiles = "".join(
        f'<div><dt>{escape(what)}</dt><dd class="figure">{escape(figure)}</dd>'
        f'<dd class="beside">{escape(beside)}</dd></div>'
        for what, figure, beside in _tiles(report)
    )
    when = report["began"].replace("T", " ")[:16]
    return (
        f'<header class="{mood}">\n<p>{_KINDS[report["kind"]]} · {escape(when)} UTC · {escape(where)}</p>\n'
        f'<h1>{escape(report["verdict"]["headline"])}</h1>\n</header>\n<dl class="tiles">{tiles}</dl>'
    )


def _tiles(report: Row) -> list[tuple[str, str, str]]:
    tiles = []
    for device in report.get("devices", ()):
        if device["peak"] is None:
            continue
        off = device["error_percent"]
        tiles.append(
            (
                f"Parley at its peak, {device['name'].lower() if device['device'] is None else device['name']}",
                size(device["peak"]),
                f"{size(device['forecast'])} forecast" + (f" ({off:+.1f} %)" if off is not None else ""),
            )
        )
        tiles.append(
            ("Free at the tightest moment", size(device["least_free"]), f"{size(device['margin'])} are the margin")
        )
    if speeds := report.get("speeds"):
        for name, who in (("llm_tokens_per_second", "Language model"), ("vlm_tokens_per_second", "Picture model")):
            speed = speeds[name]
            if speed["together"]:
                alone = f"{speed['alone']:,.3g} alone" if speed["alone"] else ""
                tiles.append((f"{who}, tokens a second", f"{speed['together']:,.3g}", alone))
    heard = report["turns"]["spoken"]["marks_ms"]["first_audio"]
    if heard:
        tiles.append(
            ("End of speech to first sound", _time(heard["p50"]), f"{_time(heard['p95'])} at the 95th percentile")
        )
    return tiles


def _words(report: Row) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in report["verdict"]["sentences"])
    return f'<section>\n<h2>What it means</h2>\n<ul class="words">{items}</ul>\n</section>'


def _errors(report: Row) -> list[str]:
    errors = report["errors"]
    if not errors["count"]:
        return []
    items = "".join(f"<li>{escape(error)}</li>" for error in errors["first"])
    return [f'<section>\n<h2>Errors: {errors["count"]}</h2>\n<ul class="words">{items}</ul>\n</section>']


def _memory(report: Row) -> str:
    parts = [
        "<h2>Does it fit?</h2>",
        "<p>What each part takes of the memory there is, and how that went over the time.</p>",
    ]
    for device in report["devices"]:
        models = [row for row in report["models"] if device["device"] is None or row["gpu"] == device["device"]]
        parts.append(f"<h3>{escape(device['name'])}, {size(device['total'])}</h3>")
        parts.append(_shares(device, models))
        if not device["curve"]:
            continue
        lines = [Line(device["forecast"], f"forecast {size(device['forecast'])}", "forecast")]
        room = device["base"] * (device["device"] is None) + device["free_before"] - device["margin"]
        if room < 3 * device["peak"]:
            lines.append(Line(room, f"all that is free, less the margin: {size(room)}", "limit"))
        title = f"Memory that Parley takes of {device['name']} over the time, in bytes"
        parts.append(curve(device["curve"], lines, _axis, report["together_from"], title))
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _shares(device: Row, models: Sequence[Row]) -> str:
    field = "ram" if device["device"] is None else "vram"
    taken: dict[str, int] = {}
    for row in models:
        size_of = row[f"measured_{field}"]
        taken[row["role"]] = taken.get(row["role"], 0) + (row[f"forecast_{field}"] if size_of is None else size_of)
    base = device["base"]
    others = device["total"] - device["free_before"] - (base if device["device"] is None else 0)
    own = "Parley itself" if device["device"] is None else "CUDA"
    parts = [Part(others, "Others", "others"), Part(base, own, "base")]
    parts += [Part(taken[role], _ROLES[role], role) for role in _ROLES if taken.get(role)]
    parts.append(Part(device["total"] - sum(part.value for part in parts), "Free", "free"))
    legend = "".join(
        f'<li><i class="{part.kind}"></i>{escape(part.label)} {size(part.value)}</li>'
        for part in parts
        if part.value > 0
    )
    chart = whole(parts, device["total"], size, f"What takes the memory of {device['name']}")
    return f'{chart}\n<ul class="legend">{legend}</ul>'


def _models(report: Row) -> str:
    rows = []
    for model in report["models"]:
        field = "ram" if model["gpu"] is None else "vram"
        forecast, measured = model[f"forecast_{field}"], model[f"measured_{field}"]
        each = [Bar(forecast, size(forecast), "forecast-bar")]
        if measured is not None:
            each.append(Bar(measured, size(measured), "measured-bar"))
        rows.append((_short(model["name"]), each))
    table = _table(
        ("Model", "Role", "Runs on", "#Context", "#Picture", "#Loads in"),
        [
            (
                model["name"],
                _ROLES[model["role"]],
                "CPU" if model["gpu"] is None else f"GPU {model['gpu']}",
                f"{model['context']:,}" if model["context"] else "",
                f"{model['picture_side']} px" if model["picture_side"] else "",
                f"{model['load_seconds']:.1f} s" if model["load_seconds"] is not None else "",
            )
            for model in report["models"]
        ],
    )
    chart = bars(rows, "Memory of each model, forecast and measured")
    return (
        "<section>\n<h2>Forecast against measured</h2>\n<p>Each model's memory while it does the most that it may "
        "ever be asked: a full prompt, the largest picture, the longest sentence. The first model to need a library "
        f"brings it along.</p>\n{chart}\n"
        '<ul class="legend"><li><i class="forecast-bar"></i>Forecast</li>'
        '<li><i class="measured-bar"></i>Measured</li></ul>\n'
        f"<details><summary>Where and how each is opened</summary>{table}</details>\n</section>"
    )


def _sharing(report: Row) -> str:
    rows, listed = [], []
    for stage in report["stages"]:
        each = []
        for phase in ("alone", "together"):
            if found := stage[phase]:
                told = f"{_time(found['p50'])}, 95 %: {_time(found['p95'])}"
                each.append(Bar(found["p50"], told, phase, found["p95"]))
            figures = [_time(found[name]) for name in ("p50", "p95", "p99")] if found else [""] * 3
            price = f"×{stage['price']:g}" if stage["price"] and phase == "together" else ""
            count = f"{found['count']:,}" if found else "0"
            listed.append((stage["title"] if phase == "alone" else "", phase, count, *figures, price))
        rows.append((_short(stage["title"]), each))
    chart = bars(rows, "Time of every stage alone and together, median and 95th percentile", logarithmic=True)
    table = _table(("Stage", "", "#Times", "#Half within", "#95 % within", "#99 % within", "#Price"), listed)
    return (
        "<section>\n<h2>What sharing costs</h2>\n<p>Every stage by itself, and while all others work beside it: half "
        "of the times are within the bar, 95 of 100 within the line. The scale is logarithmic."
        f'</p>\n{chart}\n<ul class="legend"><li><i class="alone"></i>By itself</li><li><i class="together"></i>All '
        f"together</li></ul>\n<details><summary>All figures</summary>{table}</details>\n</section>"
    )


def _turn(report: Row) -> list[str]:
    steps = [step for step in report["turns"]["steps"] if step["step"] in _STEPS]
    spoken = report["turns"]["spoken"]
    if not steps or not spoken["answered"]:
        return []
    parts = [Part(step["p50"], *_STEPS[step["step"]]) for step in steps]
    total = sum(part.value for part in parts)
    legend = "".join(f'<li><i class="{part.kind}"></i>{part.label} {_time(part.value)}</li>' for part in parts)
    marks = spoken["marks_ms"]
    reached = [
        (_STEPS[name][0], *(_time(marks[name][each]) for each in ("p50", "p95", "p99")), f"{marks[name]['count']:,}")
        for name in _STEPS
        if marks.get(name)
    ]
    table = _table(("After the end of speech", "#Half within", "#95 % within", "#99 % within", "#Turns"), reached)
    beside = " while the picture model works beside it" if report["kind"] != "latency" else ""
    return [
        "<section>\n<h2>A spoken turn</h2>\n<p>Where the time goes between the end of speech and the first sound of "
        f"the answer{beside}; the middle of {spoken['answered']:,} turns.</p>\n"
        f"{whole(parts, total, _time, 'The steps of a spoken turn until it is heard')}\n"
        f'<ul class="legend">{legend}</ul>\n{table}\n</section>'
    ]


def _limits(report: Row) -> str:
    rows = [
        (row["what"], f"{row['now']:,}", "none" if row["most"] is None else f"{row['most']:,}", row["why"])
        for row in report["limits"]
    ]
    table = _table(("One thing at a time may grow", "#Now", "#At most", "What bounds it"), rows)
    traded = "".join(f"<li>{escape(sentence)}</li>" for sentence in report["traded"])
    more = f'<h3>What this machine costs</h3>\n<ul class="words">{traded}</ul>' if traded else ""
    return (
        "<section>\n<h2>How far you can go</h2>\n<p>By forecast, from what was free when the measurement began. The "
        f"margin stays free.</p>\n{table}\n{more}\n</section>"
    )


def _cards(report: Row) -> str:
    rows = []
    for card in report["other_cards"]:
        on = ", ".join(_ROLES[role].lower() for role in _ROLES if role in card["on_card"]) or "nothing"
        mark = ("yes", "Fits") if card["whole"] else ("no", "In part" if card["on_card"] else "Does not fit")
        rows.append((card["name"], size(card["total"]), mark, f"{on[:1].upper()}{on[1:]}", size(card["left"])))
    table = _table(("Card", "#Memory", "", "On the card", "#Left"), rows)
    return (
        "<section>\n<h2>The same models on other cards</h2>\n<p>By forecast, with nothing else on the card. It fits if "
        "language model, picture model and voice are on it as a whole.</p>\n"
        f"{table}\n</section>"
    )


def _questions(report: Row) -> str:
    rows = []
    for asked in report["questions"]:
        heard = asked["timings_ms"]["first_audio"]
        rows.append((asked["file"], asked["heard"] or "", asked["answer"], "" if heard is None else _time(heard)))
    table = _table(("File", "Heard", "Answer", "#First sound"), rows)
    return f"<section>\n<h2>Every turn</h2>\n{table}\n</section>"


def _footer(report: Row) -> str:
    told = [f"Parley {report['parley']}, measured for {report['seconds']:.0f} s."]
    if report["interrupted"]:
        told.append("The measurement was interrupted; these are the figures until then.")
    if "seed" in report:
        told.append(f"The questions and pictures are those of seed {report['seed']}.")
    if shapes := report.get("shapes"):
        told.append(
            "The models have the shapes of published ones and random weights: what they take and how fast they are is "
            "real, what they say is not."
        )
        guessed = [shape["name"] for shape in shapes if shape["unverified"]]
        if guessed:
            told.append(f"Some sizes of these were not looked up at their source: {'; '.join(guessed)}.")
    told.append("GB and MB are decimal.")
    return f"<footer>{escape(' '.join(told))}</footer>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str | tuple[str, str]]]) -> str:
    """A head that begins with # is that of a column of numbers; a cell may be (class, text)."""
    numbers = [head.startswith("#") for head in heads]

    def cell(value: str | tuple[str, str], number: bool) -> str:
        kind, text = value if isinstance(value, tuple) else ("number" if number else "", value)
        return f'<td class="{kind}">{escape(text)}</td>' if kind else f"<td>{escape(text)}</td>"

    top = "".join(
        f'<th class="number">{escape(head[1:])}</th>' if number else f"<th>{escape(head)}</th>"
        for head, number in zip(heads, numbers, strict=True)
    )
    body = "".join("<tr>" + "".join(map(cell, row, numbers)) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _short(name: str, most: int = 42) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _axis(count: float) -> str:
    return f"{count / 1e9:.3g} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB" if count else "0"


def _time(milliseconds: float) -> str:
    if milliseconds >= 10_000:
        return f"{milliseconds / 1000:.0f} s"
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.2g} ms"
