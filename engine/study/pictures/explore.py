"""Pictures of the lessons on exploring data and on charts."""

from __future__ import annotations

from functools import partial
from typing import Any

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, table


def _draw_departments(better: Any, counts: Any, parts: Any, rate: Any, option: object) -> Figure:
    if option == "all together":
        rows = [
            {"applicants": name, "share admitted": round(rate[g], 6)}
            for g, name in (("Male", "men"), ("Female", "women"))
        ]
        return figure(
            draw.bars(rows, "applicants", "share admitted", ends=(0, 1), form=".1%"),
            title=f"In all, {share(rate['Male'])} of the men and {share(rate['Female'])} of the women were admitted",
            subtitle=f"{int(counts['all'].sum()):,} applications to six departments",
            table=rows,
        )
    return figure(
        draw.bars(parts, "department", "share admitted", by="applicants", ends=(0, 1), form=".0%"),
        title=f"In {better} of 6 departments a larger share of the women was admitted",
        subtitle=f"{int(counts['all'].sum()):,} applications, department by department",
        table=parts,
    )


def departments() -> Picture:
    """Berkeley: who is admitted, in all and department by department."""
    frame = table("berkeley")
    counts = frame.pivot_table(index=["Dept", "Gender"], columns="Admit", values="Freq", aggfunc="sum").astype(float)
    counts["all"] = counts.sum(axis=1)
    overall = counts.groupby("Gender").sum()
    rate = {g: float(overall.loc[g, "Admitted"] / overall.loc[g, "all"]) for g in ("Male", "Female")}
    parts: list[dict[str, Any]] = [
        {
            "department": str(d),
            "applicants": {"Male": "men", "Female": "women"}[str(g)],
            "share admitted": round(float(c["Admitted"] / c["all"]), 6),
        }
        for (d, g), c in counts.iterrows()
    ]
    at = {(row["department"], row["applicants"]): row["share admitted"] for row in parts}
    better = sum(at[d, "women"] > at[d, "men"] for d in "ABCDEF")

    by_gender = counts["all"].unstack("Gender")
    return Picture(
        facts={
            "rows": number(int(counts["all"].sum())),
            "men": number(int(overall.loc["Male", "all"])),
            "women": number(int(overall.loc["Female", "all"])),
            "men_rate": share(rate["Male"]),
            "women_rate": share(rate["Female"]),
            "better": number(better),
            "a_men": share(at["A", "men"]),
            "a_women": share(at["A", "women"]),
            "men_in_ab": share(float(by_gender.loc[["A", "B"], "Male"].sum() / overall.loc["Male", "all"])),
            "women_in_ab": share(float(by_gender.loc[["A", "B"], "Female"].sum() / overall.loc["Female", "all"])),
            "f_men": share(at["F", "men"]),
            "f_women": share(at["F", "women"]),
        },
        draw=partial(_draw_departments, better, counts, parts, rate),
        source=SOURCES["berkeley"],
        choice=Choice(label="Show", options=("all together", "by department"), start="all together"),
    )


def _draw_truncated(birds: Any, means: Any, option: object) -> Figure:
    rows = [{"species": name, "mean body mass (g)": round(value)} for name, value in means.items()]
    if option == "every bird":
        every = [
            {"species": str(s), "body mass (g)": float(m)}
            for s, m in zip(birds["species"], birds["body_mass_g"], strict=True)
        ]
        return figure(
            draw.strip(every, "body mass (g)", "species"),
            title="Gentoo penguins are heavier by about a third, and the species overlap",
            subtitle=f"Body mass in grams, {len(birds)} penguins, one stroke each",
            table=rows,
        )
    cut = option == "axis from 3,600"
    return figure(
        draw.bars(rows, "species", "mean body mass (g)", ends=(3600, 5300) if cut else (0, 6000), form=","),
        title="A cut axis makes a third look like a multiple"
        if cut
        else "Gentoo penguins are heavier by about a third",
        subtitle=f"Mean body mass in grams, {len(birds)} penguins; {option}",
        table=rows,
    )


def truncated() -> Picture:
    """Penguins: the same three means, with an axis from nought and one that is cut."""
    birds = table("penguins").dropna(subset=["body_mass_g"])
    found = birds.groupby("species")["body_mass_g"].agg(["mean", "std", "count"])
    means = {str(name): float(row["mean"]) for name, row in found.iterrows()}

    a, c, g = means["Adelie"], means["Chinstrap"], means["Gentoo"]
    sd = {str(name): float(row["std"]) for name, row in found.iterrows()}
    heavy = birds.query("species != 'Gentoo'")["body_mass_g"]
    lightest = float(birds.query("species == 'Gentoo'")["body_mass_g"].min())
    return Picture(
        facts={
            "rows": number(len(birds)),
            "adelie": number(round(a)),
            "chinstrap": number(round(c)),
            "gentoo": number(round(g)),
            "more": share(g / a - 1),
            "length": f"{(g - 3600) / (a - 3600):.0f}",
            "gap": number(round(c - a)),
            "sd": number(round(sd["Adelie"])),
            "overlap": number(int((heavy > lightest).sum())),
            "lightest": number(round(lightest)),
        },
        draw=partial(_draw_truncated, birds, means),
        source=SOURCES["penguins"],
        choice=Choice(
            label="Show", options=("axis from 3,600", "axis from nought", "every bird"), start="axis from 3,600"
        ),
    )
