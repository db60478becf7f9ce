"""Drawing a figure of the engine: picture, text alternative, table and downloads."""

from __future__ import annotations

import csv
import io
from typing import Any

import streamlit as st

from engine.charts.figure import Figure
from pages.shared import messages


def show(figure: Figure | None, *, name: str, live: bool = False, fill: bool = False) -> None:
    """Draw a figure with its table one click behind it; nothing where there is no figure.

    A ``live`` one is drawn again and again: its data are handed over apart from the picture, so that the browser
    refreshes it in place and nothing flickers. Its table waits until it is at rest. One that is to ``fill`` its column
    is as high as its neighbour.
    """
    if figure is None:
        return
    with st.container(border=True, gap="xsmall", height="stretch" if fill else "content"):
        st.markdown(f"**{messages.plain(figure.title)}**")
        st.caption(messages.plain(figure.subtitle))
        # The plot keeps its height, and axes and legend stand around it, as on a published page.
        spec = figure.specification() | {"autosize": {"type": "fit-x", "contains": "padding"}}
        if live:
            spec = _with_named_data(spec)
        st.vega_lite_chart(spec=spec, width="stretch", alt=figure.alt, key=f"chart-{name}")
        if live:
            return
        with st.popover("Table and files", icon=":material/table_rows:", type="tertiary"):
            st.dataframe([dict(row) for row in figure.table], hide_index=True)
            with st.container(horizontal=True):
                st.download_button("CSV", lambda: _csv(figure), f"{name}.csv", "text/csv", key=f"csv-{name}")
                st.download_button("SVG", lambda: _svg(figure, name), f"{name}.svg", "image/svg+xml", key=f"svg-{name}")
                st.download_button("PNG", lambda: _png(figure), f"{name}.png", "image/png", key=f"png-{name}")


def _with_named_data(spec: dict[str, Any]) -> dict[str, Any]:
    """Put the rows of every layer aside under a name, so that the rest stays the same while they change."""
    # Imported here: a page without a live chart need not wait for it.
    import pandas as pd

    kept = spec.get("datasets", {})
    named: dict[str, Any] = {}

    def apart(part: Any) -> Any:
        if isinstance(part, list):
            return [apart(one) for one in part]
        if not isinstance(part, dict):
            return part
        source = part.get("data")
        if isinstance(source, dict):
            # Altair names data by their content; a name by place stays when the content changes.
            name = f"rows_{len(named)}"
            named[name] = pd.DataFrame(source["values"] if "values" in source else kept[source["name"]])
            part = {**part, "data": {"name": name}}
        return {key: one if key == "data" else apart(one) for key, one in part.items()}

    whole = apart({key: one for key, one in spec.items() if key != "datasets"})
    return {**whole, "datasets": named}


def _csv(figure: Figure) -> str:
    from engine.data.export import neutral

    rows = [dict(row) for row in figure.table]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    for row in rows:
        writer.writerow({key: neutral(value) if isinstance(value, str) else value for key, value in row.items()})
    return stream.getvalue()


def _svg(figure: Figure, name: str) -> str:
    from engine.charts.svg import to_svg

    return to_svg(figure, identifier=name)


def _png(figure: Figure) -> bytes:
    from engine.charts.svg import to_png

    return to_png(figure)
