"""Check a published portfolio with nothing but Python: ``python check.py [FOLDER]``.

Level 1: the files are the listed ones, the trial log is whole, and the signature fits the author's key.
Level 2: each claimed score follows from the published predictions.
It needs Python 3.9 or later and no package, opens no connection and runs nothing of what it checks.
It does not repeat the intervals, which are drawn with a seeded generator (`proofolio verify` does), and it cannot
tell who did the work, or that the data is true. A forgery that was signed anew shows as another key.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Callable

FIRST = "0" * 64
RELATIVE, ABSOLUTE = 1e-6, 1e-9


def main() -> int:
    """Check the folder that is named, or the one that this file stands in; 0 if everything holds."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    faults: list[str] = []
    try:
        summary = check(folder, faults)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        ZeroDivisionError,
        RecursionError,
        csv.Error,
    ) as error:
        faults.append(f"a file is not of the form that it should be ({type(error).__name__}: {error})")
        summary = "Not everything could be checked."
    for fault in faults:
        print("DOES NOT HOLD:", fault)
    print(summary)
    print("Everything that was checked holds." if not faults else f"{len(faults)} point(s) do not hold.")
    return 1 if faults else 0


def check(folder: Path, faults: list[str]) -> str:
    """Check a site, a repository or a project; returns one sentence that says what was done."""
    document, key = check_evidence(folder, faults)
    parts = document.get("projects") or [] if document else []
    projects = [(folder, document)] if document and document.get("project") else []
    for part in parts:
        place = inside(folder, part["path"])
        if digest(place / "evidence.json") != part["evidence_sha256"]:
            faults.append(f"{part['slug']}: not the evidence that the site names")
        inner, signer = check_evidence(place, faults)
        if inner and signer != key:
            faults.append(f"{part['slug']}: signed by another key")
        if inner:
            projects.append((place, inner))
    count = sum(check_project(place, inner, faults) for place, inner in projects)
    return f"{len(projects)} project(s), {count} score(s) recomputed, key {key or 'unknown'}."


def inside(folder: Path, name: str) -> Path:
    """Return a path below a folder; nothing outside is ever read."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"the evidence names a file outside its folder: {name!r}")
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, empty if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def check_evidence(folder: Path, faults: list[str]) -> tuple[dict[str, Any], str]:
    """Check one evidence.json, its signature and its files; returns it with the fingerprint of its key."""
    try:
        data = (folder / "evidence.json").read_bytes()
        document = json.loads(data)
        public = bytes.fromhex(document["key"]["public"])
        text = (folder / "evidence.sig").read_bytes().decode("ascii")
        signature = bytes.fromhex(text)
        files = [(one["path"], one["sha256"]) for one in document["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        faults.append(f"{folder.name}: evidence.json or its signature cannot be read ({error})")
        return {}, ""
    fingerprint = hashlib.sha256(public).hexdigest()[:16]
    # One way of writing it only: nothing about the file can be changed unseen.
    plain = text in (signature.hex(), signature.hex() + "\n")
    if document["key"].get("fingerprint") != fingerprint or not plain or not is_signed(data, signature, public):
        faults.append(f"{folder.name}: the signature does not fit")
    for name, sha256 in files:
        if digest(inside(folder, name)) != sha256:
            faults.append(f"{folder.name}: {name} was changed or is missing")
    return document, fingerprint


def check_project(folder: Path, document: dict[str, Any], faults: list[str]) -> int:
    """Check the trial log and the scores of one project; returns how many scores were recomputed."""
    log = inside(folder, "trials.jsonl").read_text(encoding="utf-8").removesuffix("\n")
    previous, lines = FIRST, log.split("\n") if log else []
    for place, line in enumerate(lines, start=1):
        if json.loads(line).get("previous") != previous:
            faults.append(f"{folder.name}: the trial log breaks at line {place}")
            break
        previous = hashlib.sha256(line.encode()).hexdigest()
    if (len(lines), previous) != (document["trials"]["count"], document["trials"]["log_head"]):
        faults.append(f"{folder.name}: the trial log is not the one that was sealed")
    done = 0
    tables: dict[str, Table] = {}
    for claim in document["claims"]:
        if claim["file"] is None or claim["metric"] not in METRICS:
            continue
        if claim["file"] not in tables:
            tables[claim["file"]] = read(inside(folder, claim["file"]), document["problem"])
        table = tables[claim["file"]]
        found = METRICS[claim["metric"]](table)
        done += 1
        close = math.isclose(found, claim["value"], rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        if not close or len(table.actual) != claim["n"]:
            faults.append(f"{folder.name}: {claim['metric']} is {found:.9g}, not {claim['value']:.9g}")
    return done


class Table:
    """The published predictions: truth, values or probabilities, and the class that is said of each row."""

    def __init__(self, actual: list[Any], predicted: list[Any], classes: list[str], costs: list[list[float]]) -> None:
        self.actual, self.predicted, self.classes, self.costs = actual, predicted, classes, costs
        if classes:
            self.said = [self._decide(row) for row in predicted]
            pairs, kinds = Counter(zip(actual, self.said)), range(len(classes))
            self.counts = [[pairs[i, j] for j in kinds] for i in kinds]

    def _decide(self, row: list[float]) -> int:
        if self.costs:
            kinds = range(len(row))
            expected = [sum(row[i] * self.costs[i][j] for i in kinds) for j in kinds]
            return expected.index(min(expected))
        return row.index(max(row))


def read(path: Path, problem: dict[str, Any]) -> Table:
    """Read predictions.csv."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    classes = list(problem.get("classes") or [])
    if not classes:
        return Table([float(row["actual"]) for row in rows], [float(row["prediction"]) for row in rows], [], [])
    codes = {neutral(label): code for code, label in enumerate(classes)}
    actual = [codes[row["actual"]] for row in rows]
    predicted = [[float(row[f"probability_{label}"]) for label in classes] for row in rows]
    return Table(actual, predicted, classes, problem.get("costs") or [])


def neutral(label: str) -> str:
    """Write a label as the file does: one that a spreadsheet would take for a formula has an apostrophe before it."""
    try:
        float(label)
    except ValueError:
        return f"'{label}" if label[:1] in ("=", "+", "-", "@", "\t", "\r") else label
    return label


def mean(values: list[float]) -> float:
    """Return the mean, summed without loss."""
    return math.fsum(values) / len(values)


def ratio(top: float, bottom: float) -> float:
    """Divide; nothing over nothing is nothing."""
    return top / bottom if bottom else 0.0


def median(values: list[float]) -> float:
    """Return the middle value, or the mean of the middle two."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def ranked(table: Table) -> list[tuple[int, int]]:
    """Return (rows, positives) for each distinct score, highest score first."""
    steps: dict[float, tuple[int, int]] = {}
    for actual, row in zip(table.actual, table.predicted):
        rows, positives = steps.get(row[1], (0, 0))
        steps[row[1]] = (rows + 1, positives + (actual == 1))
    return [steps[score] for score in sorted(steps, reverse=True)]


def roc_auc(table: Table) -> float:
    """Return the share of pairs in the right order, ties one half."""
    positives = sum(table.actual)
    negatives, above, area = len(table.actual) - positives, 0, 0.0
    for rows, hits in ranked(table):
        area += (rows - hits) * (above + hits / 2)
        above += hits
    return float(area / (positives * negatives))


def average_precision(table: Table) -> float:
    """Sum precision times the step in recall."""
    total, seen, found, area = sum(table.actual), 0, 0, 0.0
    for rows, hits in ranked(table):
        seen, found = seen + rows, found + hits
        area += hits / total * found / seen
    return area


def lift_top_decile(table: Table) -> float:
    """Compare the positives in the highest tenth with those in all rows."""
    rows_left, in_top = 0.1 * len(table.actual), 0.0
    for rows, hits in ranked(table):
        share = min(1.0, rows_left / rows)
        in_top, rows_left = in_top + hits * share, rows_left - rows * share
        if rows_left <= 0:
            break
    return in_top / (0.1 * len(table.actual)) / mean(table.actual)


def log_loss(table: Table) -> float:
    """Return the mean of -log of the probability of what was true."""
    tiny = sys.float_info.epsilon
    return mean([-math.log(min(max(row[code], tiny), 1 - tiny)) for code, row in zip(table.actual, table.predicted)])


def brier_score(table: Table) -> float:
    """Return the mean squared error of the probabilities; half of it for two classes."""
    scale = 0.5 if len(table.classes) == 2 else 1.0
    rows = zip(table.actual, table.predicted)
    return scale * mean([sum((p - (code == at)) ** 2 for at, p in enumerate(row)) for code, row in rows])


def by_class(table: Table) -> list[tuple[int, int, int]]:
    """Return (hits, said, actual) for each class."""
    kinds, counts = range(len(table.classes)), table.counts
    return [(counts[k][k], sum(counts[i][k] for i in kinds), sum(counts[k])) for k in kinds]


def macro(table: Table, value: Callable[[int, int, int], float]) -> float:
    """Average over the classes that occur."""
    return mean([value(*one) for one in by_class(table) if one[1] + one[2]])


def precision(hits: int, said: int, actual: int) -> float:
    """Return the share of what was said that was right."""
    return ratio(hits, said)


def recall(hits: int, said: int, actual: int) -> float:
    """Return the share of a class that was found."""
    return ratio(hits, actual)


def f1(hits: int, said: int, actual: int) -> float:
    """Return the harmonic mean of precision and recall."""
    return ratio(2 * hits, said + actual)


def matthews_corrcoef(table: Table) -> float:
    """Return the correlation of truth and answer (Gorodkin 2004)."""
    parts, total = by_class(table), len(table.actual)
    together = sum(hits for hits, _, _ in parts) * total - sum(said * actual for _, said, actual in parts)
    apart = (total**2 - sum(said**2 for _, said, _ in parts)) * (total**2 - sum(a**2 for _, _, a in parts))
    return ratio(together, math.sqrt(apart))


def mean_cost(table: Table) -> float:
    """Return what the errors cost for each row."""
    kinds = range(len(table.classes))
    costs = table.costs or [[float(i != j) for j in kinds] for i in kinds]
    return sum(table.counts[i][j] * costs[i][j] for i in kinds for j in kinds) / float(len(table.actual))


def errors(table: Table) -> list[float]:
    """Return prediction minus truth of each row."""
    return [said - actual for actual, said in zip(table.actual, table.predicted)]


def shares(table: Table) -> list[float]:
    """Return the size of each error as a share of the true value, where that is not zero."""
    return [abs(error) / abs(actual) for actual, error in zip(table.actual, errors(table)) if actual]


def rmsle(table: Table) -> float:
    """Return the root mean squared error of log(1 + value)."""
    pairs = zip(table.actual, table.predicted)
    return math.sqrt(mean([(math.log1p(max(said, 0.0)) - math.log1p(actual)) ** 2 for actual, said in pairs]))


def r2(table: Table) -> float:
    """Return the share of the variance that is explained."""
    middle = mean(table.actual)
    spread = math.fsum((actual - middle) ** 2 for actual in table.actual)
    return 1 - math.fsum(error**2 for error in errors(table)) / spread


def d2_absolute_error(table: Table) -> float:
    """Return the share of the absolute error that is spared beside always saying the median."""
    middle = median(table.actual)
    spread = math.fsum(abs(actual - middle) for actual in table.actual)
    return 1 - math.fsum(abs(error) for error in errors(table)) / spread


def d2_poisson(table: Table) -> float:
    """Return the share of the Poisson deviance that is spared beside always saying the mean."""

    def deviance(pairs: list[tuple[float, float]]) -> float:
        return math.fsum((y * math.log(y / said) if y else 0.0) - y + said for y, said in pairs)

    middle = mean(table.actual)
    spread = deviance([(y, middle) for y in table.actual])
    return 1 - deviance([(y, max(said, 1e-6)) for y, said in zip(table.actual, table.predicted)]) / spread


METRICS: dict[str, Callable[[Table], float]] = {
    "roc_auc": roc_auc,
    "average_precision": average_precision,
    "lift_top_decile": lift_top_decile,
    "log_loss": log_loss,
    "brier_score": brier_score,
    "accuracy": lambda t: sum(hits for hits, _, _ in by_class(t)) / len(t.actual),
    "balanced_accuracy": lambda t: mean([recall(*one) for one in by_class(t) if one[2]]),
    "precision": lambda t: precision(*by_class(t)[1]),
    "recall": lambda t: recall(*by_class(t)[1]),
    "f1": lambda t: f1(*by_class(t)[1]),
    "precision_macro": lambda t: macro(t, precision),
    "recall_macro": lambda t: macro(t, recall),
    "f1_macro": lambda t: macro(t, f1),
    "precision_weighted": lambda t: sum(precision(*one) * one[2] for one in by_class(t)) / len(t.actual),
    "recall_weighted": lambda t: sum(recall(*one) * one[2] for one in by_class(t)) / len(t.actual),
    "f1_weighted": lambda t: sum(f1(*one) * one[2] for one in by_class(t)) / len(t.actual),
    "matthews_corrcoef": matthews_corrcoef,
    "mean_cost": mean_cost,
    "rmse": lambda t: math.sqrt(mean([error**2 for error in errors(t)])),
    "mae": lambda t: mean([abs(error) for error in errors(t)]),
    "median_absolute_error": lambda t: median([abs(error) for error in errors(t)]),
    "rmsle": rmsle,
    "mape": lambda t: mean(shares(t)),
    "median_ape": lambda t: median(shares(t)),
    "r2": r2,
    "d2_absolute_error": d2_absolute_error,
    "d2_poisson": d2_poisson,
}

# Ed25519 as RFC 8032, section 5.1, defines it; all that is checked is public, so its speed gives nothing away.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


Point = tuple[int, int, int, int]


def add(a: Point, b: Point) -> Point:
    """Add two points of the curve in extended coordinates (RFC 8032, 5.1.4)."""
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, d - c, d + c, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """Multiply a point."""
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = add(found, point)
        point, factor = add(point, point), factor >> 1
    return found


def decompress(data: bytes) -> Point | None:
    """Read a point (RFC 8032, 5.1.3); nothing if there is no such point."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(data: bytes, signature: bytes, public: bytes) -> bool:
    """Whether the holder of a key signed some bytes (RFC 8032, 5.1.7)."""
    if len(signature) != 64 or len(public) != 32:
        return False
    key, point = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or point is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + data).digest(), "little") % ORDER
    assert BASE is not None
    left, right = times(s, BASE), add(point, times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


if __name__ == "__main__":
    sys.exit(main())
