"""Monthly figures."""

# Planted: a heavy import at the top, for one view.
import pandas as pd
from flask import Blueprint

bp = Blueprint("reports", __name__)

SALES = [("2026-01", 310), ("2026-02", 280), ("2026-03", 355)]


@bp.route("/")
def monthly():
    frame = pd.DataFrame(SALES, columns=["month", "sold"])
    return {"mean": float(frame["sold"].mean())}
