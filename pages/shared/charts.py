"""Drawing a figure of the engine: picture, text alternative, table and downloads."""

from __future__ import annotations

import csv
import io

import streamlit as st

from engine.charts.figure import Figure
from pages.shared import messages


def show(figure: Figure | None, *, name: str) -> None:
    """Draw a figure with its table one click behind it; nothing where there is no figure."""
    if figure is None:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{messages.plain(figure.title)}**")
        st.caption(messages.plain(figure.subtitle))
        # The plot keeps its height, and axes and legend stand around it, as on a published page.
        spec = figure.specification() | {"autosize": {"type": "fit-x", "contains": "padding"}}
        st.vega_lite_chart(spec=spec, width="stretch", alt=figure.alt, key=f"chart-{name}")
        with st.popover("Table and files", icon=":material/table_rows:", type="tertiary"):
            st.dataframe([dict(row) for row in figure.table], hide_index=True)
            with st.container(horizontal=True):
                st.download_button("CSV", lambda: _csv(figure), f"{name}.csv", "text/csv", key=f"csv-{name}")
                st.download_button("SVG", lambda: _svg(figure, name), f"{name}.svg", "image/svg+xml", key=f"svg-{name}")
                st.download_button("PNG", lambda: _png(figure), f"{name}.png", "image/png", key=f"png-{name}")


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
