"""Reading a posting: what is recognised, in which order, in which script; hostile text stays harmless."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.career import pay, postings, requirements
from engine.career.wording import content, fold
from engine.domain.posting import DEGREES, ENGAGEMENTS, PERIODS
from engine.errors import InputError
from engine.evidence import skill_content
from tests.conftest import MOMENT

POSTING = """Senior Data Scientist
Company: Example GmbH
Location: Berlin

We raised $50M. Learning budget of $2,000 a year. Salary: €65,000 – €80.000 per year, full-time, fully remote.
Requirements:
- Bachelor's degree in computer science or equivalent experience
- SQL, then Python and Scikit-Learn
- an R&D mindset; you excel at what you do
- CI/CD
Nice to have:
- Spark and R
- AWS
What we offer:
- Docker everywhere
"""


def skills(text: str) -> tuple[str, ...]:
    return tuple(one.skill for one in requirements.find(text))


def test_a_posting_is_read_in_its_own_order() -> None:
    found = postings.read(POSTING, at=MOMENT)
    assert (found.title, found.company, found.place) == ("Senior Data Scientist", "Example GmbH", "Berlin")
    assert (found.pay_low, found.pay_high, found.currency, found.period) == (65_000, 80_000, "EUR", "year")
    assert (found.remote, found.engagement, found.degree) == (True, "full-time", "equivalent")
    assert found.skills[:5] == ("sql-queries", "python-core", "scikit-learn", "containers-ci", "spark")
    assert "chart-craft" not in found.skills  # "excel" is a verb here
    assert postings.read(POSTING, at=MOMENT) == found


def test_what_is_only_welcome_is_marked_and_ends_with_its_heading() -> None:
    found = {one.skill: one for one in requirements.find(POSTING)}
    assert {name for name, one in found.items() if one.is_helpful} == {"spark", "r-basics", "cloud-ml"}
    assert found["r-basics"].phrase == "R"
    assert found["sql-queries"].said == "SQL, then Python and Scikit-Learn"
    both = requirements.find("Spark would be a plus.\nSpark is what we use each day.")
    assert [(one.skill, one.is_helpful) for one in both] == [("spark", False)]


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("PYTHON", "python-core"),
        ("Wir suchen Erfahrung mit maschinellem Lernen", "algorithm-choice"),
        ("Connaissances en apprentissage automatique", "algorithm-choice"),
        ("需要机器学习和Python经验", "algorithm-choice"),
        ("опыт в машинном обучении: машинное обучение", "algorithm-choice"),
        ("خبرة في تعلم الآلة", "algorithm-choice"),
        ("ניסיון בלמידת מכונה", "algorithm-choice"),
        ("機械学習の経験", "algorithm-choice"),
        ("estadistica aplicada", "descriptive-stats"),
        ("know how to time-series forecast", "time-series"),
        ("py\u00adthon and p\u200bandas", "pandas-frames"),
    ],
)
def test_other_scripts_case_and_accents(text: str, skill: str) -> None:
    assert skill in skills(text)


def test_no_word_is_found_within_another() -> None:
    assert skills("Our spreadsheet gitter is pythonic; R. Smith & R&D; scikit") == ("r-basics",)
    assert skills("Marketing with a sparkling personality, rapid growth and torched plans") == ()


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "period"),
    [
        ("$120-150k", 120_000, 150_000, "USD", "year"),
        ("USD 100,000 to 130,000 annually", 100_000, 130_000, "USD", "year"),
        ("£450 per day", 450, 450, "GBP", "day"),
        ("60 000 € par an", 60_000, 60_000, "EUR", "year"),
        ("$45.50/hr", 45.5, 45.5, "USD", "hour"),
        ("CHF 110'000", 110_000, 110_000, "CHF", "year"),
        ("年薪 30-50万元", 300_000, 500_000, "CNY", "year"),
        ("3.500 EUR brutto im Monat", 3_500, 3_500, "EUR", "month"),
    ],
)
def test_pay_is_recognised(text: str, low: float, high: float, currency: str, period: str) -> None:
    assert pay.find(text) == pay.Pay(low=low, high=high, currency=currency, period=period)


@pytest.mark.parametrize("text", ["we raised $50M", "5 to 7 years", "$1.5 billion", "100,000 users", "$20 voucher", ""])
def test_what_is_no_pay_is_not_taken_for_it(text: str) -> None:
    assert pay.find(text) is None


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("Bachelor's degree required", "yes"),
        ("MSc or PhD in statistics", "yes"),
        ("B.Sc. or equivalent practical experience", "equivalent"),
        ("No degree required", "no"),
        ("A PhD is a plus", "no"),
        ("Nice to have:\nMaster of Science", "no"),
        ("Abgeschlossenes Studium oder vergleichbare Qualifikation", "equivalent"),
        ("本科及以上", "yes"),
        ("We like people who finish things", ""),
    ],
)
def test_how_far_a_degree_is_asked_for(text: str, degree: str) -> None:
    assert postings.degree(text) == degree


@pytest.mark.parametrize(
    ("text", "remote"),
    [("Fully remote", True), ("No remote work", False), ("Hybrid, two days remote", False), ("Berlin", None)],
)
def test_remote_is_read_with_what_limits_it(text: str, remote: bool | None) -> None:
    assert postings.remote(text) is remote


@pytest.mark.parametrize(
    ("text", "engagement"),
    [
        ("A permanent contract", "full-time"),
        ("six month contract role", "contract"),
        ("Freelance or part-time", "freelance"),
        ("Werkstudent in Teilzeit", "internship"),
        ("We sign a contract", ""),
    ],
)
def test_engagement(text: str, engagement: str) -> None:
    assert postings.read(text, at=MOMENT).engagement == engagement


@pytest.mark.parametrize("text", ["", " \n\t", "\0\0", "\u200b"])
def test_nothing_to_read_is_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="no text"):
        postings.read(text, at=MOMENT)


def test_five_megabytes_are_refused_at_once() -> None:
    start = time.perf_counter()
    with pytest.raises(InputError, match="5,000,000 characters"):
        postings.read("a" * 5_000_000, at=MOMENT)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("unit", ["Python $1 ", "1,111 ", "机器学习\n", "$1-", "a:", "((((", "* - ", "R"])
def test_the_longest_posting_is_read_in_seconds(unit: str) -> None:
    start = time.perf_counter()
    postings.read((unit * postings.MOST_CHARACTERS)[: postings.MOST_CHARACTERS], at=MOMENT)
    assert time.perf_counter() - start < 10


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_values_that_can_be_kept(text: str) -> None:
    try:
        found = postings.read(f"x{text}", at=MOMENT)
    except InputError:
        return
    assert found.degree in ("", *DEGREES)
    assert found.engagement in ("", *ENGAGEMENTS)
    assert found.period in ("", *PERIODS)
    assert "\0" not in found.text
    assert not set(found.text) & set("\u202e\u2066\u200b")


def test_the_word_lists_know_every_skill_and_nothing_else() -> None:
    known = {one.id for one in skill_content.skills()}
    raw = content("requirement_words.toml")
    assert set(raw["skills"]) == known
    assert set(raw["exact"]) <= known
    for skill, phrases in raw["skills"].items():
        for phrase in phrases:
            assert skill in skills(phrase), (skill, phrase)


def test_no_phrase_stands_for_two_skills() -> None:
    seen: dict[str, str] = {}
    for skill, phrases in content("requirement_words.toml")["skills"].items():
        for phrase in phrases:
            assert seen.setdefault(fold(phrase), skill) == skill, phrase


def test_joiners_that_a_script_needs_are_kept() -> None:
    assert postings.read("می\u200cخواهیم بايثون", at=MOMENT).text == "می\u200cخواهیم بايثون"
