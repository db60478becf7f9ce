"""The resume: JSON Resume in and out without loss, as a page and as a PDF; hostile text stays text."""

import io
import json
import re
from contextlib import nullcontext, suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from engine.domain.resume import Person, ResumeProject, ResumeSkill, Sources
from engine.errors import InputError
from engine.publish import resume, resume_pages
from engine.publish.resume_schema import BASICS, LOCATION, PROFILE, SECTIONS
from tests.conftest import MOMENT

OWN = Sources(
    person=Person(name="Ann Lee", headline="Analyst", email="ann@a.example", links=("https://github.com/ann",)),
    projects=(
        ResumeProject(
            slug="churn",
            title="Churn",
            question="Who leaves?",
            headline="ROC AUC 0.842 (0.821 to 0.861) on 1,409 rows that no model had seen",
            skills=("python-core",),
            began_on=date(2026, 1, 5),
            ended_on=date(2026, 2, 7),
            link="https://a.example/projects/churn/",
        ),
    ),
    skills=(ResumeSkill(id="python-core", name="Python", level="Applied", trust="verified", projects=("Churn",)),),
)

full = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
day = st.dates(date(1950, 1, 1), date(2090, 1, 1)).map(date.isoformat)
days = st.one_of(day, day.map(lambda one: one[:7]), day.map(lambda one: one[:4]))
texts = st.lists(full, min_size=1, max_size=3)
kinds = {"text": full, "date": days, "texts": texts, "score": full}
unknown = st.dictionaries(
    st.text(min_size=1, max_size=4).map(lambda key: f"x-{key}"),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=4),
    max_size=2,
)


def entry(fields: dict[str, str]) -> st.SearchStrategy[dict[str, object]]:
    known = st.fixed_dictionaries({}, optional={name: kinds[kind] for name, kind in fields.items()})
    return st.builds(lambda one, more: one | more, known, unknown).filter(bool)


def section(fields: dict[str, str]) -> st.SearchStrategy[list[object]]:
    return st.lists(entry(fields), min_size=1, max_size=2)


basics = st.fixed_dictionaries(
    {"name": full},
    optional={name: full for name in BASICS if name != "name"}
    | {
        "location": st.fixed_dictionaries({"city": full}, optional=dict.fromkeys(LOCATION[:2], full)),
        "profiles": st.lists(
            st.fixed_dictionaries({"network": full}, optional={PROFILE[1]: full}), min_size=1, max_size=2
        ),
    },
)
documents = st.builds(
    lambda one, more: one | more,
    st.fixed_dictionaries({"basics": basics}, optional={name: section(fields) for name, fields in SECTIONS.items()}),
    unknown,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents)
def test_a_resume_without_empty_entries_comes_back_equal(document: dict[str, object]) -> None:
    read = resume.read(json.dumps(document))
    assert read == document
    assert json.loads(resume.written(resume.compose(Sources(kept=read)))) == document


def test_empty_entries_are_left_out_and_foreign_keys_are_kept() -> None:
    document = {
        "basics": {"name": "Ann", "phone": "", "location": {"city": None}},
        "skills": [{"name": ""}, {"name": "Python", "keywords": ["", None]}, None],
        "work": [{}, {"name": "Example", "endDate": "", "x-own": {"a": None}}],
        "theme": "",
        "x-list": [{}, ""],
    }
    out = json.loads(resume.written(resume.compose(Sources(kept=resume.read(json.dumps(document))))))
    assert out == {
        "basics": {"name": "Ann"},
        "skills": [{"name": "Python"}],
        "work": [{"name": "Example", "x-own": {"a": None}}],
        "theme": "",
        "x-list": [{}, ""],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "the document"),
        ('{"basics": {"name": 3}}', "basics.name"),
        ('{"work": {}}', "work"),
        ('{"work": [{"startDate": "May 2020"}]}', "work.0.startDate"),
        ('{"skills": [{"keywords": "a"}]}', "skills.0.keywords"),
    ],
)
def test_what_does_not_fit_is_named(text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(repr(said))):
        resume.read(text)


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', b"\xff\xfe\x00", "[" * 100_000])
def test_what_is_no_json_is_one_sentence(text: str | bytes) -> None:
    with pytest.raises(InputError, match=r"no JSON"):
        resume.read(text)


@pytest.mark.parametrize("text", ['{"x":' + "[" * 400 + "]" * 400 + "}", '{"basics": {"name": "\\ud800"}}'])
def test_what_could_not_be_kept_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        resume.read(text)


def test_a_file_of_five_megabytes_is_refused() -> None:
    with pytest.raises(InputError, match="2 MB"):
        resume.read(" " * 5_000_000)


def test_own_work_stands_first_and_is_never_doubled() -> None:
    kept = {
        "projects": [{"name": "Older"}],
        "skills": [{"name": "python"}, {"name": "Welding"}],
        "meta": {"x": {"k": 1}},
    }
    first = resume.compose(Sources(**{**vars(OWN), "kept": kept}), at=MOMENT)
    resume.check(first)
    assert [one["name"] for one in first["projects"]] == ["Churn", "Older"]
    assert [one["name"] for one in first["skills"]] == ["Python", "Welding"]
    assert first["projects"][0]["highlights"] == [OWN.projects[0].headline]
    assert first["projects"][0]["keywords"] == ["Python"]
    assert first["meta"] == {"x": {"k": 1}, "version": "v1.0.0", "lastModified": "2026-03-01T12:00:00"}
    again = resume.compose(Sources(**{**vars(OWN), "kept": resume.read(resume.written(first))}), at=MOMENT)
    assert resume.pruned(again) == resume.pruned(first)
    assert kept["projects"] == [{"name": "Older"}]


def test_entries_of_the_log_of_experience_stand_before_what_was_brought_in() -> None:
    found = resume.compose(
        Sources(
            entries={"work": [{"name": "New"}, {"name": "Same"}]}, kept={"work": [{"name": "Same"}, {"name": "Old"}]}
        )
    )
    assert [one["name"] for one in found["work"]] == ["New", "Same", "Old"]


def document() -> dict[str, object]:
    return resume.compose(OWN, at=MOMENT)


def test_the_pdf_is_tagged_one_column_text_with_embedded_fonts() -> None:
    content = resume_pages.as_pdf(document(), at=MOMENT)
    assert content == resume_pages.as_pdf(document(), at=MOMENT)
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title == "Ann Lee: resume"
    text = reader.pages[0].extract_text()
    order = [
        "Ann Lee",
        "ann@a.example",
        "Projects",
        "Churn",
        "January 2026 to February 2026",
        "0.842",
        "Skills",
        "verified",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    for font in (one.get_object()["/DescendantFonts"][0].get_object() for one in fonts):
        assert {"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object())


def test_the_page_is_one_column_without_script_or_other_host() -> None:
    page = resume_pages.as_html(document(), at=MOMENT)
    assert "<script" not in page
    assert "<table" not in page
    assert not re.findall(r"""(?:src|@import|url\()\s*=?\s*['"]?https?:""", page)
    assert "default-src 'none'" in page
    assert page.index("Churn") < page.index("Skills")
    assert 'href="https://a.example/projects/churn/"' in page


HOSTILE = [
    "<script>alert(1)</script>",
    "#panic() $x$ *b* [c] @ref \\ `raw` // comment",
    '"; }] #read("/etc/passwd")',
    "<img src=x onerror=alert(1)>",
    "מהנדס תוכנה \u202egnp.exe",
    "نص عربي 数据 \0 null",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    bad = resume.compose(
        Sources(
            kept={
                "basics": {"name": text, "url": "javascript:alert(1)"},
                "work": [{"name": text, "url": text, "highlights": [text]}],
            }
        )
    )
    page = resume_pages.as_html(bad, at=MOMENT)
    assert "<script" not in page.lower()
    assert "<img" not in page
    assert not re.search(r'href="(?!https?://)', page)
    assert "\u202e" not in page
    content = b""
    # A machine without a font for the script says so instead.
    with nullcontext() if text.isascii() else suppress(InputError):
        content = resume_pages.as_pdf(bad, at=MOMENT)
    if not content:
        return
    pdf = PdfReader(io.BytesIO(content))
    assert "/JavaScript" not in str(pdf.trailer["/Root"])
    assert "root:" not in pdf.pages[0].extract_text()


def test_an_empty_resume_is_still_a_page_and_a_pdf() -> None:
    assert "Resume" in resume_pages.as_html({}, at=MOMENT)
    assert PdfReader(io.BytesIO(resume_pages.as_pdf({}, at=MOMENT))).pages


def test_a_letter_that_no_font_has_is_one_sentence() -> None:
    with pytest.raises(InputError, match="No font of this machine"):
        resume_pages.as_pdf({"basics": {"name": "Ann \U000f1234"}}, at=MOMENT)
