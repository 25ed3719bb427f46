"""Reads CSV channels: numbers in every column but the target, which may be text. A head line is found by itself."""
import csv

import numpy

from .errors import UserError


class Table:
    """features: (rows, columns) float64; target: (rows,) numbers or text; names: one a feature column."""

    def __init__(self, features, target, names, target_name):
        self.features, self.target = features, target
        self.names, self.target_name = names, target_name


def load(folder, target=0):
    """
    All files of a channel as one table. `target` is the label's column: its index (SageMaker's custom
    is the first column) or its name where the files have a head line.
    """
    head, rows = None, []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        with open(path, newline="", encoding="utf-8") as file:
            try:
                lines = [(n, row) for n, row in enumerate(csv.reader(file), 1) if row]
            except (UnicodeDecodeError, csv.Error) as e:
                raise UserError(f"{path.name} is no CSV text: {e}") from e
        if lines and _is_head(lines[0][1]):
            head = [c.strip() for c in lines[0][1]]
            lines = lines[1:]
        rows += [(path.name, n, row) for n, row in lines]
    if not rows:
        raise UserError(f"channel '{folder.name}' holds no rows")
    width = len(rows[0][2])
    column = _column(target, head, width)
    features = numpy.empty((len(rows), width - 1))
    labels = []
    for i, (name, line, row) in enumerate(rows):
        if len(row) != width:
            raise UserError(f"{name}, line {line}: {len(row)} columns where the first row has {width}")
        labels.append(row[column].strip())
        rest = row[:column] + row[column + 1:]
        for j, cell in enumerate(rest):
            try:
                features[i, j] = float(cell)
            except ValueError as e:
                raise UserError(f"{name}, line {line}, column {j + 1 + (j >= column)}: '{cell}' is no number") from e
    names = [c for i, c in enumerate(head) if i != column] if head else [f"feature_{j + 1}" for j in range(width - 1)]
    return Table(features, _labels(labels), names, head[column] if head else "label")


def _is_head(row):
    """A row without a single number is a head line."""
    return not any(_is_number(c) for c in row)


def _is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def _column(target, head, width):
    if isinstance(target, str) and not target.lstrip("-").isdigit():
        if not head:
            raise UserError(f"hyperparameter 'target' names the column '{target}', but the data has no head line")
        if target not in head:
            raise UserError(f"hyperparameter 'target': no column '{target}' among {', '.join(head)}")
        return head.index(target)
    index = int(target)
    if not -width <= index < width:
        raise UserError(f"hyperparameter 'target': column {index} of {width}")
    return index % width


def _labels(texts):
    """Numbers stay numbers; whole ones become int, so that a class is called 1 and not 1.0."""
    if not all(_is_number(t) for t in texts):
        return numpy.array(texts)
    values = numpy.array([float(t) for t in texts])
    return values.astype(int) if (values == numpy.round(values)).all() else values
