"""What next month may bring."""

# Planted: another one, which its neighbour brings in as well.
import numpy as np
from flask import Blueprint

bp = Blueprint("forecast", __name__)

SOLD = [310, 280, 355]


@bp.route("/")
def next_month():
    slope, start = np.polyfit(range(len(SOLD)), SOLD, 1)
    return {"expected": float(start + slope * len(SOLD))}
