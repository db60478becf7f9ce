"""Words that files use: for nothing, for money, for units, for kinds of columns."""

from __future__ import annotations


def _listed(text: str, mark: str | None = None) -> frozenset[str]:
    return frozenset(one.strip() for one in text.split(mark))


MISSING_WORDS = _listed(
    "- | -- | --- | – | — | ? | ?? | . | .. | ... | * | / | na | n.a. | n.a | n/a | n.d. | nd | n/d | nan | null"
    " | nil | none | no data | not available | not applicable | not known | unknown | unkn | unk | missing | miss"
    " | empty | blank | keine angabe | k.a. | k. a. | ka | unbekannt | fehlt | leer | entfällt | inconnu | manquant"
    " | nc | n.c. | desconocido | sin dato | sin datos | s/d | tbd | tba | pending | #n/a | #null! | #value! | #ref!"
    " | #div/0! | #name? | #num! | #wert! | #bezug! | #nv | <na> | <null> | (null) | (blank) | (leer)",
    "|",
)
"""Words for an empty cell, in small letters; they count as such only where all other cells are numbers or dates."""

GAPS = ("?", "-", "--", "---", "–", "—", ".", "..", "...")
"""Cells that stand for nothing also among words, unless other values of the column are signs as well."""

CURRENCIES = _listed(
    "$ € £ ¥ ₹ ₽ ₩ ₺ ₫ ₴ ₪ EUR USD GBP CHF JPY CNY RMB SEK NOK DKK PLN CZK HUF RON BGN CAD AUD NZD INR BRL MXN ZAR TRY"
    " RUB KRW SGD HKD ILS US$ R$ A$ C$ Fr. Fr SFr. SFr kr kr. zł Kč Ft lei Rs Rs."
)
UNITS = _listed(
    "g kg mg µg t lb lbs oz km m cm mm µm mi ft in yd l L ml mL cl dl gal °C °F ° K h hr hrs min s sec secs ms d day"
    " days week weeks month months year years yr yrs Jahr Jahre Jahren Monat Monate Monaten Tag Tage Tagen Stunde"
    " Stunden Std Std. Minuten Sekunden Sek an ans jours heures W kW MW GW kWh MWh Wh V mV A mA Hz kHz MHz GHz B kB KB"
    " MB GB TB bytes mph km/h kmh m/s knots kn bar mbar hPa kPa Pa psi N J kJ kcal cal ha m² m2 qm m³ m3 km² km2 sqft"
    " sqm ft² ft2 sq.ft ppm ppb px pcs Stk Stück Stk. bps pt dB rpm PS hp cc ccm ct mmHg mg/dl mmol/l bpm k M Mio Mio."
    " Mrd Mrd."
)
PERCENT = {"%": 0.01, "percent": 0.01, "pct": 0.01, "Prozent": 0.01, "‰": 0.001}
ALIASES = {
    "EUR": "€", "USD": "$", "US$": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "Fr.": "CHF", "SFr.": "CHF", "SFr": "CHF",
    "kr.": "kr", "lbs": "lb", "hrs": "h", "hr": "h", "sec": "s", "secs": "s", "KB": "kB", "Mio.": "Mio", "Mrd.": "Mrd",
    "mL": "ml", "L": "l", "m2": "m²", "m3": "m³", "km2": "km²", "ft2": "ft²", "yrs": "years", "yr": "years",
    "year": "years", "day": "days", "week": "weeks", "month": "months", "percent": "%", "pct": "%", "Prozent": "%",
}  # fmt: skip
"""Other spellings of the same currency or unit."""

CODE_NAMES = _listed(
    "phone tel telefon telephone mobile cell fax zip zipcode plz postcode postal iban isbn ean ssn version ip"
)
"""Words in the name of a column whose digits are no number."""
DATE_NAMES = _listed("date datum dates fecha day tag dob birthday jour datetime timestamp")
"""Words in the name of a column whose bare digits may be a date."""
