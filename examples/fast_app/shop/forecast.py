"""What next month may bring."""

from flask import Blueprint

bp = Blueprint("forecast", __name__)

SOLD = [310, 280, 355]


@bp.route("/")
def next_month():
    import numpy as np

    slope, start = np.polyfit(range(len(SOLD)), SOLD, 1)
    return {"expected": float(start + slope * len(SOLD))}
