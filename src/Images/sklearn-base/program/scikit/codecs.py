"""Request bodies to rows of numbers, predictions to answers."""
import csv
import io
import json

import numpy

from .errors import RequestError

CSV, JSON, LINES = "text/csv", "application/json", "application/jsonlines"
CONTENT_TYPES = (CSV, JSON, LINES)
ACCEPT = (JSON, CSV, LINES)


def media_type(header):
    return (header or "").split(";")[0].strip().lower()


def choose_accept(header):
    """The first type of an Accept header that there is; JSON where the caller takes anything."""
    wanted = [media_type(part) for part in (header or "").split(",")]
    for word in wanted:
        if word in ACCEPT:
            return word
        if word in ("", "*/*", "application/*"):
            return JSON
        if word == "text/*":
            return CSV
    raise RequestError(406, f"Accept '{header}' is not offered: use {', '.join(ACCEPT)}")


def decode(body, content_type, features, known=None):
    """(rows, len(features)) float64. `known` holds the values of features that an object may leave out."""
    kind = media_type(content_type)
    if kind not in CONTENT_TYPES:
        raise RequestError(415, f"content type '{content_type}' is not taken: use {', '.join(CONTENT_TYPES)}")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise RequestError(400, "the body is not UTF-8 text") from e
    if kind == CSV:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        if len(rows) > 1 and [c.strip() for c in rows[0]] == features:
            rows = rows[1:]
    elif kind == JSON:
        rows = _json_rows(_parse(text, "the body"), features, known)
    else:
        rows = [r for n, line in enumerate(text.splitlines(), 1) if line.strip()
                for r in _json_rows(_parse(line, f"line {n}"), features, known)]
    return _numbers(rows, features)


def encode(answer, accept):
    """answer: {"predictions": [{"label": ..., "probabilities": {...}}], "algorithm": ...}."""
    if accept == CSV:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for p in answer["predictions"]:
            writer.writerow([p["label"], *p.get("probabilities", {}).values()])
        return out.getvalue().encode()
    if accept == LINES:
        return "".join(json.dumps(p) + "\n" for p in answer["predictions"]).encode()
    return json.dumps(answer).encode()


def _parse(text, where):
    try:
        return json.loads(text)
    except json.JSONDecodeError as e:
        raise RequestError(400, f"{where} is not JSON: {e}") from e


def _json_rows(value, features, known=None):
    """[..], [[..]], {"instances": ..}, {"features": ..}, {"name": number, ..} and lists of these."""
    if isinstance(value, dict):
        for key in ("instances", "inputs", "features", "data"):
            if key in value and key not in features:
                return _json_rows(value[key], features, known)
        value = {**(known or {}), **value}
        missing = [f for f in features if f not in value]
        if missing:
            raise RequestError(400, f"the object lacks {', '.join(missing)}")
        return [[value[f] for f in features]]
    if not isinstance(value, list):
        raise RequestError(400, "JSON must be a row, a list of rows, an object by feature names, or {\"instances\": [...]}")
    if value and all(isinstance(v, (list, dict)) for v in value):
        return [row for v in value for row in _json_rows(v, features, known)]
    return [value] if value else []


def _numbers(rows, features):
    if not rows:
        raise RequestError(400, f"there is no row: send {len(features)} numbers ({', '.join(features)})")
    out = numpy.empty((len(rows), len(features)))
    for i, row in enumerate(rows):
        if len(row) != len(features):
            raise RequestError(400, f"row {i + 1} has {len(row)} values where the model takes {len(features)} "
                                    f"({', '.join(features)})")
        for j, cell in enumerate(row):
            try:
                if isinstance(cell, bool) or isinstance(cell, (list, dict)):
                    raise ValueError
                out[i, j] = float(cell)
            except (TypeError, ValueError) as e:
                raise RequestError(400, f"row {i + 1}, {features[j]}: {json.dumps(cell)} is no number") from e
    if not numpy.isfinite(out).all():
        i, j = numpy.argwhere(~numpy.isfinite(out))[0]
        raise RequestError(400, f"row {i + 1}, {features[j]}: the number must be finite")
    return out
