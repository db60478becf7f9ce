"""The data sets of the lessons, each read once, and what is said of where they come from."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from engine.data.catalogue import bundled, rdatasets

SOURCES = {
    "penguins": "Palmer penguins: 344 birds of three species, Palmer Station LTER, Antarctica, 2007 to 2009",
    "churn": "Telephone customers: 7,043 customers of a sample made up by a vendor for demonstration (IBM Watson)",
    "ames": "House sales in Ames, Iowa, 2006 to 2010: 2,930 sales, from the town assessor's records",
    "caravan": "Insurance customers: 5,822 records of a Dutch insurer (CoIL Challenge 2000), from the R package ISLR",
    "auto": "Cars of the model years 1970 to 1982: 392 models, from the R package ISLR",
    "wage": "Wages: 3,000 men of the Mid-Atlantic states of the USA, 2003 to 2009, from the R package ISLR",
    "hmda": "Mortgage applications in Boston, 1990: 2,380 applications, from the R package AER",
    "mcycle": "Helmet test: 133 measurements of a head in a simulated motorcycle crash, from the R package MASS",
    "airquality": "Air in New York, May to September 1973: 153 days, from R's own data sets",
    "sleep": "Reaction times of 18 people short of sleep over ten days, from the R package lme4",
    "gapminder": "Gapminder: 142 countries every five years from 1952 to 2007, from the R package gapminder",
    "berkeley": "Applications to six departments of Berkeley, autumn 1973: 4,526, from R's own data sets",
    "passengers": "Airline passengers of the world by month, 1949 to 1960, from R's own data sets",
    "credit": "Loans: 4,454 customers and whether they paid back (L. Belanche), from the R package modeldata",
    "titanic": "People aboard the Titanic: 1,313 passengers with their names, from the R package Stat2Data",
    "cancer": "Breast tumours, Wisconsin: 569 tumours with 30 measurements each, comes with scikit-learn",
    "diabetes": "Progression of diabetes: 442 patients, comes with scikit-learn",
    "wine": "Wines of three growers: 178 wines with 13 measurements each, comes with scikit-learn",
    "iris": "Iris flowers: 150 flowers of three species, comes with scikit-learn",
    "digits": "Handwritten digits: 1,797 pictures of 8 by 8 dots, comes with scikit-learn",
}
"""One line on each data set."""

_IDS = {
    "penguins": "palmerpenguins/penguins",
    "churn": "modeldata/wa_churn",
    "ames": "modeldata/ames",
    "caravan": "ISLR/Caravan",
    "auto": "ISLR/Auto",
    "wage": "ISLR/Wage",
    "hmda": "AER/HMDA",
    "mcycle": "MASS/mcycle",
    "airquality": "datasets/airquality",
    "sleep": "lme4/sleepstudy",
    "gapminder": "gapminder/gapminder",
    "berkeley": "datasets/UCBAdmissions",
    "passengers": "datasets/AirPassengers",
    "credit": "modeldata/credit_data",
    "titanic": "Stat2Data/Titanic",
}
_BUNDLED = {
    "cancer": "breast_cancer",
    "diabetes": "diabetes",
    "wine": "wine",
    "iris": "iris",
    "digits": "digits",
}


@cache
def table(name: str) -> Any:
    """Read a data set by its short name, as a DataFrame. Whoever changes it takes a copy."""
    if name in _BUNDLED:
        return bundled.load(_BUNDLED[name])[0]
    return rdatasets.load(_IDS.get(name, name))[0]


def arrays(name: str, target: str, *, positive: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Read a data set as features of shape (n_rows, n_features) and target of shape (n_rows,).

    With ``positive`` the target is true where it has that value.
    """
    frame = table(name)
    y: Any = frame[target].to_numpy()
    return frame.drop(columns=target).to_numpy(dtype=float), (y == positive) if positive is not None else y


def standardised(X: np.ndarray) -> np.ndarray:
    """Give every column mean 0 and standard deviation 1, for showing; a model learns both inside its folds."""
    return np.asarray((X - X.mean(axis=0)) / X.std(axis=0))
