"""Bringing any file in: what it is, how it is written, which cells need a second look.

``read`` holds the four functions that others call. Below it ``origin`` (limits), ``formats`` and ``archives`` (what the
bytes are), one module for each format, ``layout`` (titles, header, totals), ``columns`` (cells as Arrow arrays), and
``conversions`` with ``numbers``, ``dates`` and ``categories`` (what text means).
"""

from engine.data.sources.read import choices, detect, read_raw, read_table

__all__ = ["choices", "detect", "read_raw", "read_table"]
