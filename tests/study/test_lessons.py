"""The lessons: each loads, is short, plain and British, and says nothing of the data that the data do not say."""

import re
import time
from importlib.resources import files
from pathlib import Path

import pytest

from engine.errors import ContentError, InputError
from engine.study import lessons
from engine.study.cases import cases
from engine.study.lessons import Lesson
from engine.study.pictures import MODULES, Picture, picture
from engine.study.questions import bank
from pages.shared import state

ROOT = Path(__file__).resolve().parents[2]
ALL = lessons.lessons()
SKILLS = {skill for item in bank() for skill in item.skills}
ELSEWHERE = {
    "r-basics",
    "git-flow",
    "containers-ci",
    "deep-frameworks",
    "spark",
    "cloud-ml",
    "open-source",
    "competitions",
}
"""Skills of which the application cannot verify the work itself."""
VERIFIED = SKILLS - ELSEWHERE
SOURCES = "".join(p.read_text("utf-8") for part in ("data", "evaluate") for p in (ROOT / "engine" / part).rglob("*.py"))
CODES = set(re.findall(r'"(PF-[A-Z]\d\d)"', SOURCES))
EASIEST_ALLOWED = 55.0
AMERICAN = re.compile(
    r"\b\w*(?:[a-z]{3}iz(?:e|es|ed|ing|ation|ations|er|ers)|[a-z]{3}yz(?:e|es|ed|ing)|"
    r"(?:col|fav|behavi|neighb|lab|hon|harb|rum|vap)or(?:s|ed|ing|able|hood)?|"
    r"(?:cent|met|lit|fib|theat)er(?:s|ed)?|(?:mode|labe|cance|trave|signa)l(?:ed|ing|er)|"
    r"defense|offense|gray|catalog|program(?:ed|ing)|judgment|fulfill|skillful|spelled|learned by rote)\b",
    re.IGNORECASE,
)
# Written alike on both sides of the ocean.
BOTH = {
    "hyperparameters",
    "size",
    "sizes",
    "sized",
    "resize",
    "prize",
    "seize",
    "parameter",
    "diameter",
    "kilometer",
    "perimeter",
}


def plain(text: str) -> str:
    """Take code and marks away: what a reader reads."""
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    return re.sub(r"[*_>#]", "", re.sub(r"`[^`]*`", "this", text)).replace("\\$", "$")


def whole(lesson: Lesson) -> str:
    return plain("\n\n".join(lesson.parts(picture(lesson.picture).facts)))


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z][A-Za-z'’]*|\d[\d,.]*", text)


def syllables(word: str) -> int:
    """Count groups of vowels; an ending that is written and not spoken is no syllable."""
    word = re.sub(r"(?<=[^aeiouyldt])ed$|(?<=[^aeiouyszxc])es$|(?<=[^aeiouyl])e$", "", word.lower().rstrip("'’"))
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def reading_ease(text: str) -> float:
    """Compute the reading ease of Flesch, R. (1948). A new readability yardstick. J. Appl. Psychol. 32, 221-233."""
    sentences = [one for one in re.split(r"(?<=[.!?])[”)]?\s|\n\n", text) if re.search("[A-Za-z]", one)]
    spoken = [word for word in words(text) if word[0].isalpha()]
    return 206.835 - 1.015 * len(words(text)) / len(sentences) - 84.6 * sum(map(syllables, spoken)) / len(spoken)


def test_the_formula_agrees_with_texts_of_known_ease() -> None:
    assert reading_ease("The cat sat on the mat.") == pytest.approx(116.1, abs=0.1)
    known = {"made": 1, "baked": 1, "table": 2, "wanted": 2, "probability": 5, "boxes": 2, "trees": 1, "the": 1}
    assert {word: syllables(word) for word in known} == known
    hard = "Notwithstanding considerable heterogeneity, regularisation systematically ameliorates generalisation."
    assert reading_ease(hard) < 0


def test_every_skill_that_can_be_verified_has_a_lesson() -> None:
    assert len(VERIFIED) == 52
    assert set(ALL) >= VERIFIED
    assert set(ALL) <= SKILLS, "a lesson belongs to a skill that exists"


def test_every_question_names_a_lesson_that_exists() -> None:
    assert {item.lesson for item in bank() if item.skills[0] in VERIFIED} <= set(ALL)


@pytest.mark.parametrize("lesson", ALL.values(), ids=list(ALL))
def test_a_lesson_is_short_plain_and_british(lesson: Lesson) -> None:
    text = whole(lesson)
    assert 300 <= len(words(text)) <= 600
    assert len(lesson.about) <= 32, "a link stays on one line, on a telephone too"
    assert reading_ease(text) >= EASIEST_ALLOWED
    american = {found[0].lower() for found in AMERICAN.finditer(f"{lesson.title} {lesson.do} {text}")} - BOTH
    assert not american
    assert "!" not in text
    assert abs(lesson.minutes - len(words(text)) / 110) <= 1.6, "about as long as it takes"


@pytest.mark.parametrize("lesson", ALL.values(), ids=list(ALL))
def test_every_number_comes_from_the_data_or_is_said_to_come_from_elsewhere(lesson: Lesson) -> None:
    text = plain(re.sub(r"\{\{ \w+ \}\}", "", lesson.text))
    written = {one.rstrip(".,") for one in re.findall(r"\d[\d,.]*", text)}
    assert written == set(lesson.said), "numbers that no picture fills in stand in `said`, and nothing else does"
    assert len(lesson.blanks) >= 4, "a worked example has real numbers"


@pytest.mark.parametrize("lesson", ALL.values(), ids=list(ALL))
def test_every_place_it_names_exists(lesson: Lesson) -> None:
    assert lesson.page in state.FILES
    for context in lesson.where:
        page, _, part = context.partition("/")
        if context.startswith("finding:"):
            assert context.removeprefix("finding:") in CODES | {code[:4] for code in CODES}
            continue
        assert page in state.FILES
        source = (ROOT / state.FILES[page]).read_text("utf-8")
        tabs = {name.lower().replace(" ", "-") for name in re.findall(r'"([A-Z][A-Za-z ]+)"', source)}
        assert not part or part in tabs


def test_every_finding_leads_to_a_lesson() -> None:
    sources = "".join(p.read_text("utf-8") for p in (ROOT / "engine" / "data" / "checks").glob("*.py"))
    for code in set(re.findall(r'code="(PF-[A-Z]\d\d)"', sources)):
        assert 1 <= len(lessons.offered_at(f"finding:{code}")) <= 3, code


def test_a_page_offers_no_more_than_can_be_overlooked() -> None:
    for page in state.FILES:
        assert len(lessons.offered_at(page)) <= 14, page
    assert lessons.offered_at("finding:PF-Q99") == lessons.offered_at("finding:PF-Q")
    assert lessons.offered_at("nowhere") == ()


@pytest.mark.parametrize("name", sorted({lesson.picture for lesson in ALL.values()}))
def test_a_picture_is_quick_the_same_each_time_and_drawable(name: str) -> None:
    made = picture(name)
    began = time.process_time()
    again = picture.__wrapped__(name)
    taken = time.process_time() - began
    assert dict(again.facts) == dict(made.facts)
    assert taken < 3.0, "meant to be below 0.3 s; the bound leaves room for a slow machine"
    assert all(value and "nan" not in value for value in made.facts.values())
    options = made.choice.options if made.choice else (None,)
    titles = set()
    for option in options:
        figure = made.figure(option)
        titles.add(figure.title)
        assert figure.table
        assert figure.alt
        assert option != options[-1] or figure.specification(), "the last as well as the first"
    assert len(titles) == len(options), "what is chosen changes what is said"
    assert made.figure().specification() == again.figure().specification()
    assert made.choice is None or made.choice.start in options
    assert made.figure("no such option").title == made.figure().title


@pytest.mark.parametrize("module", MODULES)
def test_no_picture_is_left_over(module: str) -> None:
    source = (ROOT / "engine" / "study" / "pictures" / f"{module}.py").read_text("utf-8")
    named = {f"{module}.{one}" for one in re.findall(r"^def ([a-z]\w*)\(\) -> Picture", source, flags=re.MULTILINE)}
    assert named == {one.picture for one in (*ALL.values(), *cases().values()) if one.picture.startswith(f"{module}.")}


@pytest.mark.parametrize("name", ["coding.nothing", "nowhere.ratio", "coding.number", "coding.table", "coding", ""])
def test_only_pictures_are_found(name: str) -> None:
    with pytest.raises(InputError, match="no picture"):
        picture(name)


GOOD = (files("engine.content") / "lessons" / "eda.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("+++\nskill", "skill", "a head between"),
        ('skill = "eda"', 'skill = "leakage"', "skill"),
        ("minutes = 4", "minutes = 0", "minutes"),
        ("minutes = 4", "minutes = 4\ncolour = 1", "colour"),
        ("minutes = 4", "minutes = ", "valid TOML"),
        ('where = ["data"', 'where = ["Data page"', "where"),
        ("explore.departments", "explore", "picture"),
        ("\n[picture]\n", "\n", r"\[picture\]"),
        ("\n[picture]\n", "\n[picture]\n\n[picture]\n", r"\[picture\]"),
        ("title =", "titel =", "title"),
    ],
)
def test_a_fault_is_named_by_file_and_key(before: str, after: str, told: str) -> None:
    assert lessons.read(GOOD, "eda.md").skill == "eda"
    assert before in GOOD
    with pytest.raises(ContentError, match=told) as caught:
        lessons.read(GOOD.replace(before, after, 1), "eda.md")
    assert "eda.md" in str(caught.value)


def test_a_number_that_no_picture_gives_is_a_fault() -> None:
    broken = lessons.read(GOOD.replace("{{ men }}", "{{ giraffes }}"), "eda.md")
    with pytest.raises(ContentError, match="giraffes"):
        broken.parts(picture(broken.picture).facts)


def test_a_lesson_is_fetched_by_skill() -> None:
    assert lessons.lesson("eda") is ALL["eda"]
    with pytest.raises(InputError, match="no lesson"):
        lessons.lesson("alchemy")


def test_money_is_not_read_as_mathematics() -> None:
    assert lessons.fill("from $5 to ${{ top }}", {"top": "9"}) == r"from \$5 to \$9"


def test_the_picture_of_a_lesson_is_a_value() -> None:
    made = picture("coding.ratio")
    assert isinstance(made, Picture)
    assert made.source
